"""The help desk's first responses: human public replies only, as oracle.json counts them (its definition B)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import structs

from stream.core.events import Event as CoreEvent
from stream.core.figures import take_figures
from stream.core.policy import load_policy
from stream.core.times import SECOND
from tests.logs import desk, helpdesk_comments

POLICY = load_policy(
    """
version: 1
targets:
  - {clock: first_response, within: 4h}
windows: [500d]
max_groups: 200
""",
    "helpdesk",
)


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the issues."""
    return json.loads((logs / "helpdesk_comments" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def comments(logs: Path) -> list[CoreEvent]:
    """All events."""
    return desk.decoded(helpdesk_comments.events(logs))


@pytest.mark.parametrize("way", desk.WAYS, ids=lambda way: way.name)
def test_first_response_is_exact(way: desk.Way, comments: list[CoreEvent], oracle: Any) -> None:
    """Number and sum are the oracle's, quantiles lie within 5 % of it, and no digit depends on how events arrive."""
    expected = oracle["first_response_seconds_B_excluding_auto_policy_comment"]
    shards = desk.run(POLICY, comments, way)
    figures = desk.total(shards)
    response = figures.durations["first_response"]
    assert oracle["issues"] == figures.counts["created"]
    assert (expected["stats"]["n"], expected["stats"]["sum"]) == (response.count, response.total / SECOND)
    for share in (0.5, 0.9, 0.95, 0.99):
        nearest = expected["stats"][f"p{share * 100:.0f}_nearest_rank"]
        assert nearest == pytest.approx((response.quantile(share) or 0) / SECOND, rel=0.05)
    assert expected["stats"]["max"] == pytest.approx((response.maximum or 0) / SECOND, rel=0.05)
    live = take_figures(shards).live.values()
    assert expected["issues_without"] == sum(one.clocks["first_response"]["breaching"] for one in live if one.clocks)
    assert desk.plain(take_figures(desk.run(POLICY, comments))) == desk.plain(take_figures(shards))


def test_what_a_bot_writes_is_no_response(comments: list[CoreEvent], oracle: Any) -> None:
    """The automatic text comes after 16 s in nearly every issue: counted as a reply it would make the median 16 s."""
    trap = oracle["first_response_seconds_A_any_public_non_reporter"]["stats"]
    as_agent = [
        structs.replace(cast("Any", event), author="agent") if getattr(event, "author", None) == "bot" else event
        for event in comments
    ]
    response = desk.total(desk.run(POLICY, as_agent)).durations["first_response"]
    assert trap["p50_nearest_rank"] == pytest.approx((response.quantile(0.5) or 0) / SECOND, rel=0.05)


def test_every_comment_is_a_message(comments: list[CoreEvent], oracle: Any) -> None:
    """Every comment but the one that opens its issue counts as a message, private and automatic ones too."""
    figures = desk.total(desk.run(POLICY, comments))
    opening = oracle["first_reporter_comment_minus_created_seconds"]["n"]
    assert oracle["comments"] - opening == figures.counts["messages"]
