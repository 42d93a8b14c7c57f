"""Ownership: how long a queue has a ticket."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
Put in a queue by its creation
    promise: ownership 1h
    ticket:  Mon 09:00 created
    at Mon 09:59:59: ownership pending, since 09:00, due 10:00
    at Mon 10:00: ownership breaching 10:00; outcomes in billing ownership breached 1

Moved on in time, the next queue has its own time
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 moved to tech
    at Mon 10:00: ownership met 09:30, spent 30m; second ownership pending, since 09:30, due 10:30;
        outcomes in billing ownership met 1; outcomes in tech none; counts transferred 1
    at Mon 10:30: second ownership breaching 10:30; outcomes in tech ownership breached 1

Moved on at exactly the deadline
    promise: ownership 1h
    ticket:  Mon 09:00 created; 10:00 moved to tech
    at Mon 10:00: ownership met 10:00; second ownership pending, since 10:00; outcomes ownership met 1

Moved on a second later, the breach stays with the queue that was late
    promise: ownership 1h
    ticket:  Mon 09:00 created; 10:00:01 moved to tech
    at Mon 10:30: ownership breached 10:00, ended 10:00:01; second ownership pending, due 11:00:01;
        outcomes in billing ownership breached 1; outcomes in tech none

Solved in time
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 solved
    at Mon 12:00: ownership met 09:30; no second ownership; outcomes ownership met 1

Given to an agent it is still the queue's
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:10 given to a1; 09:20 given to a2; 09:30 taken back
    at Mon 09:30: ownership pending, due 10:00; no second ownership; counts transferred 0; live unassigned 1

Moved to where it is already changes nothing
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 moved to billing
    at Mon 09:40: ownership pending, since 09:00, due 10:00; no second ownership; counts transferred 0

Answered it is still the queue's
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 escalated
    at Mon 10:00: ownership breaching 10:00; counts escalated 1

Without a queue nobody owns it; the first queue is no transfer
    promise: ownership 1h
    ticket:  Mon 09:00 created without queue
    at Mon 10:30: no ownership; outcomes none
    ticket:  Mon 11:00 moved to tech
    at Mon 11:30: ownership pending, since 11:00, due 12:00; counts transferred 0

Three queues are three cycles
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 moved to tech; 11:00 moved to billing; 11:30 solved
    at Mon 12:00: ownership met 09:30; second ownership breached 10:30, ended 11:00;
        third ownership met 11:30, since 11:00;
        outcomes in billing ownership met 2; outcomes in tech ownership breached 1; counts transferred 2

Reopened, the queue has it anew
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 solved; 12:00 open
    at Mon 12:30: ownership met 09:30; second ownership pending, since 12:00, due 13:00, spent 30m

Moved while it is solved, nobody owns it until it is reopened
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 solved; 10:00 moved to tech
    at Mon 11:30: ownership met 09:30; no second ownership; outcomes ownership met 1
    ticket:  Mon 12:00 open
    at Mon 13:00: second ownership breaching 13:00, since 12:00; outcomes in tech ownership breached 1

Pauses do not stop it, unless the policy says so
    promise: ownership 1h for queue billing
    promise: ownership 1h pausing on_hold for queue tech
    ticket:  Mon 09:00 created; 09:10 on_hold; 09:50 moved to tech
    at Mon 10:00: ownership met 09:50, spent 50m, paused 0s; second ownership paused, due never, spent 0s
    ticket:  Mon 10:20 open
    at Mon 10:30: second ownership pending, due 11:20, spent 10m, paused 30m

It counts open hours
    promise: ownership 2h in office
    ticket:  Fri 16:00 created; next Mon 09:30 moved to tech
    at next Mon 10:00: ownership met 09:30, spent 1h30m; second ownership pending, due 11:30

A queue without a promise is not measured
    promise: ownership 1h for queue tech
    ticket:  Mon 09:00 created; 11:00 moved to tech; 11:30 moved to sales; 14:00 moved to tech
    at Mon 14:30: no ownership; second ownership met 11:30; no third ownership; fourth ownership pending, due 15:00;
        outcomes ownership met 1; counts transferred 3

A transfer without an agent leaves the ticket unassigned
    ticket:  Mon 09:00 created to a1
    at Mon 09:10: live unassigned 0, new 1
    ticket:  Mon 09:20 moved to tech
    at Mon 09:30: live unassigned 1
    ticket:  Mon 09:40 moved to billing for a2
    at Mon 09:50: live unassigned 0

A ticket in two queues in one second
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:00 moved to tech
    at Mon 09:30: ownership met 09:00, spent 0s; second ownership pending, due 10:00;
        outcomes in billing ownership met 1

A deleted ticket is nobody's
    promise: ownership 1h
    ticket:  Mon 09:00 created; 09:30 deleted
    at Mon 12:00: ownership cancelled; outcomes none
    ticket:  Mon 12:00 restored
    at Mon 12:30: ownership breaching 12:00, due 10:00; no second ownership; outcomes ownership breached 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_queue_owns_until_it_moves_on(case: Case) -> None:
    """Ownership starts when a ticket is put in a queue, and is satisfied when it moves on or is solved."""
    assert [] == differences(case)
