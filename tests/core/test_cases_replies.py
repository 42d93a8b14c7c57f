"""Replies: who answers, when it is in time, and which clock starts next."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
12: target 60 min, reply after 270 min: breached at minute 60, 210 min late
    promise: first_response 60m
    ticket:  Mon 09:00 created; 13:30 agent writes
    at Mon 14:00: first_response breached 10:00, ended 13:30, due 10:00, spent 270m, left -210m;
        outcomes first_response breached 1; booked first_response 270m;
        last hour outcomes none; last hour booked first_response 270m

13: customer "thanks", then solved -> next_response met at the time of solving
    promise: next_response 60m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:30 solved
    at Mon 12:00: next_response met 09:30, spent 10m; outcomes next_response met 1; booked next_response nothing

14: the customer writes twice, nobody answers: one next_response is breached, due from the first; one resolution
    promise: next_response 60m
    promise: resolution 120m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:50 customer writes
    at Mon 12:00: next_response breaching 10:20, since 09:20, due 10:20; no second next_response;
        resolution breaching 11:00; outcomes next_response breached 1, resolution breached 1

A reply at exactly the deadline is met
    promise: first_response 1h
    ticket:  Mon 09:00 created; 10:00 agent writes
    at Mon 10:00: first_response met 10:00, left 0s; outcomes first_response met 1
    at Mon 11:00: first_response met 10:00; outcomes first_response met 1

Silence at that second is breaching
    promise: first_response 1h
    ticket:  Mon 09:00 created
    at Mon 09:59:59.999999: first_response pending, due 10:00; outcomes none
    at Mon 10:00: first_response breaching 10:00, left 0s; outcomes first_response breached 1

A reply a second later is too late, and the breach is at the deadline
    promise: first_response 1h
    ticket:  Mon 09:00 created; 10:00:01 agent writes
    at Mon 10:00:01: first_response breached 10:00, ended 10:00:01, left -1s; outcomes first_response breached 1

A next response at exactly the deadline is met
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:50 agent writes
    at Mon 10:00: next_response met 09:50, left 0s; booked next_response 30m

A solving at exactly the deadline is met
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00 solved
    at Mon 10:00: resolution met 10:00; outcomes resolution met 1

A solving a second later is not
    promise: resolution 1h
    ticket:  Mon 09:00 created; 10:00:01 solved
    at Mon 10:00:01: resolution breached 10:00, ended 10:00:01; outcomes resolution breached 1

A bot does not answer
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:01 bot writes
    at Mon 09:30: first_response pending; public_replies 0; booked first_response nothing; counts messages 1
    at Mon 10:00: first_response breaching 10:00

An automatic message does not answer
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:01 system writes
    at Mon 10:00: first_response breaching 10:00; public_replies 0

An internal note does not answer
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:01 agent notes; 09:30 agent writes
    at Mon 10:00: first_response met 09:30; public_replies 1; counts messages 2; booked first_response 30m

Neither bot, note nor system answers what the customer writes next
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:30 bot writes; 09:31 agent notes;
        09:32 system writes
    at Mon 09:50: next_response breaching 09:50

A customer's repeated message does not move the first deadline
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:20 customer writes; 09:50 customer writes
    at Mon 10:00: first_response breaching 10:00, since 09:00; no second first_response; no next_response

What the customer writes before the first answer is answered by it
    promise: first_response 1h
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:20 customer writes; 09:50 agent writes
    at Mon 12:00: first_response met 09:50; no next_response; outcomes first_response met 1; unanswered since never

An agent's follow-up starts no clock
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 agent writes
    at Mon 12:00: no next_response; public_replies 2; booked first_response 10m; booked next_response nothing

A customer's internal note starts no clock
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer notes
    at Mon 12:00: no next_response; outcomes none

A note, a bot and the system start no clock
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 agent notes; 09:21 bot writes; 09:22 system writes
    at Mon 12:00: no next_response; counts messages 4

Question and answer three times: each stretch is a cycle
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:25 agent writes; 09:30 customer writes;
        09:41 agent writes; 09:50 customer writes
    at Mon 09:55: next_response met 09:25, since 09:20; second next_response breached 09:40, ended 09:41;
        third next_response pending, due 10:00, since 09:50; outcomes next_response met 1, next_response breached 1;
        booked next_response 5m + 11m

The second message of a stretch is answered with the first
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:30 customer writes; 09:40 agent writes
    at Mon 12:00: next_response met 09:40, spent 20m; no second next_response; booked next_response 20m

Asked in the second of the first answer, but after it
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:10 customer writes
    at Mon 09:30: next_response pending, since 09:10, due 09:40

Asked in the second of the first answer, but before it
    promise: next_response 30m
    ticket:  Mon 09:00 created; 09:10 customer writes; 09:10 agent writes
    at Mon 09:30: no next_response; unanswered since never

Solving without an answer stops the first response in time
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:30 solved
    at Mon 12:00: first_response met 09:30, spent 30m; outcomes first_response met 1; first_response took nothing;
        booked first_response nothing; public_replies 0

Solving without an answer at exactly the deadline is in time
    promise: first_response 1h
    ticket:  Mon 09:00 created; 10:00 closed
    at Mon 12:00: first_response met 10:00; outcomes first_response met 1

Solving without an answer after the deadline is breached
    promise: first_response 1h
    ticket:  Mon 09:00 created; 10:00:01 solved
    at Mon 12:00: first_response breached 10:00, ended 10:00:01; outcomes first_response breached 1;
        booked first_response nothing

Solving stops a next response that is late
    promise: next_response 10m
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 customer writes; 09:40 solved
    at Mon 12:00: next_response breached 09:30, ended 09:40; outcomes next_response breached 1;
        booked next_response nothing

An answer after the solving books nothing any more
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:30 solved; 09:40 agent writes
    at Mon 12:00: first_response met 09:30; first_response took nothing; booked first_response nothing;
        counts messages 1

Opened by an agent: the clock starts at the customer's first message, what was written before is no reply
    promise: first_response 1h
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes
    at Mon 10:30: no first_response; unanswered since never; outcomes none
    ticket:  Mon 11:00 customer writes; 11:10 agent writes
    at Mon 12:00: first_response met 11:10, since 11:00, spent 10m; public_replies 1; booked first_response 10m

Opened by an agent: silence is late from the customer's message on
    promise: first_response 1h
    promise: resolution 3h
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes; 11:00 customer writes; 11:30 customer writes
    at Mon 12:00: first_response breaching 12:00, since 11:00; resolution breaching 12:00, since 09:00

Opened by an agent and never answered by the customer: nobody waits
    promise: first_response 1h
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes; 15:00 solved
    at Mon 16:00: no first_response; outcomes none; booked first_response nothing; booked full_resolution 6h

Opened and solved by an agent at once: what is written then is no reply
    promise: first_response 1h
    ticket:  Mon 09:00 created solved opened by agent; 09:10 agent writes
    at Mon 12:00: no first_response; public_replies 0; booked first_response nothing; counts messages 1

Opened by an agent: after the first answer the next response begins as ever
    promise: next_response 1h
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes; 11:00 customer writes; 11:10 agent writes;
        11:20 customer writes
    at Mon 12:00: next_response pending, since 11:20, due 12:20

Without any target durations are booked all the same
    ticket:  Mon 09:00 created; 09:30 agent writes; 10:00 customer writes; 10:05 agent writes; 12:00 solved
    at Mon 13:00: booked first_response 30m; booked first_response_open 30m; booked next_response 5m;
        booked first_resolution 3h; no first_response; outcomes none

The open time of a first response is that of its target's hours
    promise: first_response 4h in office
    ticket:  Mon 16:00 created; Tue 10:00 agent writes
    at Tue 11:00: first_response took 18h; first_response_open took 2h; booked first_response 18h;
        booked first_response_open 2h; first_response met 10:00, spent 2h

The next response counts open hours
    promise: next_response 1h in office
    ticket:  Mon 16:00 created; 16:10 agent writes; 16:30 customer writes
    at Tue 09:29: next_response pending, due 09:30, spent 59m
    at Tue 09:30: next_response breaching 09:30

Whoever waits is seen until a human answers
    promise: first_response 1h
    ticket:  Mon 09:00 created; 09:20 customer writes
    at Mon 09:30: live unanswered 1, unassigned 1, new 1, first_response pending 1; unanswered since 09:00
    ticket:  Mon 09:30 agent writes
    at Mon 09:30: live unanswered 0, first_response pending 0; unanswered since never
    ticket:  Mon 09:40 customer writes
    at Mon 09:45: live unanswered 1; unanswered since 09:40

One breach for each clock that is late, and none twice
    promise: first_response 30m
    promise: resolution 1h
    promise: ownership 90m
    ticket:  Mon 09:00 created
    at Mon 09:30: outcomes first_response breached 1
    at Mon 10:00: outcomes first_response breached 1, resolution breached 1
    at Mon 10:30: outcomes first_response breached 1, resolution breached 1, ownership breached 1
    ticket:  Mon 11:00 agent writes; 11:30 solved
    at Mon 12:00: outcomes first_response breached 1, resolution breached 1, ownership breached 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_only_a_human_answer_ends_the_wait(case: Case) -> None:
    """Only a human's public message answers, at exactly the deadline still in time."""
    assert [] == differences(case)
