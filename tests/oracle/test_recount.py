"""Random small desks: whatever order their events arrive in, the figures are those of the rules."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from stream.core.events import decode
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import MINUTE, SECOND
from tests.oracle.desk import MONDAY, Happening
from tests.oracle.desks import Desk, desks
from tests.oracle.recount import recount
from tests.oracle.shown import figures_expected, figures_of, quantiles_off, stories_of

EXAMPLES = int(os.environ.get("DESKPULSE_EXAMPLES", "300"))
"""How many random desks are tried; a night's work is DESKPULSE_EXAMPLES=100000."""

policy_of = lru_cache(1000)(load_policy)


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(number=st.sampled_from([1, 3]), desk=desks(policies=max(100, EXAMPLES // 10)))
def test_the_figures_are_those_of_the_rules(number: int, desk: Desk) -> None:
    """Counts, outcomes, durations and live figures over one or three shards are the recount's, at every look."""
    note(desk.rules.policy())
    policy = policy_of(desk.rules.policy(), "desk")
    shards = [Shard(policy, place) for place in range(number)]
    heard: list[Happening] = []
    for told in desk.telling:
        if told.event is not None:
            event = decode(told.event.message())
            assert event is not None
            shards[sum(told.event.subject.encode()) % number].apply(event)
            heard.append(told.event)
        elif told.now is not None:
            look(shards, desk, heard, told.now)
    look(shards, desk, heard, desk.now)


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=st.integers(1, 4), desk=desks(policies=max(100, EXAMPLES // 10)))
def test_in_order_a_short_memory_is_enough(history: int, desk: Desk) -> None:
    """Told in order and minute by minute, a shard that keeps only a subject's last few events shows the same."""
    shard = Shard(policy_of(desk.rules.policy(), "desk"), history=history)
    begun: set[tuple[bool, str]] = set()
    heard: list[Happening] = []
    for one in sorted(desk.happenings, key=lambda one: (one.minute, one.seq)):
        subject = (one.is_contact, one.subject)
        if one.type in {"ticket.created", "chat.started"} and subject in begun:
            continue  # its beginning was not told in order
        begun.add(subject)
        event = decode(one.message())
        assert event is not None
        # As a worker that has more to read: its time is just before its newest event.
        shard.advance(int(MONDAY.timestamp()) * SECOND + one.minute * MINUTE - 1)
        shard.apply(event)
        heard.append(one)
    shard.advance(int(MONDAY.timestamp()) * SECOND + desk.now * MINUTE)
    counted = recount(desk.rules, heard, desk.now)
    assert figures_expected(counted, shard.policy) == figures_of([shard], shard.policy, desk.rules)


def look(shards: Sequence[Shard], desk: Desk, heard: Sequence[Happening], now: int) -> None:
    """Move the shards to a minute and compare all they show with a recount of what was heard until then."""
    for shard in shards:
        shard.advance(int(MONDAY.timestamp()) * SECOND + now * MINUTE)
    if not heard or any(one.minute > now for one in heard):
        return
    policy = shards[0].policy
    counted = recount(desk.rules, heard, now)
    assert figures_expected(counted, policy) == figures_of(shards, policy, desk.rules)
    assert [] == quantiles_off(shards, counted)
    clocks = {which: story.told_clocks() for which, story in counted.stories.items()}
    assert clocks == stories_of(shards, counted)
    at_risk = [clock for shard in shards for clock in shard.at_risk(None, 1000)]
    states = Counter(state for live in counted.live.values() for state in live.elements() if " " in state)
    assert Counter(f"{clock['clock']} {clock['state']}" for clock in at_risk) == Counter(
        {state: count for state, count in states.items() if state.endswith((" imminent", " breaching"))}
    )
