"""Questions in support channels: how many, how many with an answer, how soon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream.core.figures import Tally, kpis, take_figures
from stream.core.policy import load_policy
from stream.core.times import SECOND
from tests.logs import desk
from tests.logs.whole_logs import WholeLog, WholeLogs

POLICY = load_policy("version: 1\nservice_level: [{within: 1m}]\nwindows: [6000d]\ngroup_by: [queue]", "irc")


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the conversations."""
    return json.loads((logs / "irc_support" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def irc(whole: WholeLogs) -> WholeLog:
    """The log, read in order."""
    return whole["irc_support"]


def assert_exact(expected: Any, tally: Tally, waiting: int) -> None:
    """Demand conversations, answers, unanswered ones and first replies as the oracle has them."""
    reply = tally.durations["first_response"]
    starts, stats = expected["conversation_starts"], expected["first_reply_seconds"]
    assert starts == tally.counts["offered"] == tally.counts["begun"]
    assert expected["starts_with_a_reply_by_another_author"] == stats["n"] == tally.counts["answered"] == reply.count
    assert stats["sum"] == reply.total / SECOND == tally.durations["wait"].total / SECOND
    assert starts - stats["n"] == waiting
    assert expected["unanswered_rate"] == round(waiting / starts, 6)
    for share in (0.5, 0.9, 0.95, 0.99):
        nearest = stats[f"p{share * 100:.0f}_nearest_rank"]
        assert nearest == pytest.approx((reply.quantile(share) or 0) / SECOND, rel=0.05)
    assert stats["max"] == pytest.approx((reply.maximum or 0) / SECOND, rel=0.05)
    found = kpis(tally, POLICY)
    assert stats["mean"] == round(found["average_speed_of_answer_s"], 4)


@pytest.mark.parametrize("way", [desk.WAYS[0], desk.WAYS[-1]], ids=lambda way: way.name)
def test_every_channel_is_exact(way: desk.Way, irc: WholeLog, oracle: Any) -> None:
    """Conversations, answers, unanswered ones and first replies are the oracle's, channel by channel and in all."""
    figures = take_figures(desk.run(POLICY, irc.events, way))
    tallies = {queue: tally for (queue,), tally in figures.windows[0].groups.items()}
    assert set(oracle["by_channel"]) == set(tallies)
    for queue, expected in oracle["by_channel"].items():
        assert_exact(expected, tallies[queue], figures.live[queue,].waiting)
    assert_exact(oracle["all"], figures.windows[0].total(), sum(live.waiting for live in figures.live.values()))


def test_who_waits_for_ever_is_in_no_rate(irc: WholeLog, oracle: Any) -> None:
    """Nobody in the log leaves, so the unanswered are no abandonment and no part of a service level: they wait."""
    found, counts = irc.total["kpis"], irc.total["counts"]
    assert 0 == counts["abandoned"] == found["abandonment_rate"]
    assert (
        counts["answered_in_target"] / oracle["all"]["starts_with_a_reply_by_another_author"]
        == (found["service_level"]["strict"])
    )
    # Their wait clocks have failed, each once: attainment, unlike service level, counts silence.
    failed = oracle["all"]["conversation_starts"] - counts["answered_in_target"]
    assert failed == irc.total["sla"]["wait"]["breached"]
