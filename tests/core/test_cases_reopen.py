"""Reopening: what is kept, what goes on, what starts anew."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
16: solved at 11:00 (target 4 h, started 09:00), reopened at 15:00, continue: 2 h left from 15:00, due 17:00
    promise: resolution 4h
    ticket:  Mon 09:00 created; 11:00 solved; 15:00 open
    at Mon 15:00: second resolution pending, due 17:00, spent 2h, left 2h
    at Mon 16:00: resolution met 11:00, due 13:00, spent 2h; second resolution pending, due 17:00, spent 3h,
        made of open 2h + stopped 4h + open 1h; outcomes resolution met 1; counts reopened 1, solved 1
    at Mon 17:00: second resolution breaching 17:00; outcomes resolution met 1, resolution breached 1

16: restart: a second cycle, due 19:00
    promise: resolution 4h restart
    ticket:  Mon 09:00 created; 11:00 solved; 15:00 open
    at Mon 16:00: resolution met 11:00; second resolution pending, since 15:00, due 19:00, spent 1h, left 3h,
        made of open 1h
    at Mon 19:00: second resolution breaching 19:00; outcomes resolution met 1, resolution breached 1

Continue: solved again in what was left, both cycles are met
    promise: resolution 4h
    ticket:  Mon 09:00 created; 11:00 solved; 15:00 open; 17:00 solved
    at Mon 18:00: resolution met 11:00; second resolution met 17:00, due 17:00, spent 4h, left 0s;
        outcomes resolution met 2; reopens 1

Continue: solved a second after what was left
    promise: resolution 4h
    ticket:  Mon 09:00 created; 11:00 solved; 15:00 open; 17:00:01 solved
    at Mon 18:00: second resolution breached 17:00, ended 17:00:01; outcomes resolution met 1, resolution breached 1

Continue: one that has breached before is not counted again
    promise: resolution 1h
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 open
    at Mon 12:00: resolution breached 10:00, ended 11:00; second resolution breaching 10:00, due 10:00, spent 2h;
        outcomes resolution breached 1; live resolution breaching 1
    at Mon 13:30: second resolution breaching 10:00, due 10:00; outcomes resolution breached 1
    ticket:  Mon 14:00 solved
    at Mon 14:30: second resolution breached 10:00, ended 14:00, spent 4h; outcomes resolution breached 1;
        counts solved 2

Restart: one that has breached before may be met
    promise: resolution 1h restart
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 open; 12:30 solved
    at Mon 14:00: resolution breached 10:00; second resolution met 12:30, spent 30m;
        outcomes resolution breached 1, resolution met 1

Restart: one that has breached before may breach again, and is counted again
    promise: resolution 1h restart
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 open
    at Mon 12:30: second resolution pending, due 13:00; outcomes resolution breached 1
    at Mon 13:00: second resolution breaching 13:00; outcomes resolution breached 2

Restart: every reopening has a cycle
    promise: resolution 1h restart
    ticket:  Mon 09:00 created; 09:30 solved; 10:00 open; 10:30 solved; 11:00 open; 12:30 solved; 13:00 open
    at Mon 13:15: resolution met 09:30; second resolution met 10:30; third resolution breached 12:00, ended 12:30;
        fourth resolution pending, due 14:00, since 13:00; reopens 3; outcomes resolution met 2, resolution breached 1

Continue: three cycles share one target
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 solved; 10:00 open; 10:45 solved; 12:00 open
    at Mon 12:15: third resolution pending, due 12:45, spent 1h30m, left 30m,
        made of open 30m + stopped 30m + open 45m + stopped 1h15m + open 15m
    at Mon 12:45: third resolution breaching 12:45; outcomes resolution met 2, resolution breached 1

Continue: solved at exactly the deadline is met, and reopened has nothing left
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 solved
    at Mon 11:00: resolution met 10:00; outcomes resolution met 1
    ticket:  Mon 12:00 open
    at Mon 12:00: second resolution breaching 12:00, left 0s; outcomes resolution met 1, resolution breached 1

Continue in office hours: what was left on Monday is left on the weekend
    promise: resolution 1h in office
    ticket:  Fri 16:15 created; 16:30 solved; Sat 10:00 open
    at Sat 12:00: second resolution pending, due next Mon 09:45, spent 15m,
        made of open 15m + stopped 17h30m + closed 2h

Restart in office hours begins at the next opening
    promise: resolution 1h in office restart
    ticket:  Fri 16:15 created; 16:30 solved; Sat 10:00 open
    at Sat 12:00: second resolution pending, since 10:00, due next Mon 10:00, spent 0s

Continue: pauses before the solving stay out of what had elapsed
    promise: resolution 2h
    ticket:  Mon 09:00 created; 09:30 pending; 10:00 solved; 12:00 open
    at Mon 12:30: resolution met 10:00, spent 30m, paused 30m;
        second resolution pending, due 13:30, spent 1h, paused 30m,
        made of open 30m + paused 30m + stopped 2h + open 30m

Reopened as pending it is paused from the start
    promise: resolution 2h
    ticket:  Mon 09:00 created; 10:00 solved; 12:00 pending
    at Mon 13:00: second resolution paused, due never, spent 1h, paused 1h; counts reopened 1; live pending 1
    ticket:  Mon 13:00 open
    at Mon 13:30: second resolution pending, due 14:00

Reopened as on hold with restart it has burnt nothing
    promise: resolution 2h restart
    ticket:  Mon 09:00 created; 10:00 solved; 12:00 on_hold; 13:00 open
    at Mon 13:30: second resolution pending, due 15:00, spent 30m, paused 1h, made of paused 1h + open 30m

Any change from solved or closed to an unsolved state is a reopening
    promise: resolution 9h
    ticket:  Mon 09:00 created; 10:00 solved; 11:00 new; 12:00 closed; 13:00 open; 14:00 closed; 15:00 on_hold
    at Mon 15:00: reopens 3; counts reopened 3, solved 3

Closing what is solved counts nothing
    promise: resolution 4h
    ticket:  Mon 09:00 created; 10:00 solved; 11:00 closed
    at Mon 12:00: resolution met 10:00; no second resolution; counts solved 1, reopened 0; status closed;
        booked full_resolution 1h; booked first_resolution 1h

Nor does a closed ticket that is called solved
    promise: resolution 4h
    ticket:  Mon 09:00 created; 10:00 closed; 11:00 solved; 12:00 open
    at Mon 12:00: resolution met 10:00; second resolution pending, spent 1h; counts solved 1, reopened 1

Reopened in the second of its solving
    promise: resolution 4h
    ticket:  Mon 09:00 created; 10:00 solved; 10:00 open
    at Mon 11:00: resolution met 10:00; second resolution pending, due 13:00, made of open 2h

The first response stays as it was: met
    promise: first_response 1h
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 12:00 open; 12:30 agent writes
    at Mon 13:00: first_response met 09:10; no second first_response; no next_response;
        outcomes first_response met 1; booked first_response 10m; first_response took 10m

The first response stays as it was: breached
    promise: first_response 1h
    ticket:  Mon 09:00 created; 11:00 solved; 12:00 open; 12:10 agent writes
    at Mon 13:00: first_response breached 10:00, ended 11:00; outcomes first_response breached 1;
        first_response took nothing

Never answered, reopened: the customer waits for a next response
    promise: first_response 4h
    promise: next_response 1h
    ticket:  Mon 09:00 created; 10:00 solved; 12:00 open; 12:10 customer writes; 12:30 agent writes
    at Mon 13:00: first_response met 10:00; next_response met 12:30, since 12:10, spent 20m;
        booked next_response 20m; booked first_response nothing

Who writes on a solved ticket waits from its reopening
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 11:00 customer writes
    at Mon 11:30: no next_response; unanswered since never
    ticket:  Mon 12:00 open
    at Mon 12:30: next_response pending, since 12:00, due 13:00; unanswered since 12:00

Who answers an agent's ticket only when it is solved waits for a first response from its reopening
    promise: first_response 1h
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes; 10:00 solved; 11:00 customer writes; 12:00 open
    at Mon 12:30: first_response pending, since 12:00, due 13:00

Who writes on a solved ticket that stays solved waits for nothing
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 11:00 customer writes
    at Mon 15:00: no next_response; outcomes none; live nothing

An answer on the solved ticket is an answer: reopened, nobody waits
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 11:00 customer writes; 11:30 agent writes; 12:00 open
    at Mon 14:00: no next_response; unanswered since never

Reopened by somebody else, nobody waits
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 12:00 open
    at Mon 14:00: no next_response; outcomes none

A wait that solving ended does not come back
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 10:00 solved; 12:00 open
    at Mon 14:00: next_response met 10:00; no second next_response; outcomes next_response met 1

Full resolution is booked at each solving, first resolution once
    ticket:  Mon 09:00 created; 11:00 solved; 15:00 open; 17:00 closed
    at Mon 18:00: booked full_resolution 2h + 8h; booked first_resolution 2h; full_resolution took 8h;
        first_resolution took 2h; counts solved 2, reopened 1

Continue: a target changed while solved is exceeded at the reopening
    promise: resolution 1h for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created low; 11:00 solved; 12:00 becomes high
    at Mon 14:00: resolution met 11:00, target 4h; outcomes resolution met 1
    ticket:  Mon 15:00 open
    at Mon 15:00: second resolution breaching 15:00, due 15:00, target 1h, spent 2h;
        outcomes resolution met 1, resolution breached 1

Continue: a target changed while solved and exactly used up is breached by silence at the reopening
    promise: resolution 2h for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created low; 11:00 solved; 12:00 becomes high; 15:00 open
    at Mon 15:00: second resolution breaching 15:00, left 0s; outcomes resolution met 1, resolution breached 1

... and met by a solving in that second
    promise: resolution 2h for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created low; 11:00 solved; 12:00 becomes high; 15:00 open; 15:00 solved
    at Mon 15:30: second resolution met 15:00, spent 2h; outcomes resolution met 2

Continue: a target changed while solved gives what it has left
    promise: resolution 3h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low; 11:00 solved; 12:00 becomes high; 15:00 open
    at Mon 15:30: second resolution pending, due 16:00, spent 2h30m, target 3h

Continue: a first match found while solved counts what was worked before, without its pauses
    promise: resolution 4h for priority high
    ticket:  Mon 09:00 created low; 09:30 pending; 09:40 open; 10:00 solved; 11:00 becomes high; 12:00 open
    at Mon 12:30: second resolution pending, since 09:00, due 15:10, spent 1h20m, paused 10m,
        made of open 30m + paused 10m + open 20m + stopped 2h + open 30m

Restart: a target changed while solved is met from zero
    promise: resolution 1h restart for priority high
    promise: resolution 4h restart
    ticket:  Mon 09:00 created low; 11:00 solved; 12:00 becomes high; 15:00 open
    at Mon 15:30: second resolution pending, due 16:00, spent 30m

A ticket created as solved starts no clock, and is no solving
    promise: resolution 1h
    promise: first_response 1h
    ticket:  Mon 09:00 created solved
    at Mon 12:00: no resolution; no first_response; counts created 1, solved 0; outcomes none; live nothing

A clock that is reopened is imminent where little is left
    promise: resolution 2h warn 30m
    ticket:  Mon 09:00 created; 10:30 solved; 12:00 open
    at Mon 12:00: second resolution imminent, due 12:30; live resolution imminent 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_reopened_ticket_follows_the_policy(case: Case) -> None:
    """A reopening begins a new cycle, as the policy says, and keeps every earlier outcome."""
    assert [] == differences(case)
