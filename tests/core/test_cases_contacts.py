"""Contacts: what waits in which queue, who answers, and what an ending does to the clocks."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
11: a bot answers at once, queued for a human at 20 s, human answers at 62 s -> 42 s after the hand-off
    promise: first_response 1m
    promise: wait 20s
    contact: Mon 10:00:00 started with bot; 10:00:01 bot writes; 10:00:20 queued; 10:00:50 accepted;
        10:01:02 agent writes
    at Mon 10:02: first_response took 42s; first_response met 10:01:02, since 10:00:20; wait took 30s;
        wait breached 10:00:40, ended 10:00:50; counts offered 1, answered 1, answered_in_target 0;
        booked first_response 42s; booked wait 30s

Accepted at exactly the deadline is in target
    promise: wait 20s short 5s
    contact: Mon 10:00:00 started voice; 10:00:20 accepted by a1
    at Mon 10:00:20: wait met 10:00:20, left 0s; counts answered_in_target 1; outcomes wait met 1; answered_at 10:00:20

Silence at that second is breaching
    promise: wait 20s
    contact: Mon 10:00:00 started voice
    at Mon 10:00:19: wait pending, due 10:00:20; live waiting 1, wait pending 1; waiting since 10:00
    at Mon 10:00:20: wait breaching 10:00:20; live waiting 1, wait breaching 1; outcomes wait breached 1

Accepted a second later is not in target
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:21 accepted
    at Mon 10:01: wait breached 10:00:20, ended 10:00:21; counts answered 1, answered_in_target 0; live waiting 0;
        waiting since never

Abandoned while the clock is pending cancels it
    promise: wait 20s short 5s
    contact: Mon 10:00:00 started voice; 10:00:19 abandoned
    at Mon 10:01: wait cancelled, ended never, spent 19s; outcomes none; abandoned_at 10:00:19; booked abandon_wait 19s;
        counts abandoned 1, abandoned_in_target 1, short_abandons 0; live nothing

Abandoned at exactly the deadline is in target, and no breach
    promise: wait 20s short 5s
    contact: Mon 10:00:00 started voice; 10:00:20 abandoned
    at Mon 10:01: wait cancelled; outcomes none; counts abandoned 1, abandoned_in_target 1

Abandoned a second later has been a breach
    promise: wait 20s short 5s
    contact: Mon 10:00:00 started voice; 10:00:21 abandoned
    at Mon 10:01: wait breached 10:00:20, ended never; outcomes wait breached 1;
        counts abandoned 1, abandoned_in_target 0

Abandoned after exactly the short time is short
    promise: wait 20s short 5s
    contact: Mon 10:00:00 started voice; 10:00:05 abandoned
    contact C2: Mon 10:00:00 started voice; 10:00:06 abandoned
    at Mon 10:01: counts abandoned 2, abandoned_in_target 2, short_abandons 1

Without a short time no abandonment is short
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:00 abandoned
    at Mon 10:01: counts abandoned 1, abandoned_in_target 1, short_abandons 0; booked abandon_wait 0s

Ended by the customer while waiting is an abandonment
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 ended by customer
    at Mon 10:01: wait cancelled; counts abandoned 1, flow_outs 0; abandoned_at 10:00:10; outcomes none

Ended by an agent while waiting is a flow-out
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 ended by agent
    at Mon 10:01: wait cancelled; counts abandoned 0, flow_outs 1; abandoned_at never; booked abandon_wait nothing

Transferred while waiting: the leg is cancelled, the new queue has its own
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 transferred to tech
    at Mon 10:00:25: wait cancelled, spent 10s; second wait pending, since 10:00:10, due 10:00:30; live waiting 1;
        waiting since 10:00:10
    at Mon 10:00:30: second wait breaching 10:00:30; outcomes in tech wait breached 1; outcomes in billing none;
        counts in billing offered 1, flow_outs 1, transferred 1; counts in tech offered 1, flow_outs 0

Transferred while waiting too long: both legs may be late
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:30 transferred to tech; 10:01:00 accepted
    at Mon 10:02: wait breached 10:00:20, ended never; second wait breached 10:00:50, ended 10:01; wait took 30s;
        outcomes in billing wait breached 1; outcomes in tech wait breached 1

Transferred while talking: a new wait, no flow-out
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:05 accepted by a1; 10:02:00 transferred to tech
    at Mon 10:02:10: wait met 10:00:05; second wait pending, since 10:02, due 10:02:20; live waiting 1;
        counts in billing offered 1, answered 1, transferred 1, flow_outs 0; counts in tech offered 1
    contact: Mon 10:02:20 accepted by a2
    at Mon 10:03: second wait met 10:02:20; booked wait 5s + 20s; wait took 5s; outcomes wait met 2

Transferred back to the queue that it came from
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:05 accepted by a1; 10:02:00 transferred to billing
    at Mon 10:02:20: second wait breaching 10:02:20; counts in billing offered 2, transferred 1

Queued where it waits already changes nothing
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 queued in billing
    at Mon 10:00:20: wait breaching 10:00:20, since 10:00; no second wait; counts offered 1, flow_outs 0

Queued elsewhere is a flow-out and a new leg
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 queued in tech; 10:00:15 accepted
    at Mon 10:01: wait cancelled; second wait met 10:00:15, spent 5s; counts in billing flow_outs 1, transferred 0;
        counts in tech offered 1, answered 1; booked wait 5s

A queue that becomes known while it waits is no flow-out
    promise: wait 20s
    contact: Mon 10:00:00 started voice without queue; 10:00:10 queued in tech; 10:00:15 accepted
    at Mon 10:01: wait met 10:00:15, since 10:00; no second wait; counts offered 1, flow_outs 0; booked wait 15s

A queue that becomes known while it waits selects the target anew
    promise: wait 20s for queue tech
    promise: wait 60s
    contact: Mon 10:00:00 started voice without queue; 10:00:05 queued in tech
    at Mon 10:00:10: wait pending, target 20s, since 10:00, due 10:00:20

A callback ends the wait: neither abandoned nor late
    promise: wait 20s
    promise: first_response 1m
    contact: Mon 10:00:00 started voice; 10:00:10 callback
    at Mon 10:05: wait cancelled; first_response cancelled; outcomes none; live waiting 0;
        counts callbacks 1, abandoned 0, answered 0, offered 1

A callback after the deadline has been a breach
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:30 callback
    at Mon 10:05: wait breached 10:00:20; outcomes wait breached 1; counts callbacks 1

A callback cancels what is pending, and keeps what is late
    promise: first_response 10s
    promise: wait 60s
    contact: Mon 10:00:00 started; 10:00:30 callback
    at Mon 10:05: first_response breached 10:00:10; wait cancelled; outcomes first_response breached 1

Who is called back is not answered again
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 callback; 10:30 accepted by a1; 10:35 ended by agent
    at Mon 11:00: wait cancelled; no second wait; counts offered 1, answered 0, callbacks 1; booked wait nothing;
        handle took 5m

Accepted without a queue waited 0 s
    promise: wait 20s
    contact: Mon 10:00:00 started voice with bot; 10:05 accepted by a1
    at Mon 10:06: wait took 0s; counts offered 1, answered 1, answered_in_target 1; booked wait 0s; answered_at 10:05

Accepted without a queue a chat is answered by the next message
    promise: first_response 1m
    contact: Mon 10:00:00 started with bot; 10:05:00 accepted by a1; 10:05:30 agent writes
    at Mon 10:06: first_response met 10:05:30, since 10:05

Accepted without a queue a call is answered at once
    promise: first_response 1m
    contact: Mon 10:00:00 started voice with bot; 10:05:00 accepted by a1
    at Mon 10:06: first_response met 10:05, spent 0s; first_response took 0s

Transferred by a bot it waits from then on, and is no flow-out
    promise: wait 20s
    contact: Mon 10:00:00 started voice with bot in menu; 10:00:10 transferred to tech
    at Mon 10:00:30: wait breaching 10:00:30, since 10:00:10; counts offered 1, flow_outs 0, transferred 1

A bot's contact that nobody queued waits for nobody
    promise: wait 20s
    promise: first_response 1m
    contact: Mon 10:00:00 started with bot; 10:00:05 customer writes; 10:00:06 bot writes
    at Mon 10:30: no wait; no first_response; counts offered 0; live waiting 0; outcomes none

Offers that ring out or are taken back change nothing
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:02 offered to a1; 10:00:12 missed by a1; 10:00:13 offered to a2
    at Mon 10:00:20: wait breaching 10:00:20; live waiting 1; counts offered 1, answered 0

Accepted twice is answered once
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:05 accepted by a1; 10:01 accepted by a2
    at Mon 10:02: wait met 10:00:05; no second wait; counts answered 1, offered 1

A call is answered when it is accepted
    promise: first_response 30s
    contact: Mon 10:00:00 started voice; 10:00:30 accepted
    at Mon 10:01: first_response met 10:00:30; first_response took 30s; booked first_response 30s

A chat is answered by the first message of a human
    promise: first_response 30s
    contact: Mon 10:00:00 started; 10:00:10 accepted
    at Mon 10:00:30: first_response breaching 10:00:30; booked first_response nothing
    contact: Mon 10:00:31 bot writes; 10:00:32 agent notes; 10:00:40 agent writes
    at Mon 10:01: first_response breached 10:00:30, ended 10:00:40; first_response took 40s

The first response goes on over a transfer
    promise: first_response 1m
    contact: Mon 10:00:00 started; 10:00:30 transferred to tech; 10:00:40 accepted; 10:01:00 agent writes
    at Mon 10:02: first_response met 10:01, since 10:00, spent 1m; no second first_response;
        outcomes in tech first_response met 1

The next response begins when the customer writes after the first
    promise: next_response 30s
    contact: Mon 10:00:00 started; 10:00:05 customer writes; 10:00:10 accepted; 10:00:20 agent writes;
        10:00:30 customer writes;
        10:00:40 customer writes; 10:00:50 agent writes
    at Mon 10:02: next_response met 10:00:50, since 10:00:30; no second next_response; booked next_response 20s;
        counts messages 5

Nobody answers in the chat
    promise: next_response 30s
    contact: Mon 10:00:00 started; 10:00:10 accepted; 10:00:20 agent writes; 10:00:30 customer writes
    at Mon 10:01: next_response breaching 10:01; live next_response breaching 1
    contact: Mon 10:05 ended by customer
    at Mon 10:06: next_response breached 10:01, ended 10:05; outcomes next_response breached 1; live nothing

An ending without an answer stops the clocks in time
    promise: first_response 1m
    contact: Mon 10:00:00 started; 10:00:10 accepted; 10:01:00 ended by agent
    at Mon 10:02: first_response met 10:01; first_response took nothing; booked first_response nothing;
        outcomes first_response met 1

... or late
    promise: first_response 1m
    contact: Mon 10:00:00 started; 10:00:10 accepted; 10:01:01 ended by agent
    at Mon 10:02: first_response breached 10:01, ended 10:01:01; outcomes first_response breached 1

Abandoned without an answer cancels what is pending, and keeps what is late
    promise: first_response 10s
    promise: wait 20s
    contact: Mon 10:00:00 started; 10:00:15 abandoned
    at Mon 10:01: first_response breached 10:00:10; wait cancelled; outcomes first_response breached 1

Abandoned while talking is no abandonment
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:05 accepted; 10:00:30 abandoned
    at Mon 10:01: wait met 10:00:05; counts answered 1, abandoned 0; abandoned_at never; handle took 25s

Nothing that is promised: answered, and in no target
    contact: Mon 10:00:00 started voice; 10:05 accepted
    at Mon 10:06: no wait; counts answered 1, answered_in_target 0; outcomes none; booked wait 5m

Where a contact stands, in a word
    contact: Mon 10:00:00 started voice with bot
    at Mon 10:00:05: status bot; live waiting 0
    contact: Mon 10:00:10 queued
    at Mon 10:00:15: status waiting; live waiting 1
    contact: Mon 10:00:20 accepted by a1
    at Mon 10:00:25: status talking; live waiting 0
    contact: Mon 10:01:00 transferred to tech
    at Mon 10:01:05: status waiting; live waiting 1
    contact: Mon 10:01:10 callback
    at Mon 10:01:15: status callback; live waiting 0
    contact: Mon 10:30:00 accepted by a2; 10:31:00 ended by agent
    at Mon 10:32: status ended; live nothing; handle took 1m40s

Handle time is booked at the end and moved by the wrapping up
    contact: Mon 10:00:00 started voice; 10:00:10 accepted by a1; 10:05:10 ended by customer
    at Mon 10:06: handle took 5m; booked handle 5m
    contact: Mon 12:05:10 wrapped up
    at Mon 12:30: handle took 2h5m; booked handle 2h5m; last hour booked handle 2h5m

Put in a queue after its end it lives again
    promise: wait 20s
    contact: Mon 10:00:00 started voice; 10:00:10 accepted; 10:01:10 ended by agent
    at Mon 10:02: booked handle 1m; live nothing
    contact: Mon 10:03 queued in tech
    at Mon 10:03:10: second wait pending, since 10:03; booked handle nothing; live waiting 1
    contact: Mon 10:03:20 accepted; 10:05:20 ended by agent
    at Mon 10:06: second wait met 10:03:20; booked handle 3m; counts offered 2, answered 2

Two who wait: the oldest is shown, and none is lost
    promise: wait 20s
    contact: Mon 10:00:00 started voice
    contact C2: Mon 10:00:05 started voice
    at Mon 10:00:20: live waiting 2, wait breaching 1, wait pending 1; waiting since 10:00
    contact: Mon 10:00:22 accepted
    at Mon 10:00:22: live waiting 1; waiting since 10:00:05
    contact C2: Mon 10:00:24 abandoned
    at Mon 10:00:25: live waiting 0; waiting since never; outcomes wait breached 1; counts answered 1, abandoned 1

A contact that waits over midnight waits around the clock
    promise: wait 1h
    contact: Mon 23:30 started voice; Tue 00:30 accepted
    at Tue 01:00: wait met 00:30, spent 1h, in 24x7; booked wait 1h

A contact nobody saw begin is answered, and books no wait
    promise: wait 20s
    contact: Mon 10:00:00 accepted by a1
    at Mon 10:01: counts offered 1, answered 1, begun 0; booked wait nothing

The office may be closed: a promise of a chat counts open hours where it says so
    promise: first_response 1m in office
    contact: Mon 16:59:30 started; Tue 09:00:30 agent writes
    at Tue 09:01: first_response met 09:00:30, spent 1m; first_response_open took 1m; first_response took 16h1m
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_contact_waits_until_a_human_takes_it(case: Case) -> None:
    """Each leg in a queue is a wait of its own; accepted it is satisfied, left it is cancelled."""
    assert [] == differences(case)
