"""Pauses: what pending and on hold do to a clock, and what they do not."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
3: hours 10-18, deadline 17:00, on hold for 3600 s -> 18:00
    hours desk: mon-fri 10-18
    promise: resolution 4h in desk
    ticket:  Mon 13:00 created; 14:00 on_hold; 15:00 open
    at Mon 15:30: resolution pending, due 18:00, spent 1h30m, paused 1h, made of open 1h + paused 1h + open 30m
    at Mon 18:00: resolution breaching 18:00

3: for 3601 s -> the next day 10:00:01
    hours desk: mon-fri 10-18
    promise: resolution 4h in desk
    ticket:  Mon 13:00 created; 14:00 on_hold; 15:00:01 open
    at Mon 18:00: resolution pending, due Tue 10:00:01, paused 3601s
    at Tue 10:00:01: resolution breaching 10:00:01

7: pending 09:30-09:45, closed 10:00-10:30, target 120 min -> 11:45
    hours gap: mon-fri 08-10 10:30-18
    promise: resolution 120m in gap
    ticket:  Mon 09:00 created; 09:30 pending; 09:45 open
    at Mon 11:00: resolution pending, due 11:45, paused 15m, left 45m,
        made of open 30m + paused 15m + open 15m + closed 30m + open 30m

8: born pending, solved without ever opening -> 0 s of resolution time
    promise: resolution 120m
    ticket:  Mon 09:00 created pending; 15:00 solved
    at Mon 16:00: resolution met 15:00, spent 0s, paused 6h, due never, made of paused 6h;
        outcomes resolution met 1; counts created 1, solved 1

9: Thu 17:50 on hold -> Mon 12:30, Friday a holiday, 10-18 -> 160 min on hold
    hours desk: mon-fri 10-18; off 2026-03-06
    promise: resolution 8h in desk
    ticket:  Thu 17:00 created; 17:50 on_hold; next Mon 12:30 open
    at next Mon 12:30: resolution pending, paused 160m, spent 50m,
        made of open 50m + paused 10m + closed 88h + paused 2h30m; no second resolution

Both pending and on hold pause the resolution
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:15 pending; 09:30 open; 10:00 on_hold; 10:45 open
    at Mon 11:00: resolution pending, due 12:00, spent 1h, paused 1h,
        made of open 15m + paused 15m + open 30m + paused 45m + open 15m

While it is paused there is no deadline, and none passes
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending
    at Mon 09:59:59: resolution paused, due never, spent 30m, left 30m; live pending 1, resolution paused 1
    at Mon 12:00: resolution paused, due never, spent 30m, paused 2h30m; outcomes none; live resolution paused 1

Resumed long after, what was left is left
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending
    at Mon 12:00: resolution paused
    ticket:  Mon 12:00 open
    at Mon 12:29:59: resolution pending, due 12:30; live resolution pending 1, resolution paused 0
    at Mon 12:30: resolution breaching 12:30

Paused again while paused, it keeps the first pause's start
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending; 09:40 on_hold; 10:00 open
    at Mon 10:15: resolution pending, due 10:30, paused 30m, made of open 30m + paused 30m + open 15m

Paused by each of two statuses twice
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:10 pending; 09:20 on_hold; 09:30 pending; 09:40 on_hold; 09:50 open
    at Mon 10:00: resolution pending, due 10:40, paused 40m, spent 20m

A status told twice changes nothing
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:10 pending; 09:20 pending; 09:30 open; 09:40 open
    at Mon 10:00: resolution pending, due 10:20, paused 20m; reopens 0

Neither pauses a response clock or ownership
    promise: first_response 1h
    promise: ownership 90m
    ticket:  Mon 09:00 created; 09:10 pending; 09:40 on_hold
    at Mon 10:00: first_response breaching 10:00, spent 1h, paused 0s; ownership pending, due 10:30
    at Mon 10:30: ownership breaching 10:30; outcomes first_response breached 1, ownership breached 1

Neither pauses the next response
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:25 pending
    at Mon 09:50: next_response breaching 09:50, spent 30m

A response clock pauses where the policy says so
    promise: first_response 1h pausing pending
    ticket:  Mon 09:00 created; 09:10 pending; 09:40 on_hold
    at Mon 10:00: first_response pending, due 10:30, spent 30m, paused 30m

A resolution clock does not pause where the policy says so
    promise: resolution 1h pausing nothing
    ticket:  Mon 09:00 created; 09:10 pending; 09:40 on_hold
    at Mon 10:00: resolution breaching 10:00, paused 0s, made of open 1h

Where only on hold pauses, pending runs
    promise: resolution 1h pausing on_hold
    ticket:  Mon 09:00 created; 09:10 pending; 09:30 on_hold; 09:45 pending
    at Mon 10:00: resolution pending, due 10:15, spent 45m, paused 15m, made of open 30m + paused 15m + open 15m

Where only pending pauses, on hold ends the pause
    promise: resolution 1h pausing pending
    ticket:  Mon 09:00 created; 09:10 pending; 09:30 on_hold
    at Mon 10:00: resolution pending, due 10:20, paused 20m

A policy may pause what nobody has opened yet
    promise: resolution 1h pausing new
    ticket:  Mon 09:00 created; 09:20 open
    at Mon 10:00: resolution pending, due 10:20, made of paused 20m + open 40m

From new to open nothing changes
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:20 open
    at Mon 09:30: resolution pending, due 10:00, made of open 30m; live new 0, open 1

Born on hold it has burnt nothing
    promise: resolution 1h
    ticket:  Mon 09:00 created on_hold
    at Mon 12:00: resolution paused, due never, spent 0s, paused 3h, left 1h; live on_hold 1

Born pending and opened later, it has all of its time
    promise: resolution 1h
    ticket:  Mon 09:00 created pending; 12:00 open
    at Mon 12:30: resolution pending, due 13:00, spent 30m, paused 3h, since 09:00

Paused -> solved in one step still books the pause
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending; 10:30 solved
    at Mon 11:00: resolution met 10:30, spent 30m, paused 1h, made of open 30m + paused 1h;
        booked full_resolution 1h30m

Paused -> closed in one step, too
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 on_hold; 10:30 closed
    at Mon 11:00: resolution met 10:30, spent 30m, paused 1h

Paused in the very second of the deadline it has not failed
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 pending
    at Mon 10:00: resolution paused, spent 1h, left 0s; outcomes none
    at Mon 11:00: resolution paused, due never; outcomes none

... and has no time left when it goes on
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 pending; 11:00 open
    at Mon 11:00: resolution breaching 11:00, due 11:00, spent 1h, paused 1h; outcomes resolution breached 1

... but is met by a solving in the second in which it goes on
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 pending; 11:00 open; 11:00 solved
    at Mon 11:00: resolution met 11:00; outcomes resolution met 1

Paused a second before the deadline it has a second left
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:59:59 pending; 10:30 open
    at Mon 10:30: resolution pending, due 10:30:01, left 1s
    at Mon 10:30:01: resolution breaching 10:30:01

Paused a second after the deadline it has failed
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00:01 pending
    at Mon 10:30: resolution breaching 10:00, due 10:00, spent 3601s; live resolution breaching 1, resolution paused 0

A clock that has failed stays failed while its elapsed time pauses
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:30 pending
    at Mon 10:45: resolution breaching 10:00, due 10:00, spent 1h30m, paused 15m
    ticket:  Mon 11:00 open
    at Mon 11:30: resolution breaching 10:00, due 10:00, spent 2h, paused 30m, left -1h; outcomes resolution breached 1

A clock that failed and is solved while it is paused is breached
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:30 pending; 11:00 solved
    at Mon 12:00: resolution breached 10:00, ended 11:00, due 10:00, spent 1h30m; outcomes resolution breached 1

Closed hours beat pauses
    promise: resolution 2h in office
    ticket:  Mon 16:00 created; 16:30 pending; Tue 09:30 open
    at Tue 10:00: resolution pending, due 11:00, spent 1h, paused 1h,
        made of open 30m + paused 30m + closed 16h + paused 30m + open 30m

A pause of closed hours only moves nothing
    promise: resolution 10h in office
    ticket:  Mon 16:00 created; 18:00 pending
    at Mon 19:00: resolution paused, due never, spent 1h, made of open 1h + closed 2h
    ticket:  Mon 20:00 open
    at Tue 09:00: resolution pending, due Wed 10:00, paused 0s, made of open 1h + closed 16h

A pause from closing to opening moves nothing
    promise: resolution 2h in office
    ticket:  Fri 16:00 created; 17:00 on_hold; next Mon 09:00 open
    at next Mon 09:30: resolution pending, due 10:00, paused 0s, made of open 1h + closed 64h + open 30m

Paused over the change to summer time, what really passed is paused
    zone: Europe/Berlin
    promise: resolution 2h
    ticket:  2025-03-30 01:00 created; 01:30 pending; 03:30 open
    at 2025-03-30 03:30: resolution pending, due 05:00, spent 30m, paused 1h

A pause without length is none
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending; 09:30 open
    at Mon 09:45: resolution pending, due 10:00, paused 0s, made of open 45m

A pause that begins with the ticket counts from its first second
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:00 pending; 09:20 open
    at Mon 09:30: resolution pending, due 10:20, made of paused 20m + open 10m

Two clocks may pause on different things
    promise: first_response 1h pausing pending
    promise: resolution 1h pausing on_hold
    ticket:  Mon 09:00 created; 09:10 pending; 09:20 on_hold; 09:40 open
    at Mon 10:00: first_response pending, due 10:10, paused 10m; resolution pending, due 10:20, paused 20m
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_pause_stops_the_clock(case: Case) -> None:
    """A pause takes the deadline away; resumed, it has moved by the open time that was paused."""
    assert [] == differences(case)
