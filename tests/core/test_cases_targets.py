"""Target changes: another priority or queue measures the clock anew, with what has elapsed."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
10: 10:00 medium (3 h); 11:00 high (2 h) -> due 12:00
    promise: resolution 3h for priority medium
    promise: resolution 2h for priority high
    ticket:  Mon 10:00 created medium
    at Mon 10:30: resolution pending, due 13:00, target 3h
    ticket:  Mon 11:00 becomes high
    at Mon 11:30: resolution pending, due 12:00, spent 1h30m, target 2h, left 30m, made of open 1h30m
    at Mon 12:00: resolution breaching 12:00

A target that is already exceeded is breached at the time of the change, not before
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low
    at Mon 10:59:59: resolution pending; outcomes none
    ticket:  Mon 11:00 becomes high
    at Mon 12:00: resolution breaching 11:00, due 11:00, spent 3h, left -2h; outcomes resolution breached 1;
        last hour outcomes resolution breached 1

Exactly used up at the change, silence at that second is a breach
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 10:00 becomes high
    at Mon 10:00: resolution breaching 10:00, left 0s; outcomes resolution breached 1

... and a solving at that second is in time
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 10:00 becomes high; 10:00 solved
    at Mon 10:30: resolution met 10:00, spent 1h; outcomes resolution met 1

Used up in open hours, changed in closed ones: breached at the change
    promise: resolution 1h in office for priority high
    promise: resolution 8h in office
    ticket:  Mon 16:00 created low; 18:00 becomes high
    at Mon 19:00: resolution breaching 18:00, spent 1h, made of open 1h + closed 2h

Changed a second before the new target is used up
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 09:59:59 becomes high
    at Mon 09:59:59: resolution pending, due 10:00, left 1s
    at Mon 10:00: resolution breaching 10:00

Changed to a longer target in the second of the deadline it has not failed
    promise: resolution 1h for priority high
    promise: resolution 2h
    ticket:  Mon 09:00 created high; 10:00 becomes low
    at Mon 10:30: resolution pending, due 11:00; outcomes none

Changed to a longer target after the deadline it stays failed
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created high; 10:00:01 becomes low
    at Mon 10:30: resolution breaching 10:00; outcomes resolution breached 1
    ticket:  Mon 11:00 solved
    at Mon 12:00: resolution breached 10:00, ended 11:00; outcomes resolution breached 1

Failed once, it does not fail at a shorter target again
    promise: resolution 2h for priority high
    promise: resolution 3h
    ticket:  Mon 09:00 created low; 13:00 becomes high
    at Mon 14:00: resolution breaching 12:00; outcomes resolution breached 1

There and back, the first deadline is back
    promise: resolution 2h for priority high
    promise: resolution 3h
    ticket:  Mon 10:00 created low; 10:30 becomes high
    at Mon 10:45: resolution pending, due 12:00
    ticket:  Mon 11:00 becomes low
    at Mon 11:15: resolution pending, due 13:00, spent 1h15m, made of open 1h15m

A change that selects the same target changes nothing
    promise: resolution 1h for priority high/urgent
    ticket:  Mon 09:00 created high; 09:30 becomes urgent
    at Mon 09:45: resolution pending, due 10:00; priority urgent

Changed in the second of the creation
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 09:00 becomes high
    at Mon 09:30: resolution pending, due 10:00, since 09:00

Pauses carry over
    promise: resolution 3h for priority medium
    promise: resolution 2h for priority high
    ticket:  Mon 10:00 created medium; 10:15 pending; 10:45 open; 11:00 becomes high
    at Mon 11:30: resolution pending, due 12:30, spent 1h, paused 30m

Changed while paused, the new target counts from the resumption
    promise: resolution 3h for priority medium
    promise: resolution 2h for priority high
    ticket:  Mon 10:00 created medium; 11:00 pending; 11:30 becomes high
    at Mon 11:45: resolution paused, due never, target 2h, spent 1h, left 1h
    ticket:  Mon 12:00 open
    at Mon 12:30: resolution pending, due 13:00, paused 1h, made of open 1h + paused 1h + open 30m

Changed while paused to a target that is exceeded
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 11:00 pending; 11:30 becomes high
    at Mon 12:00: resolution breaching 11:30, spent 2h, paused 1h; outcomes resolution breached 1

A new target may pause where the old one ran
    promise: resolution 3h for priority high
    promise: resolution 3h pausing nothing
    ticket:  Mon 10:00 created low; 10:30 pending; 11:00 becomes high
    at Mon 11:30: resolution paused, spent 1h, paused 30m
    ticket:  Mon 12:00 open
    at Mon 12:30: resolution pending, due 14:00, made of open 1h + paused 1h + open 30m

A new target may run where the old one paused
    promise: resolution 3h for priority high
    promise: resolution 3h pausing nothing
    ticket:  Mon 10:00 created high; 10:30 pending; 11:00 becomes low
    at Mon 11:30: resolution pending, due 13:30, spent 1h, paused 30m, made of open 30m + paused 30m + open 30m

No match cancels the clock, a later match brings it back with what had elapsed
    promise: resolution 4h for priority high
    ticket:  Mon 09:00 created high; 10:00 becomes low
    at Mon 11:00: resolution cancelled, due never, spent 1h; outcomes none; live resolution pending 0
    ticket:  Mon 12:00 becomes high
    at Mon 12:30: resolution pending, due 15:00, spent 1h30m, made of open 1h + stopped 2h + open 30m
    at Mon 15:00: resolution breaching 15:00

Reopened without a match, a later match goes on with what had elapsed
    promise: resolution 4h for priority high
    ticket:  Mon 09:00 created high; 10:00 solved; 11:00 becomes low; 12:00 open; 13:00 becomes high
    at Mon 13:30: second resolution pending, due 16:00, spent 1h30m, made of open 1h + stopped 3h + open 30m

A clock without match passes its old deadline in silence
    promise: resolution 1h for priority high
    ticket:  Mon 09:00 created high; 09:30 becomes low
    at Mon 12:00: resolution cancelled, spent 30m; outcomes none
    ticket:  Mon 12:00 solved
    at Mon 13:00: resolution cancelled; outcomes none; counts solved 1; booked full_resolution 3h

A target of null cancels, too
    promise: resolution none for priority low
    promise: resolution 1h
    ticket:  Mon 09:00 created high; 09:30 becomes low
    at Mon 12:00: resolution cancelled, spent 30m; outcomes none

A first match later counts from the clock's start
    promise: resolution 4h for priority high
    ticket:  Mon 09:00 created low
    at Mon 09:30: no resolution
    ticket:  Mon 10:00 becomes high
    at Mon 11:00: resolution pending, since 09:00, due 13:00, spent 2h, made of open 2h

A first match later takes off the pauses before it
    promise: resolution 4h for priority high
    ticket:  Mon 09:00 created low; 09:30 pending; 09:45 open; 10:00 becomes high
    at Mon 11:00: resolution pending, due 13:15, spent 1h45m, paused 15m,
        made of open 30m + paused 15m + open 1h15m

A first match later that is exceeded already is breached at the change
    promise: resolution 1h for priority high
    ticket:  Mon 09:00 created low; 11:00 becomes high
    at Mon 12:00: resolution breaching 11:00, spent 3h; outcomes resolution breached 1

A first match later counts in its own open hours
    promise: resolution 1h in office for priority high
    ticket:  Fri 16:30 created low; next Mon 09:15 becomes high
    at next Mon 09:20: resolution pending, due 09:30, spent 50m, made of open 30m + closed 64h + open 20m

A first response that finds its first target late counts from the creation
    promise: first_response 1h for priority high
    ticket:  Mon 09:00 created; 09:30 becomes high; 09:50 agent writes
    at Mon 12:00: first_response met 09:50, since 09:00, due 10:00, spent 50m

Time that has elapsed keeps the schedule that it was measured in: 24x7, then office
    promise: resolution 20h in office for priority high
    promise: resolution 24h
    ticket:  Fri 16:00 created low; Sat 10:00 becomes high
    at Sat 12:00: resolution pending, due next Mon 11:00, spent 18h, left 2h, made of open 18h + closed 2h

Time that has elapsed keeps the schedule that it was measured in: office, then 24x7
    promise: resolution 4h for priority high
    promise: resolution 8h in office
    ticket:  Fri 16:00 created low; Sat 10:00 becomes high
    at Sat 12:00: resolution pending, due 13:00, spent 3h, made of open 1h + closed 17h + open 2h

Another queue selects the target anew
    promise: resolution 1h for queue tech
    promise: resolution 4h
    ticket:  Mon 09:00 created; 09:30 moved to tech
    at Mon 09:40: resolution pending, due 10:00; queue tech
    ticket:  Mon 09:45 moved to billing
    at Mon 10:00: resolution pending, due 13:00; outcomes none; counts transferred 2

Exceeded by a move, the breach belongs to the new queue
    promise: resolution 1h for queue tech
    promise: resolution 4h
    ticket:  Mon 09:00 created; 11:00 moved to tech
    at Mon 12:00: resolution breaching 11:00; outcomes in tech resolution breached 1; outcomes in billing none;
        counts in billing created 1, transferred 1

Breached before a move, the breach stays where it was
    promise: resolution 1h
    ticket:  Mon 09:00 created; 11:00 moved to tech
    at Mon 12:00: resolution breaching 10:00; outcomes in billing resolution breached 1; outcomes in tech none

What is counted after a change is counted in the new priority
    promise: first_response 1h
    promise: resolution 3h
    ticket:  Mon 09:00 created low; 10:30 becomes high; 11:00 solved
    at Mon 12:00: outcomes in low first_response breached 1; outcomes in high resolution met 1;
        counts in low created 1, solved 0; counts in high created 0, solved 1

Finished clocks are not re-judged
    promise: first_response 5m for priority high
    promise: first_response 1h
    promise: resolution 5m for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created low; 09:30 agent writes; 10:00 solved; 10:30 becomes high
    at Mon 12:00: first_response met 09:30, target 1h; resolution met 10:00, target 4h;
        outcomes first_response met 1, resolution met 1

First and next response are measured anew, too
    promise: first_response 30m for priority high
    promise: first_response 2h
    promise: next_response 10m for priority high
    promise: next_response 1h
    ticket:  Mon 09:00 created low; 09:45 becomes high
    at Mon 09:50: first_response breaching 09:45, spent 50m
    ticket:  Mon 10:00 agent writes; 10:10 customer writes; 10:15 becomes low
    at Mon 10:30: first_response breached 09:45, ended 10:00; next_response pending, due 11:10, spent 20m

Ownership is measured anew, too
    promise: ownership 30m for priority high
    promise: ownership 2h
    ticket:  Mon 09:00 created low; 09:20 becomes high
    at Mon 09:25: ownership pending, since 09:00, due 09:30
    at Mon 09:30: ownership breaching 09:30
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_changed_target_keeps_what_has_elapsed(case: Case) -> None:
    """Elapsed time and pauses carry over to the new target, and nothing is breached before the change."""
    assert [] == differences(case)
