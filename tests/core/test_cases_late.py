"""Late, repeated and early news: what is told when does not matter, only when it happened."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
15: a reply of 10:00:00 arrives at 10:20, deadline 10:05, the timer fired at 10:05: met, and no window counts a breach
    promise: first_response 65m
    ticket:  Mon 09:00 created
    at Mon 10:20: first_response breaching 10:05; outcomes first_response breached 1; live first_response breaching 1
    ticket:  Mon 10:00 agent writes
    at Mon 10:20: first_response met 10:00:00; outcomes first_response met 1; last hour outcomes first_response met 1;
        live first_response breaching 0, unanswered 0; booked first_response 1h

A reply of the very deadline that arrives late is in time
    promise: first_response 1h
    ticket:  Mon 09:00 created
    at Mon 10:00: first_response breaching 10:00
    ticket:  Mon 10:00 agent writes
    at Mon 10:00: first_response met 10:00; outcomes first_response met 1

A reply of a second after the deadline that arrives late is late
    promise: first_response 1h
    ticket:  Mon 09:00 created
    at Mon 12:00: outcomes first_response breached 1
    ticket:  Mon 10:00:01 agent writes
    at Mon 12:00: first_response breached 10:00, ended 10:00:01; outcomes first_response breached 1

A solving that arrives late takes back the breach of every clock
    promise: first_response 1h
    promise: resolution 1h
    promise: ownership 1h
    ticket:  Mon 09:00 created
    at Mon 11:00: outcomes first_response breached 1, resolution breached 1, ownership breached 1
    ticket:  Mon 09:30 solved
    at Mon 11:00: outcomes first_response met 1, resolution met 1, ownership met 1; live nothing; counts solved 1

A pause that arrives late takes the breach back
    promise: resolution 1h
    ticket:  Mon 09:00 created
    at Mon 11:00: resolution breaching 10:00; outcomes resolution breached 1
    ticket:  Mon 09:30 pending
    at Mon 11:00: resolution paused, spent 30m, paused 1h30m; outcomes none;
        live resolution paused 1, resolution breaching 0

A resumption that arrives late brings the breach to where it belongs
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 pending
    at Mon 12:00: resolution paused; outcomes none
    ticket:  Mon 09:45 open
    at Mon 12:00: resolution breaching 10:15; outcomes resolution breached 1; last hour outcomes none

A change of the priority that arrives late breaches at the change
    promise: resolution 1h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low
    at Mon 12:00: resolution pending; outcomes none
    ticket:  Mon 10:30 becomes high
    at Mon 12:00: resolution breaching 10:30; outcomes resolution breached 1

A deletion that arrives late takes the breach back
    promise: resolution 1h
    ticket:  Mon 09:00 created
    at Mon 10:30: outcomes resolution breached 1
    ticket:  Mon 09:50 deleted
    at Mon 10:30: resolution cancelled; outcomes none; live nothing

A question that arrives late is answered by what follows it
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 agent writes
    at Mon 10:30: no next_response
    ticket:  Mon 09:30 customer writes
    at Mon 10:30: next_response met 10:00, since 09:30; booked next_response 30m

An earlier question that arrives late moves the deadline
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 customer writes
    at Mon 10:30: next_response pending, due 11:00
    ticket:  Mon 09:20 customer writes
    at Mon 10:30: next_response breaching 10:20, since 09:20; no second next_response; unanswered since 09:20

A move that arrives late moves the breach to the queue that had it then
    promise: resolution 1h
    ticket:  Mon 09:00 created
    at Mon 10:30: outcomes in billing resolution breached 1
    ticket:  Mon 09:30 moved to tech
    at Mon 10:30: outcomes in billing none; outcomes in tech resolution breached 1

A reopening that was told before its solving
    promise: resolution 4h
    ticket:  Mon 09:00 created; 15:00 open; 11:00 solved
    at Mon 16:00: resolution met 11:00; second resolution pending, due 17:00; reopens 1; counts reopened 1, solved 1

The same message twice is one
    promise: next_response 1h
    ticket:  Mon 09:00 created; again; 09:10 agent writes; again; 09:20 customer writes; again; again
    at Mon 09:30: next_response pending, due 10:20; no second next_response; counts created 1, messages 2;
        read duplicates 4

A repeated message long after changes nothing
    promise: resolution 4h
    ticket:  Mon 09:00 created; 10:00 solved
    at Mon 10:30: outcomes resolution met 1
    ticket:  Mon 12:00 open; again
    at Mon 12:30: reopens 1; counts reopened 1; second resolution pending, due 15:00; read duplicates 1

Of one second, the sequence says what came first
    promise: resolution 4h
    ticket:  Mon 09:00 created; 10:00 open (seq 2); 10:00 solved (seq 1)
    at Mon 11:00: resolution met 10:00; second resolution pending, due 13:00; status open; reopens 1

Of one second, an answer that came first leaves the question open
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:30 customer writes (seq 8); 09:30 agent writes (seq 7)
    at Mon 10:00: next_response pending, since 09:30; public_replies 2

Of one second, an answer that came second closes it
    promise: next_response 1h
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:30 agent writes (seq 8); 09:30 customer writes (seq 7)
    at Mon 10:00: next_response met 09:30, spent 0s; booked next_response 0s

What is stamped before the creation happens with it
    promise: resolution 1h
    ticket:  Mon 08:50 pending; 09:00 created; 09:30 open
    at Mon 09:40: resolution pending, since 09:00, due 10:30, spent 10m, paused 30m

A solving stamped before the creation takes no time
    promise: resolution 1h
    promise: first_response 1h
    ticket:  Mon 09:00 created; 08:30 solved
    at Mon 10:00: resolution met 09:00, spent 0s; first_response met 09:00; booked full_resolution 0s; counts solved 1

The creation comes first even where its sequence number is higher
    promise: first_response 1h
    ticket:  Mon 09:00 agent writes (seq 1); 09:00 created (seq 2)
    at Mon 10:00: first_response met 09:00, spent 0s; booked first_response 0s; counts created 1

An unknown ticket opens with what is said, counts no creation and has no clock of its creation
    promise: first_response 1h
    promise: resolution 1h
    ticket:  Mon 09:00 open
    at Mon 12:00: no first_response; no resolution; counts created 0; live open 1; outcomes none

An unknown ticket's customer waits for a next response
    promise: first_response 1h
    promise: next_response 1h
    ticket:  Mon 09:00 customer writes
    at Mon 10:00: no first_response; next_response breaching 10:00; outcomes next_response breached 1

An unknown ticket that is solved counts no solving and no duration
    ticket:  Mon 09:00 solved
    at Mon 12:00: counts created 0, solved 0; booked full_resolution nothing; booked first_resolution nothing;
        live nothing

An unknown ticket that was seen unsolved counts its solving, and no duration
    ticket:  Mon 09:00 open; 10:00 solved
    at Mon 12:00: counts created 0, solved 1; booked full_resolution nothing; booked first_resolution nothing

An unknown ticket's answer books no first response
    ticket:  Mon 09:00 agent writes
    at Mon 12:00: counts created 0, messages 1; booked first_response nothing; first_response took nothing

A creation that arrives last makes the ticket what it is
    promise: first_response 1h
    promise: resolution 2h
    ticket:  Mon 09:30 agent writes; 10:30 solved
    at Mon 10:30: counts created 0, solved 0; outcomes none
    ticket:  Mon 09:00 created
    at Mon 10:30: first_response met 09:30; resolution met 10:30; counts created 1, solved 1;
        outcomes first_response met 1, resolution met 1; booked first_response 30m; booked full_resolution 1h30m

A creation that arrives after its deadline breaches at the deadline
    promise: resolution 1h
    ticket:  Mon 09:20 becomes high
    at Mon 12:00: outcomes none
    ticket:  Mon 09:00 created
    at Mon 12:00: resolution breaching 10:00; outcomes resolution breached 1; last hour outcomes none

A second creation changes neither queue nor clock
    promise: resolution 1h
    ticket:  Mon 09:00 created; 09:30 created in tech high
    at Mon 10:00: resolution breaching 10:00, since 09:00; queue billing; priority none; counts created 1;
        read duplicates 1

A backlog that holds the answer fires no breach
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:50 agent writes
    at Mon 15:00: first_response met 09:50; outcomes first_response met 1

A deadline passes without any event
    promise: first_response 1h warn 10m
    ticket:  Mon 09:00 created
    at Mon 09:49:59: live first_response pending 1
    at Mon 09:50: live first_response imminent 1
    at Mon 10:00: live first_response breaching 1; last hour outcomes first_response breached 1
    at Mon 11:01: last hour outcomes none; outcomes first_response breached 1

A call that was accepted in time, as is heard later
    promise: wait 20s
    contact: Mon 10:00:00 started voice
    at Mon 10:01: wait breaching 10:00:20; live waiting 1; outcomes wait breached 1
    contact: Mon 10:00:15 accepted
    at Mon 10:01: wait met 10:00:15; live waiting 0; outcomes wait met 1; counts answered_in_target 1

A caller who had left in time, as is heard later
    promise: wait 20s
    contact: Mon 10:00:00 started voice
    at Mon 10:01: outcomes wait breached 1
    contact: Mon 10:00:10 abandoned
    at Mon 10:01: wait cancelled; outcomes none; counts abandoned 1, abandoned_in_target 1; live nothing

A contact whose beginning is heard last
    promise: wait 20s
    contact: Mon 10:00:15 accepted; 10:01 ended by agent
    at Mon 10:02: counts begun 0, offered 1
    contact: Mon 10:00:00 started voice
    at Mon 10:02: wait met 10:00:15; counts begun 1, offered 1, answered 1; booked wait 15s; handle took 45s
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_end_is_that_of_the_true_order(case: Case) -> None:
    """An event counts when it happened: a breach that it disproves is taken back, one that it proves is counted."""
    assert [] == differences(case)
