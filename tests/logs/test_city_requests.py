"""A city's requests: volume, resolution and backlog."""

from __future__ import annotations

import json
from collections import Counter, deque
from pathlib import Path
from typing import Any

import pytest

from stream.core.figures import take_figures
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import HOUR, SECOND, parse_rfc3339, rfc3339
from tests.logs import city_requests, desk
from tests.logs.whole_logs import WholeLog, WholeLogs

HOURLY = load_policy("version: 1\ntargets: []\nservice_level: []\nwindows: [1h]\nmax_groups: 200", "city")
HALF_DAYS = load_policy("version: 1\nservice_level: []\nwindows: [12h]\ngroup_by: [channel]", "city")

LIFTED = 2925
"""Seconds by which 197 requests were closed before they were opened; events.csv.gz closes them as they open."""


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the requests."""
    return json.loads((logs / "city_requests" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def city(whole: WholeLogs) -> WholeLog:
    """The log, read in order."""
    return whole["city_requests"]


@pytest.mark.slow
def test_volume_and_resolution_are_exact(city: WholeLog, oracle: Any) -> None:
    """Requests, closed ones and the sum of their times are the oracle's, but for closings before the opening: 0 s."""
    expected, stats = oracle["resolution_seconds"], oracle["resolution_seconds"]["stats"]
    figures = desk.total([city.shard])
    solved = figures.durations["first_resolution"]
    assert oracle["rows"] == oracle["distinct_cases"] == figures.counts["created"]
    assert oracle["case_status"]["Closed"] == stats["n"] == figures.counts["solved"] == solved.count
    assert stats["sum"] + LIFTED == solved.total / SECOND
    assert expected["negative"] + expected["zero"] == solved.at_most(0)
    for share in (0.5, 0.9, 0.95, 0.99):
        nearest = stats[f"p{share * 100:.0f}_nearest_rank"]
        assert nearest == pytest.approx((solved.quantile(share) or 0) / SECOND, rel=0.05)
    assert stats["max"] == pytest.approx((solved.maximum or 0) / SECOND, rel=0.05)
    assert oracle["case_status"]["Open"] == sum(row["tickets"]["new"] for row in city.told["live"])
    assert oracle["queues"] == len({row["queue"] for row in city.window["groups"]})
    assert oracle["case_status"]["Closed"] / oracle["rows"] == city.total["kpis"]["resolution_rate"]


@pytest.mark.slow
def test_requests_are_the_same_shuffled_and_over_three_shards(city: WholeLog) -> None:
    """All that `replay` prints is equal, in whatever order a year arrives, and wherever its requests come to."""
    way = desk.Way("shuffled and by chance over three shards", shards=3, shuffled=True, seed=311)
    assert city.told == desk.told(city.policy, desk.run(city.policy, city.events, way))


@pytest.mark.slow
def test_the_backlog_is_exact_at_any_time(city: WholeLog, oracle: Any) -> None:
    """At three moments of the year as many tickets are unsolved as the oracle counts."""
    shard = Shard(HOURLY)
    coming = deque(city.events)
    for moment, expected in sorted(oracle["backlog_at"].items()):
        at = parse_rfc3339(moment + city_requests.OFFSET)
        while coming[0].at < at:
            shard.apply(coming.popleft())
        shard.advance(at)
        assert expected == sum(live.statuses["new"] for live in take_figures([shard]).live.values()), moment


@pytest.mark.slow
def test_the_busiest_hours_are_exact(city: WholeLog, oracle: Any) -> None:
    """A window of one hour that ends with the hour counts what came in that hour, and nothing of the hour before."""
    for hour, expected in oracle["busiest_hour"].items():
        end = parse_rfc3339(f"{hour}:00:00{city_requests.OFFSET}") + HOUR
        shards = desk.run(HOURLY, [event for event in city.events if end - 2 * HOUR <= event.at < end], at=end)
        assert expected == desk.total(shards).counts["created"], hour


@pytest.mark.slow
def test_every_month_and_the_busiest_days_are_exact(city: WholeLog, oracle: Any) -> None:
    """Windows of twelve hours, read at each noon and midnight, add up to the oracle's days and months."""
    days: Counter[str] = Counter()
    shard = Shard(HALF_DAYS)
    opened = deque(event for event in city.events if event.type == "ticket.created")
    end = parse_rfc3339(f"2015-01-01T00:00:00{city_requests.OFFSET}")
    while opened:
        begin, end = end, end + 12 * HOUR
        while opened and opened[0].at < end:
            shard.apply(opened.popleft())
        shard.advance(end)
        # Local midnight is at 05:00 UTC all year.
        days[rfc3339(begin - 5 * HOUR)[:10]] += desk.total([shard]).counts["created"]
    assert oracle["opened_per_day_top3"] == dict(days.most_common(3))
    months: Counter[str] = Counter()
    for day, count in days.items():
        months[day[:7]] += count
    assert oracle["opened_per_month"] == dict(months)
