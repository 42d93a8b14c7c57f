"""Who is promised what: first match wins, by queue, channel, priority, tier and tenant."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
First match wins
    promise: resolution 1h for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created high
    ticket T2: Mon 09:00 created low
    ticket T3: Mon 09:00 created
    at Mon 09:30: resolution target 1h, due 10:00; T2: resolution target 4h; T3: resolution target 4h

A row for all before it hides a row for some
    promise: resolution 4h
    promise: resolution 1h for priority high
    ticket:  Mon 09:00 created high
    at Mon 09:30: resolution target 4h, due 13:00

No match is no clock
    promise: resolution 1h for priority high
    ticket:  Mon 09:00 created low; 12:00 solved
    at Mon 13:00: no resolution; outcomes none; counts solved 1

A row without a time ends the search
    promise: resolution none for queue billing
    promise: resolution 1h
    ticket:  Mon 09:00 created
    ticket T2: Mon 09:00 created in tech
    at Mon 10:00: no resolution; T2: resolution breaching 10:00; outcomes resolution breached 1

Each clock is searched for by itself
    promise: first_response 10m for priority high
    promise: resolution 1h for priority low
    promise: first_response 20m
    ticket:  Mon 09:00 created high
    ticket T2: Mon 09:00 created low
    at Mon 09:05: first_response due 09:10; no resolution; T2: first_response due 09:20; T2: resolution due 10:00

All that is asked for must fit
    promise: resolution 1h for queue billing and priority high and channel email
    promise: resolution 4h
    ticket:  Mon 09:00 created high
    ticket T2: Mon 09:00 created high in tech
    ticket T3: Mon 09:00 created low
    ticket T4: Mon 09:00 created high messaging
    at Mon 09:30: resolution target 1h; T2: resolution target 4h; T3: resolution target 4h; T4: resolution target 4h

One of several values is enough
    promise: resolution 1h for priority high/urgent
    ticket:  Mon 09:00 created high
    ticket T2: Mon 09:00 created urgent
    ticket T3: Mon 09:00 created medium
    at Mon 09:30: resolution target 1h; T2: resolution target 1h; T3: no resolution

Gold customers have a promise of their own
    promise: resolution 1h for tier gold
    promise: resolution 4h for tier silver
    ticket:  Mon 09:00 created gold
    ticket T2: Mon 09:00 created silver
    ticket T3: Mon 09:00 created
    at Mon 10:00: resolution breaching 10:00; tier gold; T2: resolution pending, due 13:00; T3: no resolution;
        outcomes resolution breached 1

A tier that nobody named is none
    promise: resolution 4h for tier none
    promise: resolution 1h
    ticket:  Mon 09:00 created
    ticket T2: Mon 09:00 created gold
    at Mon 09:30: resolution target 4h; T2: resolution target 1h

Another priority does not forget the tier
    promise: resolution 1h for priority high and tier gold
    promise: resolution 2h for priority high
    promise: resolution 8h
    ticket:  Mon 09:00 created low gold; 09:30 becomes high
    at Mon 09:40: resolution target 1h, due 10:00

Each tenant has its promise
    promise: resolution 1h for tenant acme
    promise: resolution 4h for tenant none
    ticket:  Mon 09:00 created from acme
    ticket T2: Mon 09:00 created
    ticket T3: Mon 09:00 created from globex
    at Mon 09:30: resolution target 1h; T2: resolution target 4h; T3: no resolution

A tenant's priority
    promise: resolution 1h for tenant acme and priority high
    promise: resolution 2h for tenant acme
    ticket:  Mon 09:00 created low from acme; 09:30 becomes high from acme
    at Mon 09:40: resolution target 1h, due 10:00

A queue that is not known yet is none
    promise: resolution 4h for queue none
    promise: resolution 1h for queue tech
    ticket:  Mon 09:00 created without queue
    at Mon 09:20: resolution target 4h, due 13:00; queue none
    ticket:  Mon 09:30 moved to tech
    at Mon 09:40: resolution target 1h, due 10:00; counts transferred 0

A priority that is not known yet is none
    promise: resolution 1h for priority none
    promise: resolution 4h
    ticket:  Mon 09:00 created; 09:30 becomes low
    at Mon 09:40: resolution target 4h, due 13:00

A channel that is not known is none
    promise: resolution 1h for channel none
    ticket:  Mon 09:00 created without channel
    ticket T2: Mon 09:00 created
    at Mon 09:30: resolution target 1h; T2: no resolution

Chats and e-mails have first responses of their own
    promise: first_response 1m for channel chat
    promise: first_response 4h for channel email
    ticket:  Mon 09:00 created
    contact: Mon 09:00 started chat
    at Mon 09:00:30: first_response target 4h; C1: first_response target 1m, due 09:01

Calls and chats wait differently long
    promise: wait 20s for channel voice
    promise: wait 1m for channel chat
    contact: Mon 10:00 started voice
    contact C2: Mon 10:00 started chat
    contact C3: Mon 10:00 started messaging
    at Mon 10:00:20: wait breaching 10:00:20; C2: wait pending, due 10:01; C3: no wait

Gold customers wait less
    promise: wait 10s for tier gold
    promise: wait 1m for priority high
    promise: wait 2m
    contact: Mon 10:00 started gold
    contact C2: Mon 10:00 started high
    contact C3: Mon 10:00 started
    at Mon 10:00:05: wait target 10s; C2: wait target 1m; C3: wait target 2m

Tenants wait differently long
    promise: wait 10s for tenant acme
    promise: wait 1m
    contact: Mon 10:00 started from acme
    contact C2: Mon 10:00 started
    at Mon 10:00:05: wait target 10s; C2: wait target 1m
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_first_match_wins(case: Case) -> None:
    """The first row that fits a subject is its target; a row without a time ends the search; no match is no clock."""
    assert [] == differences(case)
