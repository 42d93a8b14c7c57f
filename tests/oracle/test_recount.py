"""Random small desks: whatever order their events arrive in, the figures are those of the rules."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream.core.events import decode
from stream.core.figures import report, take_figures
from stream.core.policy import load_policy
from stream.core.shard import Shard
from tests.oracle import report as expected
from tests.oracle.compare import differences
from tests.oracle.desks import Desk, Told, desks
from tests.oracle.event import Event
from tests.oracle.explained import clocks_of
from tests.oracle.policy import Rules
from tests.oracle.recount import read_so_far, recount

EXAMPLES = int(os.environ.get("DESKPULSE_EXAMPLES", "300"))
"""How many random desks are tried; a night's work is DESKPULSE_EXAMPLES=100000."""

policy_of = lru_cache(1000)(load_policy)
rules_of = lru_cache(1000)(Rules)


@pytest.mark.slow
@pytest.mark.timeout(max(300, EXAMPLES))
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(number=st.sampled_from([1, 3]), desk=desks(policies=max(100, EXAMPLES // 5)))
def test_the_figures_are_those_of_the_rules(number: int, desk: Desk) -> None:
    """Every figure of `replay`, all clocks and who is at risk are the recount's, over any shards, at every look."""
    policy = policy_of(desk.setting.policy, "desk")
    shards = [Shard(policy, place) for place in range(number)]
    heard: list[tuple[Event, int]] = []
    now = 0
    for told in desk.telling:
        if told.now is not None:
            now = told.now
            look(shards, desk, heard, now)
            continue
        event = decode(told.message)
        assert event is not None
        heard.append((told.event, now))
        shards[sum(told.event.subject.encode()) % number].apply(event)
    look(shards, desk, heard, desk.now)


@pytest.mark.slow
@pytest.mark.timeout(max(300, EXAMPLES))
@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(history=st.integers(1, 4), desk=desks(policies=max(100, EXAMPLES // 5)))
def test_in_order_a_short_memory_is_enough(history: int, desk: Desk) -> None:
    """Told in order and as time passes, a shard that keeps only a subject's last few events shows the same."""
    shard = Shard(policy_of(desk.setting.policy, "desk"), history=history)
    begun: set[tuple[bool, str]] = set()
    heard: list[tuple[Event, int]] = []
    for one in sorted(desk.happenings, key=lambda one: (one.at, one.seq)):
        subject = (one.type.startswith("chat."), one.subject)
        if one.type in {"ticket.created", "chat.started"} and subject in begun:
            continue  # its beginning was not told in order
        if one.type == "survey.answered" and (False, one.subject) not in begun:
            continue  # a ticket that comes later takes only those answers over that are still held
        if one.type.startswith(("ticket.", "chat.")):
            begun.add(subject)
        message = one.message(seq=True)
        event = decode(message)
        assert event is not None
        # As a worker that has more to read: its time is just before its newest event.
        shard.advance(one.at - 1)
        shard.apply(event)
        heard.append((Told(message=message).event, one.at - 1))
    look([shard], desk, heard, desk.now, explained=False)


def look(
    shards: Sequence[Shard], desk: Desk, heard: Sequence[tuple[Event, int]], now: int, *, explained: bool = True
) -> None:
    """Move the shards to a moment and compare all they show with a recount of what was heard until then.

    Heard are events, each with the time that it was then.
    """
    for shard in shards:
        shard.advance(now)
    if not heard or any(event.at > now for event, _ in heard):
        return
    policy = shards[0].policy
    events = [event for event, _ in heard]
    counted = recount(rules_of(desk.setting.policy), events, now)
    counts = Counter({"rejected": 0})
    for shard in shards:
        counts.update({name: getattr(shard.counts, name) for name in ("events", "duplicates", "late")})
    found = report(take_figures(shards), policy, now, read=dict(counts))
    read = read_so_far(counted, events, [then for _, then in heard])
    assert [] == list(differences(expected.report(counted, read), found))
    if not explained:
        return
    assert {which: story.told_clocks() for which, story in counted.stories.items()} == clocks_of(shards, now)
    at_risk = Counter((clock["clock"], clock["state"]) for shard in shards for clock in shard.at_risk(None, 1000))
    clocks = Counter(clock for story in counted.stories.values() for clock in story.shown().clocks)
    assert at_risk == Counter({clock: n for clock, n in clocks.items() if clock[1] in {"imminent", "breaching"}})
