"""Several cycles, and calendars, pauses, targets and reopenings at once."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
The next response's cycles go on over a reopening
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:30 solved; 10:00 customer writes;
        11:00 open;
        11:20 agent writes; 11:30 customer writes
    at Mon 12:00: next_response met 09:30; second next_response met 11:20, since 11:00;
        third next_response pending, due 12:30;
        booked next_response 20m; outcomes next_response met 2

Continue: met, then breached, then not counted again
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 solved; 10:00 open; 11:00 solved; 12:00 open; 12:30 solved
    at Mon 13:00: resolution met 09:30; second resolution breached 10:30, ended 11:00; third resolution breached 10:30,
        ended 12:30, spent 2h; outcomes resolution met 1, resolution breached 1; reopens 2

Restart: breached, met, breached
    promise: resolution 1h restart
    ticket:  Mon 09:00 created; 10:30 solved; 11:00 open; 11:45 solved; 12:00 open; 13:10 closed
    at Mon 14:00: resolution breached 10:00; second resolution met 11:45; third resolution breached 13:00, ended 13:10;
        outcomes resolution met 1, resolution breached 2; counts solved 3, reopened 2

The choice is that of the target that holds at the reopening: restart
    promise: resolution 4h restart for queue tech
    promise: resolution 4h
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 moved to tech; 15:00 open
    at Mon 16:00: second resolution pending, since 15:00, due 19:00

The choice is that of the target that holds at the reopening: continue
    promise: resolution 4h
    promise: first_response 1h restart
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 moved to tech; 15:00 open
    at Mon 16:00: second resolution pending, since 09:00, due 17:00; first_response breached 10:00

Berlin with lunch: paused over lunch, solved on Friday, reopened on Monday before the opening
    zone: Europe/Berlin
    hours desk: mon-fri 08-12 13-17
    promise: resolution 8h in desk
    ticket:  Thu 10:00 created; 11:30 pending; 13:30 open; Fri 09:00 solved; next Mon 07:00 open
    at next Mon 09:00: resolution met Fri 09:00, spent 6h, paused 1h;
        second resolution pending, due next Mon 10:00, spent 7h,
        made of open 1h30m + paused 30m + closed 1h + paused 30m + open 3h30m + closed 15h + open 1h + stopped 70h
        + closed 1h + open 1h

The same with restart: the whole Monday is left, to its closing
    zone: Europe/Berlin
    hours desk: mon-fri 08-12 13-17
    promise: resolution 8h in desk restart
    ticket:  Thu 10:00 created; 11:30 pending; 13:30 open; Fri 09:00 solved; next Mon 07:00 open
    at next Mon 12:30: resolution met Fri 09:00; second resolution pending, due next Mon 17:00, spent 4h, paused 0s,
        made of closed 1h + open 4h + closed 30m
    at next Mon 17:00: second resolution breaching 17:00

The same with continue, and a holiday on Monday
    zone: Europe/Berlin
    hours desk: mon-fri 08-12 13-17; off 2026-03-09
    promise: resolution 8h in desk
    ticket:  Thu 10:00 created; 11:30 pending; 13:30 open; Fri 09:00 solved; next Mon 07:00 open
    at next Tue 09:00: second resolution pending, due 10:00, spent 7h

Paused over the change to summer time
    zone: Europe/Berlin
    promise: resolution 5h
    ticket:  2025-03-29 23:00 created; 2025-03-30 01:00 pending; 03:30 open
    at 2025-03-30 04:00: resolution pending, due 06:30, spent 2h30m, paused 1h30m,
        made of open 2h + paused 1h30m + open 30m

Solved in the hour that comes twice, reopened the next night
    zone: Europe/Berlin
    hours nights: mon-sun 22-06
    promise: resolution 12h in nights
    ticket:  2025-10-25 22:00 created; 2025-10-26 01:30Z solved; 2025-10-26 23:00 open
    at 2025-10-26 23:30: resolution met 01:30Z, spent 5h30m; second resolution pending, due 2025-10-27 05:30, spent 6h

Paused in office hours, changed to a target around the clock on Saturday
    promise: resolution 4h for priority high
    promise: resolution 16h in office
    ticket:  Fri 15:00 created low; 16:00 pending; Sat 10:00 becomes high; 12:00 open
    at Sat 13:00: resolution pending, due 15:00, spent 2h, paused 3h,
        made of open 1h + paused 1h + closed 17h + paused 2h + open 1h

Deleted while paused, over night
    promise: resolution 2h in office
    ticket:  Mon 16:00 created; 16:30 pending; 16:45 deleted; Tue 09:15 restored; 09:30 open
    at Tue 10:00: resolution pending, due 11:00, spent 1h, paused 1h,
        made of open 30m + paused 30m + closed 16h + paused 30m + open 30m

A pause over the weekend that is heard of on Monday
    promise: resolution 2h in office
    ticket:  Fri 16:00 created
    at next Mon 10:00: resolution breaching 10:00; outcomes resolution breached 1
    ticket:  Fri 16:30 on_hold
    at next Mon 10:00: resolution paused, spent 30m, paused 1h30m; outcomes none
    ticket:  next Mon 09:30 open
    at next Mon 10:00: resolution pending, due 11:00, spent 1h, paused 1h; outcomes none

Reopened as pending in closed hours, with restart
    promise: resolution 2h in office restart
    ticket:  Mon 09:00 created; 10:00 solved; 20:00 pending; Tue 10:00 open
    at Tue 11:00: second resolution pending, since Mon 20:00, due Tue 12:00, spent 1h, paused 1h,
        made of closed 13h + paused 1h + open 1h

A warning after a pause and a reopening, over a weekend
    promise: resolution 4h in office warn 1h
    ticket:  Mon 15:00 created; 16:00 pending; Tue 09:30 open; 10:30 solved; Fri 16:30 open
    at next Mon 09:29:59: second resolution pending, due 10:30, paused 1h30m
    at next Mon 09:30: second resolution imminent, due 10:30, spent 3h, left 1h; live resolution imminent 1

Changed, solved, changed back and reopened with restart
    promise: resolution 1h restart for priority high
    promise: resolution 4h restart
    ticket:  Mon 09:00 created low; 09:30 becomes high; 09:45 solved; 12:00 becomes low; 13:00 open
    at Mon 13:30: resolution met 09:45, target 1h, due 10:00; second resolution pending, target 4h, due 17:00

Matched late while paused, resumed the next day, solved, reopened with continue
    promise: resolution 4h in office for priority high
    ticket:  Mon 15:00 created low; 15:30 pending; 16:00 becomes high
    at Mon 16:30: resolution paused, since 15:00, spent 30m, paused 1h
    ticket:  Tue 09:30 open; 10:30 solved; Wed 16:00 open
    at Wed 18:00: resolution met Tue 10:30, spent 1h30m, paused 2h;
        second resolution pending, due Thu 10:30, spent 2h30m

A response in office hours that pauses, a resolution around the clock
    promise: first_response 2h in office pausing pending
    promise: resolution 4h
    ticket:  Fri 16:00 created; 16:30 pending; next Mon 09:30 open; 10:00 agent writes
    at next Mon 11:00: first_response met 10:00, spent 1h, paused 1h; first_response_open took 2h;
        resolution pending, due 13:00, spent 2h, paused 65h

Moved to a queue of another zone while it is paused
    hours york: mon-fri 09-17; in America/New_York
    promise: resolution 4h in york for queue tech
    promise: resolution 4h in office
    ticket:  Mon 09:00 created; 10:00 pending; 11:00 moved to tech; 15:00 open
    at Mon 16:00: resolution pending, due 18:00, spent 2h, paused 2h,
        made of open 1h + paused 1h + closed 3h + paused 1h + open 1h

Breached on Friday, paused over the weekend, changed on Monday: breached once, on Friday
    promise: resolution 1h in office for priority high
    promise: resolution 4h in office
    ticket:  Fri 15:00 created high; 16:30 pending; next Mon 09:30 becomes low; 10:00 open; 11:00 solved
    at next Mon 12:00: resolution breached Fri 16:00, ended next Mon 11:00, spent 2h30m, paused 1h30m;
        outcomes resolution breached 1

A week of one ticket
    promise: first_response 1h in office
    promise: next_response 2h in office
    promise: resolution 8h in office warn 1h
    promise: ownership 4h in office
    ticket:  Mon 16:30 created; Tue 09:20 agent writes; 10:00 customer writes; 11:00 pending; 12:30 agent writes;
        14:00 moved to tech; Wed 09:30 open
    at Wed 09:45: first_response met Tue 09:20, spent 50m; next_response breached Tue 12:00, ended Tue 12:30;
        ownership breached Tue 12:30, ended Tue 14:00; second ownership pending, due 10:00;
        resolution pending, due 15:00, paused 6h30m, spent 2h45m
    ticket:  Wed 14:00 solved; Thu 09:30 open
    at Thu 09:30: resolution met Wed 14:00, spent 7h; second resolution imminent, due 10:30, left 1h;
        second ownership breached Wed 10:00, ended Wed 14:00; third ownership pending, due 13:30
    ticket:  Thu 10:00 closed
    at Thu 12:00: second resolution met 10:00, spent 7h30m; third ownership met 10:00; live nothing;
        counts created 1, solved 2, reopened 1, transferred 1, messages 3; booked first_response 16h50m;
        booked first_response_open 50m; booked next_response 2h30m; booked full_resolution 45h30m + 65h30m;
        outcomes first_response met 1, next_response breached 1, resolution met 2, ownership met 1,
        ownership breached 2;
        outcomes in billing first_response met 1, next_response breached 1, ownership breached 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_rules_hold_at_once(case: Case) -> None:
    """Where several rules meet, each does its part."""
    assert [] == differences(case)
