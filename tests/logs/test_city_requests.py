"""A city's requests: volume, resolution and backlog."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from stream.core.events import Event as CoreEvent
from stream.core.figures import take_figures
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import HOUR, SECOND, parse_rfc3339
from tests.logs import Event, city_requests, desk

POLICY = load_policy("version: 1\ntargets: []\nservice_level: []\nwindows: [400d]\nmax_groups: 200", "city")
HOURLY = load_policy("version: 1\ntargets: []\nservice_level: []\nwindows: [1h]\nmax_groups: 200", "city")

LIFTED = 2925
"""Seconds by which 197 requests were closed before they were opened; events.csv.gz closes them as they open."""


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the requests."""
    return json.loads((logs / "city_requests" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def mapped(logs: Path) -> list[Event]:
    """All events as messages."""
    return city_requests.events(logs)


@pytest.fixture(scope="module")
def requests(mapped: list[Event]) -> list[CoreEvent]:
    """All events as core has them."""
    return desk.decoded(mapped)


@pytest.mark.slow
@pytest.mark.parametrize("way", [desk.WAYS[0], desk.WAYS[-1]], ids=lambda way: way.name)
def test_volume_and_resolution_are_exact(
    way: desk.Way, mapped: list[Event], requests: list[CoreEvent], oracle: Any
) -> None:
    """Requests, closed ones and the sum of their times are the oracle's, but for closings before the opening: 0 s."""
    expected = oracle["resolution_seconds"]
    figures = desk.total(desk.run(POLICY, requests, way))
    solved = figures.durations["first_resolution"]
    assert (oracle["rows"], expected["stats"]["n"]) == (figures.counts["created"], figures.counts["solved"])
    assert expected["stats"]["n"] == solved.count
    assert _sum_of_resolutions(mapped) == solved.total / SECOND
    assert expected["stats"]["sum"] + LIFTED == solved.total / SECOND
    assert expected["negative"] + expected["zero"] == solved.at_most(0)
    for share in (0.5, 0.9, 0.95, 0.99):
        nearest = expected["stats"][f"p{share * 100:.0f}_nearest_rank"]
        assert nearest == pytest.approx((solved.quantile(share) or 0) / SECOND, rel=0.05)


@pytest.mark.slow
def test_the_backlog_is_exact_at_any_time(requests: list[CoreEvent], oracle: Any) -> None:
    """At three moments of the year as many tickets are unsolved as the oracle counts."""
    shard = Shard(HOURLY)
    coming = deque(requests)
    for moment, expected in sorted(oracle["backlog_at"].items()):
        at = parse_rfc3339(moment + city_requests.OFFSET)
        while coming[0].at < at:
            shard.apply(coming.popleft())
        shard.advance(at)
        assert expected == sum(live.statuses["new"] for live in take_figures([shard]).live.values()), moment


@pytest.mark.slow
def test_the_busiest_hours_are_exact(requests: list[CoreEvent], oracle: Any) -> None:
    """A window of one hour that ends with the hour counts what came in that hour, and nothing of the hour before."""
    for hour, expected in oracle["busiest_hour"].items():
        end = parse_rfc3339(f"{hour}:00:00{city_requests.OFFSET}") + HOUR
        shards = desk.run(HOURLY, [event for event in requests if end - 2 * HOUR <= event.at < end], at=end)
        assert expected == desk.total(shards).counts["created"], hour


def _sum_of_resolutions(events: list[Event]) -> float:
    created = {event["ticket_id"]: event["occurred_at"] for event in events if event["type"] == "ticket.created"}
    return sum(
        (parse_rfc3339(event["occurred_at"]) - parse_rfc3339(created[event["ticket_id"]])) / SECOND
        for event in events
        if event["type"] == "ticket.status_changed"
    )
