"""Questions in support channels: how many, how many with an answer, how soon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream.core.events import Event as CoreEvent
from stream.core.figures import take_figures
from stream.core.policy import load_policy
from stream.core.times import SECOND
from tests.logs import desk, irc_support

POLICY = load_policy("version: 1\nservice_level: [{within: 1m}]\nwindows: [6000d]\ngroup_by: [queue]", "irc")


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the conversations."""
    return json.loads((logs / "irc_support" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def conversations(logs: Path) -> list[CoreEvent]:
    """All events."""
    return desk.decoded(irc_support.events(logs))


@pytest.mark.parametrize("way", [desk.WAYS[0], desk.WAYS[-1]], ids=lambda way: way.name)
def test_every_channel_is_exact(way: desk.Way, conversations: list[CoreEvent], oracle: Any) -> None:
    """Conversations, answers, unanswered ones and the sum of first replies are the oracle's, channel by channel."""
    figures = take_figures(desk.run(POLICY, conversations, way))
    tallies = {queue: tally for (queue,), tally in figures.windows[0].groups.items()}
    assert set(oracle["by_channel"]) == set(tallies)
    for queue, expected in oracle["by_channel"].items():
        reply = tallies[queue].durations["first_response"]
        stats = expected["first_reply_seconds"]
        assert expected["conversation_starts"] == tallies[queue].counts["offered"]
        assert stats["n"] == tallies[queue].counts["answered"] == reply.count
        assert stats["sum"] == reply.total / SECOND == tallies[queue].durations["wait"].total / SECOND
        assert expected["conversation_starts"] - stats["n"] == figures.live[queue,].waiting
        for share in (0.5, 0.9, 0.99):
            nearest = stats[f"p{share * 100:.0f}_nearest_rank"]
            assert nearest == pytest.approx((reply.quantile(share) or 0) / SECOND, rel=0.05)
