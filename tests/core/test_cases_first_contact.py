"""First contact and bots: what was settled at once, by a human or without one."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
One reply, then solved
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved
    at Mon 12:00: counts first_solved 1, first_contact_resolved 1

Notes, bots and the system are no further replies
    ticket:  Mon 09:00 created; 09:05 bot writes; 09:10 agent writes; 09:20 agent notes; 09:30 system writes;
        10:00 closed
    at Mon 12:00: counts first_solved 1, first_contact_resolved 1

Two replies are not the first contact
    ticket:  Mon 09:00 created; 09:10 agent writes; 09:20 agent writes; 10:00 solved
    at Mon 12:00: counts first_solved 1, first_contact_resolved 0

No reply is no contact
    ticket:  Mon 09:00 created; 10:00 solved
    at Mon 12:00: counts first_solved 1, first_contact_resolved 0

A reply after the solving does not change what it was
    ticket:  Mon 09:00 created; 10:00 solved; 10:10 agent writes
    at Mon 12:00: counts first_solved 1, first_contact_resolved 0

Opened by an agent, the first reply is the one after the customer has written
    ticket:  Mon 09:00 created opened by agent; 09:00 agent writes; 09:30 customer writes; 09:40 agent writes;
        10:00 solved
    at Mon 12:00: counts first_solved 1, first_contact_resolved 1

Reopened it is taken back, and that it was solved stays
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved
    at Mon 11:00: counts first_solved 1, first_contact_resolved 1
    ticket:  Mon 12:00 open; 13:00 solved
    at Mon 14:00: counts first_solved 1, first_contact_resolved 0, solved 2

Reopened exactly seven days after it was solved it is taken back
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; next Mon 10:00 open
    at next Mon 12:00: counts first_solved 1, first_contact_resolved 0, reopened 1

Reopened a second later it is another matter
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; next Mon 10:00:01 open
    at next Mon 12:00: counts first_solved 1, first_contact_resolved 1, reopened 1

It is taken back where it was counted
    ticket:  Mon 09:00 created; 09:10 agent writes; 10:00 solved; 11:00 moved to tech; 15:00 open
    at Mon 15:30: counts in billing first_solved 1, first_contact_resolved 0, reopened 0;
        counts in tech first_solved 0, first_contact_resolved 0, reopened 1

A ticket nobody saw begin is in neither
    ticket:  Mon 09:00 open; 09:10 agent writes; 10:00 solved
    at Mon 12:00: counts solved 1, first_solved 0, first_contact_resolved 0

A call that was accepted and ended after one leg
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by customer
    at Mon 10:06: counts handled 1, first_contact_resolved 1

Two legs are not the first contact
    contact: Mon 10:00 started voice; 10:01 accepted; 10:02 transferred to tech; 10:03 accepted; 10:05 ended by agent
    at Mon 10:06: counts handled 1, first_contact_resolved 0; counts in tech handled 1

Nobody accepted it, nobody handled it
    contact: Mon 10:00 started voice; 10:01 abandoned
    at Mon 10:06: counts handled 0, first_contact_resolved 0

Ended unresolved
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by agent unresolved
    at Mon 10:06: counts handled 1, first_contact_resolved 0

Wrapped up as unresolved it is taken back
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by agent
    at Mon 10:06: counts handled 1, first_contact_resolved 1
    contact: Mon 10:07 wrapped up unresolved
    at Mon 10:08: counts handled 1, first_contact_resolved 0

Wrapped up as resolved it counts after all
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by agent unresolved; 10:07 wrapped up resolved
    at Mon 10:08: counts handled 1, first_contact_resolved 1

Wrapped up without a word it stays what it was
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by agent unresolved; 10:07 wrapped up
    at Mon 10:08: counts handled 1, first_contact_resolved 0

Queued again after its end it is taken back until it ends once more
    contact: Mon 10:00 started voice; 10:01 accepted; 10:05 ended by agent; 10:10 queued
    at Mon 10:11: counts handled 0, first_contact_resolved 0
    contact: Mon 10:12 accepted; 10:15 ended by agent
    at Mon 10:16: counts handled 1, first_contact_resolved 0

A bot that settles it
    contact: Mon 10:00 started with bot; 10:01 bot writes; 10:02 ended by customer
    at Mon 10:03: counts bot_ended 1, bot_resolved 1, bot_handed_over 0, handled 0, offered 0

A bot that does not
    contact: Mon 10:00 started with bot; 10:02 ended by customer unresolved
    at Mon 10:03: counts bot_ended 1, bot_resolved 0, bot_handed_over 0

A customer who leaves the bot
    contact: Mon 10:00 started with bot; 10:02 abandoned
    at Mon 10:03: counts bot_ended 1, bot_resolved 0, abandoned 0

A bot that hands over, once
    contact: Mon 10:00 started with bot; 10:01 queued; 10:02 accepted; 10:03 transferred to tech; 10:04 accepted;
        10:05 ended by agent
    at Mon 10:06: counts bot_handed_over 1, bot_ended 0, handled 1, first_contact_resolved 0

A bot whose customer a human takes without a queue
    contact: Mon 10:00 started with bot; 10:02 accepted; 10:05 ended by agent
    at Mon 10:06: counts bot_handed_over 1, bot_ended 0, handled 1, first_contact_resolved 1

A bot's end that was none
    contact: Mon 10:00 started with bot; 10:02 ended by customer; 10:10 queued
    at Mon 10:11: counts bot_ended 0, bot_resolved 0, bot_handed_over 1

Without a bot nothing is handed over
    contact: Mon 10:00 started; 10:02 accepted; 10:05 ended by agent
    at Mon 10:06: counts bot_handed_over 0, bot_ended 0, handled 1

A contact nobody saw begin began with no bot
    contact: Mon 10:01 queued in tech; 10:02 ended by customer
    at Mon 10:06: counts bot_handed_over 0, bot_ended 0, begun 0, offered 1, abandoned 1
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_settled_at_once_counts_until_it_comes_back(case: Case) -> None:
    """Resolved at first contact is one reply, or one leg; what comes back is taken back where it was counted."""
    assert [] == differences(case)
