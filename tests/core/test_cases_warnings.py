"""Warnings: when a clock is imminent."""

from __future__ import annotations

import pytest

from tests.core.notation import Case, cases, differences

CASES = cases("""
The instant is the deadline of target - warn, in open hours
    promise: resolution 4h in office warn 30m
    ticket:  Mon 15:00 created
    at Tue 10:29:59: resolution pending, due 11:00, left 30m1s; live resolution pending 1, resolution imminent 0
    at Tue 10:30: resolution imminent, due 11:00, left 30m; live resolution pending 0, resolution imminent 1
    at Tue 10:59:59: resolution imminent; outcomes none
    at Tue 11:00: resolution breaching 11:00; live resolution imminent 0, resolution breaching 1

Over a weekend the warning comes when the desk is open again
    promise: resolution 1h in office warn 30m
    ticket:  Fri 16:45 created
    at next Mon 09:14:59: resolution pending, due 09:45
    at next Mon 09:15: resolution imminent, due 09:45

A warning that falls on closing time lasts all weekend
    promise: resolution 1h in office warn 30m
    ticket:  Fri 16:30 created
    at Fri 16:59:59: resolution pending
    at Fri 17:00: resolution imminent, due next Mon 09:30
    at Sun 12:00: resolution imminent, left 30m

Without a warning time it is never imminent
    promise: resolution 1h
    ticket:  Mon 09:00 created
    at Mon 09:59:59: resolution pending, left 1s; live resolution pending 1, resolution imminent 0

A warning time as long as the target warns from the start
    promise: resolution 1h warn 1h
    ticket:  Mon 09:00 created
    at Mon 09:00: resolution imminent, left 1h; live resolution imminent 1

A warning time of 0 is none
    promise: resolution 1h warn 0s
    ticket:  Mon 09:00 created
    at Mon 09:59:59: resolution pending, left 1s
    at Mon 10:00: resolution breaching 10:00

A paused clock is not imminent
    promise: resolution 1h warn 30m
    ticket:  Mon 09:00 created; 09:45 pending
    at Mon 09:50: resolution paused; live resolution paused 1, resolution imminent 0
    ticket:  Mon 10:30 open
    at Mon 10:30: resolution imminent, due 10:45; live resolution paused 0, resolution imminent 1

A pause moves the warning with the deadline
    promise: resolution 2h warn 30m
    ticket:  Mon 09:00 created; 10:00 pending; 10:20 open
    at Mon 10:49:59: resolution pending, due 11:20
    at Mon 10:50: resolution imminent

A shorter target is imminent at once
    promise: resolution 1h warn 30m for priority high
    promise: resolution 4h warn 30m
    ticket:  Mon 09:00 created low; 09:40 becomes high
    at Mon 09:40: resolution imminent, due 10:00; live resolution imminent 1

A longer target is pending again
    promise: resolution 1h warn 30m for priority high
    promise: resolution 4h warn 30m
    ticket:  Mon 09:00 created high
    at Mon 09:40: resolution imminent; live resolution imminent 1
    ticket:  Mon 09:50 becomes low
    at Mon 09:50: resolution pending, due 13:00; live resolution imminent 0, resolution pending 1
    at Mon 12:30: resolution imminent

A target without a warning ends it
    promise: resolution 1h warn 30m for priority high
    promise: resolution 4h
    ticket:  Mon 09:00 created high; 09:50 becomes low
    at Mon 12:59:59: resolution pending, due 13:00

What has failed is breaching, never imminent
    promise: resolution 1h warn 30m
    ticket:  Mon 09:00 created; 10:30 pending; 10:40 open
    at Mon 10:45: resolution breaching 10:00; live resolution imminent 0, resolution breaching 1, resolution paused 0

Solved while it is imminent is met
    promise: resolution 1h warn 30m
    ticket:  Mon 09:00 created; 09:45 solved
    at Mon 09:50: resolution met 09:45; live nothing; outcomes resolution met 1

A customer who waits is imminent, then answered
    promise: first_response 1h warn 10m
    promise: next_response 30m warn 10m
    ticket:  Mon 09:00 created
    at Mon 09:50: first_response imminent; live first_response imminent 1
    ticket:  Mon 09:55 agent writes; 10:00 customer writes
    at Mon 10:19:59: first_response met 09:55; next_response pending; live next_response pending 1
    at Mon 10:20: next_response imminent, due 10:30; live next_response imminent 1

Ownership is imminent, too
    promise: ownership 1h warn 15m
    ticket:  Mon 09:00 created; 09:30 moved to tech
    at Mon 10:14:59: second ownership pending, due 10:30
    at Mon 10:15: second ownership imminent

Deleted it is imminent to nobody, restored it is again
    promise: resolution 1h warn 30m
    ticket:  Mon 09:00 created; 09:20 deleted
    at Mon 09:40: resolution cancelled; live nothing
    ticket:  Mon 09:50 restored
    at Mon 09:50: resolution imminent, due 10:00; live resolution imminent 1

Two clocks, two warnings
    promise: first_response 1h warn 5m
    promise: resolution 1h warn 20m
    ticket:  Mon 09:00 created
    at Mon 09:45: first_response pending; resolution imminent; live first_response pending 1, resolution imminent 1
    at Mon 09:55: first_response imminent; resolution imminent
""")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_clock_is_imminent_before_its_deadline(case: Case) -> None:
    """A clock is imminent when at most the warning time is left, in open hours too."""
    assert [] == differences(case)
