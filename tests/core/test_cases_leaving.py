"""Merged, deleted, restored: what leaves the wall, what stays, what comes back."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
A merged ticket leaves every live figure at once and breaches no more
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 merged into T2
    at Mon 09:30: resolution cancelled; live nothing; status merged; unanswered since never
    at Mon 12:00: resolution cancelled, spent 30m, made of open 30m; outcomes none; counts created 1

A deleted ticket, too
    promise: first_response 1h
    promise: resolution 1h
    promise: ownership 1h
    ticket:  Mon 09:00 created
    at Mon 09:20: live new 1, unanswered 1, first_response pending 1, resolution pending 1, ownership pending 1
    ticket:  Mon 09:30 deleted
    at Mon 12:00: first_response cancelled; resolution cancelled; ownership cancelled; live nothing; outcomes none;
        status deleted

What it has contributed stays
    promise: first_response 1h
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:10 agent writes; 11:30 merged
    at Mon 12:00: first_response met 09:10; outcomes first_response met 1, resolution breached 1;
        counts created 1, messages 1; booked first_response 10m

A deadline that passed meanwhile breaches when it is restored
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 deleted
    at Mon 10:30: outcomes none
    ticket:  Mon 11:00 restored
    at Mon 11:30: resolution breaching 11:00, due 10:00, spent 2h30m; outcomes resolution breached 1;
        live new 1, resolution breaching 1

All deadlines that passed meanwhile do
    promise: first_response 1h
    promise: resolution 90m
    promise: ownership 4h
    ticket:  Mon 09:00 created; 09:30 merged; 11:00 restored
    at Mon 11:30: first_response breaching 11:00; resolution breaching 11:00; ownership pending, due 13:00;
        outcomes first_response breached 1, resolution breached 1

Restored in time, the time between counts
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 merged; 09:45 restored
    at Mon 09:50: resolution pending, due 10:00, spent 50m, made of open 50m; live resolution pending 1
    at Mon 10:00: resolution breaching 10:00

Restored in the second of its deadline, silence is a breach as ever
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:30 deleted; 10:00 restored
    at Mon 10:00: first_response breaching 10:00; outcomes first_response breached 1

... and an answer in that second is in time
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:30 deleted; 10:00 restored; 10:00 agent writes
    at Mon 10:30: first_response met 10:00; outcomes first_response met 1

Restored a second after its deadline, no answer is in time
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:30 deleted; 10:00:01 restored; 10:00:01 agent writes
    at Mon 10:30: first_response breached 10:00:01, ended 10:00:01; outcomes first_response breached 1

Deleted in the second of its deadline it has not failed
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 deleted
    at Mon 10:30: resolution cancelled; outcomes none
    ticket:  Mon 11:00 restored
    at Mon 11:30: resolution breaching 11:00; outcomes resolution breached 1

Deleted after its deadline, the breach stays and is not counted again
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:30 deleted
    at Mon 11:00: resolution breached 10:00, ended never, spent 1h30m; outcomes resolution breached 1; live nothing
    ticket:  Mon 11:00 restored
    at Mon 11:30: resolution breaching 10:00, due 10:00; outcomes resolution breached 1; live resolution breaching 1

Deleted while paused, it is restored paused
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:15 pending; 09:30 deleted; 11:00 restored
    at Mon 11:15: resolution paused, due never, spent 15m, paused 2h; outcomes none; live pending 1
    ticket:  Mon 11:30 open
    at Mon 12:00: resolution pending, due 12:15, spent 45m, paused 2h15m

What is said of a deleted ticket's status is taken up when it is restored
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 deleted; 09:40 pending; 10:00 restored
    at Mon 11:30: resolution paused, spent 1h, paused 1h30m; live pending 1

Solved while it was deleted, it is solved when it is restored
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 deleted; 09:40 solved; 10:00 restored
    at Mon 11:30: resolution met 10:00, spent 1h; counts solved 1; live nothing

Paused while it was deleted, its deadline passes all the same, and it is paused from the restoring on
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 deleted; 09:40 pending; 11:00 restored
    at Mon 12:00: resolution breaching 11:00, due 10:00, spent 2h, paused 1h; outcomes resolution breached 1

A target changed meanwhile is exceeded at the restoring
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 09:30 deleted; 10:30 becomes high; 11:00 restored
    at Mon 11:30: resolution breaching 11:00, target 1h; outcomes resolution breached 1

Messages on a deleted ticket neither answer nor ask
    promise: first_response 4h
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:30 deleted; 09:40 agent writes; 09:50 customer writes; 10:00 restored
    at Mon 10:30: first_response pending, due 13:00; no next_response; public_replies 0

A restoring of what is there changes nothing
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 restored
    at Mon 10:00: resolution pending, due 11:00, made of open 1h; live new 1; reopens 0

Deleted twice, it is restored once
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 merged; 09:40 deleted; 10:00 restored
    at Mon 10:30: resolution pending, due 11:00; live new 1

Deleted, restored and deleted again
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 deleted; 10:00 restored; 10:30 deleted
    at Mon 12:00: resolution cancelled; outcomes none; live nothing

A solved ticket that is merged and restored is still solved
    promise: resolution 2h
    ticket:  Mon 09:00 created; 10:00 solved; 10:30 merged; 11:00 restored
    at Mon 12:00: resolution met 10:00; no second resolution; outcomes resolution met 1; counts solved 1, reopened 0;
        live nothing

... and can be reopened
    promise: resolution 2h
    ticket:  Mon 09:00 created; 10:00 solved; 10:30 merged; 11:00 restored; 12:00 open
    at Mon 12:30: second resolution pending, due 13:00, spent 1h30m; counts reopened 1

A breach at the restoring belongs to the group in which it left
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 deleted; 09:40 moved to tech; 11:00 restored
    at Mon 11:30: resolution breaching 11:00; outcomes in billing resolution breached 1; outcomes in tech none;
        queue tech

Its customer waits again when it is restored
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:30 merged
    at Mon 09:40: unanswered since never; live nothing
    ticket:  Mon 09:50 restored
    at Mon 10:00: next_response pending, since 09:20, due 10:20; unanswered since 09:20

Closed hours are closed while it is deleted
    promise: resolution 2h in office
    ticket:  Mon 16:00 created; 16:30 deleted; Tue 09:30 restored
    at Tue 09:30: resolution pending, due 10:00, spent 1h30m, made of open 1h + closed 16h + open 30m

The other ticket of a merge goes on
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 merged into T2
    ticket T2: Mon 09:00 created
    at Mon 10:00: resolution cancelled; T2: resolution breaching 10:00; outcomes resolution breached 1; live new 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_gone_ticket_waits_for_its_return(case: Case) -> None:
    """A merged or deleted ticket leaves every live figure; restored, its clocks go on as if it had been there."""
    assert [] == differences(case)
