"""Deadlines: start + target in open hours, to the second."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
1: Fri 16:30 + 1 h -> Mon 09:30
    promise: resolution 1h in office
    ticket:  Fri 16:30 created
    at Fri 16:45: resolution pending, due next Mon 09:30, spent 15m, left 45m, in office
    at next Mon 09:29:59: resolution pending, left 1s; outcomes none; live resolution pending 1
    at next Mon 09:30: resolution breaching 09:30, due 09:30, spent 1h, left 0s; outcomes resolution breached 1;
        live resolution breaching 1, resolution pending 0

1: Fri 16:00 + 2 h -> Mon 10:00
    promise: resolution 2h in office
    ticket:  Fri 16:00 created
    at next Mon 09:00: resolution pending, due 10:00, spent 1h

1: Wed 07:00 + 2 h -> Wed 11:00
    promise: resolution 2h in office
    ticket:  Wed 07:00 created
    at Wed 09:00: resolution pending, due 11:00, spent 0s, made of closed 2h
    at Wed 10:00: resolution pending, spent 1h, made of closed 2h + open 1h

1: Sat 10:00 + 2 h -> Mon 11:00
    promise: resolution 2h in office
    ticket:  Sat 10:00 created
    at Sat 10:00: resolution pending, due next Mon 11:00, left 2h

2: Mon 16:00 + 10 h -> Wed 10:00
    promise: resolution 10h in office
    ticket:  Mon 16:00 created
    at Wed 09:00: resolution pending, due 10:00, spent 9h, made of open 1h + closed 16h + open 8h + closed 16h

2: with Tue 09-20, Mon 18:00 + 10 h -> Tue 19:00
    hours long: mon 09-17; tue 09-20; wed-fri 09-17
    promise: resolution 10h in long
    ticket:  Mon 18:00 created
    at Tue 18:59:59: resolution pending, due 19:00
    at Tue 19:00: resolution breaching 19:00

2: with Tue 09-20, Mon 16:00 + 12 h -> Tue 20:00, which is closing time
    hours long: mon 09-17; tue 09-20; wed-fri 09-17
    promise: resolution 12h in long
    ticket:  Mon 16:00 created
    at Tue 19:59:59: resolution pending, due 20:00, left 1s
    at Tue 20:00: resolution breaching 20:00

4: Berlin 08-17, Mon 14:30Z + 120 min, Tue is a holiday -> Wed 07:30Z
    zone: Europe/Berlin
    hours berlin: mon-fri 08-17; off 2015-09-22
    promise: resolution 120m in berlin
    ticket:  2015-09-21 14:30Z created
    at 2015-09-22 12:00: resolution pending, due 2015-09-23 07:30Z, spent 30m
    at 2015-09-23 09:30: resolution breaching 07:30Z

4: created on a holiday, 13:56:21Z, 08-20 + 120 min -> the next day 09:00Z
    zone: Europe/Berlin
    hours berlin: mon-fri 08-20; off DE/NW
    promise: resolution 120m in berlin
    ticket:  2016-11-01 13:56:21Z created
    at 2016-11-01 20:00: resolution pending, due 2016-11-02 09:00Z, spent 0s

5: Berlin, 24x7, 2025-03-30 01:30 + 60 min -> 03:30
    zone: Europe/Berlin
    promise: resolution 60m
    ticket:  2025-03-30 01:30 created
    at 2025-03-30 03:29:59: resolution pending, due 03:30, spent 59m59s
    at 2025-03-30 03:30: resolution breaching 03:30, in 24x7

5: a 22:00-06:00 shift that night holds 7 h
    zone: Europe/Berlin
    hours nights: mon-sun 22-06
    promise: resolution 7h in nights
    ticket:  2025-03-29 22:00 created
    at 2025-03-30 05:59:59: resolution pending, due 06:00, left 1s

6: created 23:49Z, opens 07:00Z, answered 07:00:03Z -> 3 s of open time, met
    hours day: mon-fri 07-19
    promise: first_response 10s in day
    ticket:  Mon 23:49Z created; Tue 07:00:03Z agent writes
    at Tue 08:00: first_response met 07:00:03, spent 3s, due 07:00:10; first_response_open took 3s;
        first_response took 7h11m3s; outcomes first_response met 1

A deadline on closing time is the closing instant, not the next opening
    promise: resolution 1h in office
    ticket:  Mon 16:00 created
    at Mon 16:59:59: resolution pending, due 17:00; outcomes none
    at Mon 17:00: resolution breaching 17:00; outcomes resolution breached 1

A ticket created at closing time has all of its time left the next day
    promise: resolution 1h in office
    ticket:  Mon 17:00 created
    at Tue 09:00: resolution pending, due 10:00, spent 0s

A ticket created at opening time burns from its first second
    promise: resolution 1h in office
    ticket:  Mon 09:00 created
    at Mon 09:00:01: resolution pending, due 10:00, spent 1s, left 59m59s

One second before closing and two seconds of target end one second after opening
    promise: resolution 2s in office
    ticket:  Mon 16:59:59 created
    at Tue 09:00: resolution pending, due 09:00:01, spent 1s
    at Tue 09:00:01: resolution breaching 09:00:01

Over a lunch break the clock stands
    hours lunch: mon-fri 08-12 13-17
    promise: resolution 1h in lunch
    ticket:  Mon 11:30 created
    at Mon 12:30: resolution pending, due 13:30, spent 30m, made of open 30m + closed 30m
    at Mon 13:30: resolution breaching 13:30, made of open 30m + closed 1h + open 30m

A deadline on the beginning of the lunch break is that instant
    hours lunch: mon-fri 08-12 13-17
    promise: resolution 30m in lunch
    ticket:  Mon 11:30 created
    at Mon 12:00: resolution breaching 12:00

Intervals that touch are one
    hours two: mon-fri 08-12 12-16
    promise: resolution 1h in two
    ticket:  Mon 11:30 created
    at Mon 12:15: resolution pending, due 12:30, made of open 45m

Intervals that overlap count once
    hours over: mon-fri 08-12 10-14
    promise: resolution 4h in over
    ticket:  Mon 11:00 created
    at Mon 14:00: resolution pending, due Tue 09:00, spent 3h, made of open 3h

A shift to 24:00 goes on at 00:00
    hours late: mon 22-24; tue 00-02
    promise: resolution 2h in late
    ticket:  Mon 23:00 created
    at Tue 00:30: resolution pending, due 01:00, made of open 1h30m

A shift over midnight belongs to the day on which it starts
    hours friday: fri 22-06
    promise: resolution 2h in friday
    ticket:  Sat 05:00 created
    at Sat 12:00: resolution pending, due next Fri 23:00, spent 1h

A shift that starts on a holiday is dropped whole, one that started the day before runs on
    hours nights: mon-sun 22-06; off 2026-03-03
    promise: resolution 8h in nights
    ticket:  Mon 23:00 created
    at Wed 12:00: resolution pending, due 23:00, spent 7h

Two holidays around a weekend are four days off
    hours desk: mon-fri 09-17; off 2026-03-06 2026-03-09
    promise: resolution 1h in desk
    ticket:  Thu 16:30 created
    at Sat 12:00: resolution pending, due next Tue 09:30, spent 30m

A Saturday that is open is a day like others
    hours six: mon-fri 09-17; sat 10-14
    promise: resolution 1h in six
    ticket:  Fri 16:30 created
    at Fri 18:00: resolution pending, due Sat 10:30

A schedule with no open hour counts as 24x7, holidays or not
    hours empty: off 2026-03-02
    promise: resolution 2h in empty
    ticket:  Mon 09:00 created
    at Mon 10:00: resolution pending, due 11:00, spent 1h

A target of 0 is no deadline
    promise: resolution 0s
    ticket:  Mon 09:00 created
    at Tue 09:00: no resolution; outcomes none; live new 1, resolution pending 0

A target of null is no deadline
    promise: resolution none
    ticket:  Mon 09:00 created; 10:00 solved
    at Tue 09:00: no resolution; outcomes none; booked full_resolution 1h

Half a second counts
    promise: resolution 1h
    ticket:  Mon 09:00:00.5 created
    at Mon 10:00: resolution pending, due 10:00:00.5, left 0.5s
    at Mon 10:00:00.499999: resolution pending
    at Mon 10:00:00.5: resolution breaching 10:00:00.5

Opening hours are those of the schedule's zone
    hours india: mon-fri 09-17; in Asia/Kolkata
    promise: resolution 1h in india
    ticket:  Mon 11:00Z created
    at Mon 12:00Z: resolution pending, due Tue 04:00Z, spent 30m

Two desks, two zones: each clock has its own
    hours india: mon-fri 09-17; in Asia/Kolkata
    hours york: mon-fri 09-17; in America/New_York
    promise: first_response 1h in india
    promise: resolution 1h in york
    ticket:  Mon 11:00Z created
    at Mon 12:00Z: first_response pending, due Tue 04:00Z; resolution pending, due Mon 15:00Z

An interval over the hour that does not exist is an hour shorter
    zone: Europe/Berlin
    hours early: sun 01-05
    promise: resolution 2h in early
    ticket:  2025-03-30 01:00 created
    at 2025-03-30 03:30: resolution pending, due 04:00, spent 1h30m

An interval over the hour that comes twice is an hour longer
    zone: Europe/Berlin
    hours early: sun 01-05
    promise: resolution 2h in early
    ticket:  2025-10-26 01:00 created
    at 2025-10-26 00:30Z: resolution pending, due 01:00Z, spent 1h30m

A night shift of autumn holds nine hours
    zone: Europe/Berlin
    hours nights: mon-sun 22-06
    promise: resolution 9h in nights
    ticket:  2025-10-25 22:00 created
    at 2025-10-26 05:59:59: resolution pending, due 06:00, left 1s

A shift in the hour that does not exist is not worked
    zone: Europe/Berlin
    hours gap: sun 02:15-02:45
    promise: resolution 1m in gap
    ticket:  2025-03-30 00:00 created
    at 2025-03-30 12:00: resolution pending, due 2025-04-06 02:16, spent 0s

A weekend with a change of the clocks does not touch office hours
    zone: Europe/Berlin
    promise: resolution 1h in office
    ticket:  2025-03-28 16:30 created
    at 2025-03-30 12:00: resolution pending, due 2025-03-31 07:30Z, spent 30m

24 hours over the change to summer time end an hour later on the wall
    zone: Europe/Berlin
    promise: resolution 24h
    ticket:  2025-03-29 12:00 created
    at 2025-03-30 12:00: resolution pending, due 13:00, spent 23h

29 February is a working day
    promise: resolution 1h in office
    ticket:  2028-02-28 16:30 created
    at 2028-02-28 17:00: resolution pending, due 2028-02-29 09:30

New Year's Day may be a holiday
    hours desk: mon-fri 09-17; off 2026-01-01
    promise: resolution 1h in desk
    ticket:  2025-12-31 16:30 created
    at 2026-01-01 12:00: resolution pending, due 2026-01-02 09:30

Nights and weekends do not count once it has failed, either
    promise: resolution 30m in office
    ticket:  Fri 16:15 created
    at next Mon 09:30: resolution breaching Fri 16:45, due Fri 16:45, spent 1h15m, left -45m,
        made of open 45m + closed 64h + open 30m

Every clock of a ticket has its own target and its own hours
    promise: first_response 1h in office
    promise: resolution 1h
    promise: ownership 30m
    ticket:  Mon 08:30 created
    at Mon 09:15: first_response pending, due 10:00, spent 15m; resolution pending, due 09:30; ownership breaching 09:00
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_deadline_counts_open_hours(case: Case) -> None:
    """A deadline is the start plus the target in open hours of its schedule, however it is told."""
    assert [] == differences(case)
