"""What a worker says of its figures: those of `replay`, over the shards that it holds."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from stream.core.figures import report, take_figures
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.web import start_web
from tests.exposition.busy import busy_events, busy_policy, spread
from tests.exposition.worker import StillWorker

LONGEST = "24h"


@pytest.fixture
def policy() -> Policy:
    """A policy with an hour and a day."""
    return busy_policy()


@pytest.fixture
def shards(policy: Policy) -> tuple[Shard, ...]:
    """Two shards of a desk at which everything happens."""
    return spread(policy, busy_events(), 2)


@pytest.fixture
def told(policy: Policy, shards: tuple[Shard, ...]) -> dict[str, dict[str, Any]]:
    """What `replay` says of the desk, by window."""
    found = report(take_figures(shards), policy, shards[0].now, read={})
    return {window["window"]: window for window in found["windows"]}


async def get(client: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    """Return status and body of a path; every answer here is JSON."""
    async with client.get(path) as answer:
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


@pytest.mark.parametrize(("query", "window"), [("", LONGEST), ("window=", LONGEST), ("window=1h", "1h")])
async def test_agents_are_those_of_replay(
    client: aiohttp.ClientSession, told: dict[str, dict[str, Any]], query: str, window: str
) -> None:
    """Each agent over all shards, in order, in the window that is asked for or the longest."""
    rows = told[window]["by_agent"]
    assert ["a0", "a1", "a3"] == [row["agent"] for row in rows][:3]
    assert (200, rows) == await get(client, f"/api/agents?{query}")


async def test_agents_can_be_fewer(client: aiohttp.ClientSession, told: dict[str, dict[str, Any]]) -> None:
    """A limit takes the first ones."""
    assert (200, told[LONGEST]["by_agent"][:2]) == await get(client, "/api/agents?limit=2")


async def test_an_agent_of_whom_nothing_is_left_is_not_shown(
    client: aiohttp.ClientSession, shards: tuple[Shard, ...]
) -> None:
    """When all that agents did has left the window, there is nobody in it."""
    for shard in shards:
        shard.advance(shard.now + 48 * 3600 * 1_000_000)
    assert (200, []) == await get(client, "/api/agents")


@pytest.mark.parametrize("path", ["/api/agents", "/api/kpis"])
async def test_an_unknown_window_is_named(client: aiohttp.ClientSession, path: str) -> None:
    """What the policy has is in the answer."""
    status, body = await get(client, f"{path}?window=2h")
    assert (400, "window: '2h'; 1h or 24h is expected") == (status, body["error"])


@pytest.mark.parametrize("limit", ["0", "1001", "ten"])
async def test_a_bad_limit_is_named(client: aiohttp.ClientSession, limit: str) -> None:
    """As for the clocks at risk."""
    status, body = await get(client, f"/api/agents?limit={limit}")
    assert (400, f"limit: {limit!r}; a whole number from 1 to 1000 is expected") == (status, body["error"])


@pytest.mark.parametrize("window", ["1h", LONGEST])
async def test_kpis_of_all_are_those_of_replay(
    client: aiohttp.ClientSession, told: dict[str, dict[str, Any]], window: str
) -> None:
    """Every figure of the window over all groups; agents of several queues count once."""
    status, body = await get(client, f"/api/kpis?window={window}")
    assert (200, window, None, False) == (status, body["window"], body["queue"], body["incomplete"])
    whole = told[window]["total"]["kpis"]
    assert body["kpis"] == {key: whole[key] for key in body["kpis"]}
    assert "occupancy" in body["kpis"]


async def test_kpis_of_a_queue_leave_the_others_out(client: aiohttp.ClientSession) -> None:
    """Nothing was reopened in returns, and nobody called there."""
    _, whole = await get(client, "/api/kpis?window=1h")
    status, body = await get(client, "/api/kpis?window=1h&queue=returns")
    assert (200, "returns") == (status, body["queue"])
    assert (0, 1, None) == tuple(body["kpis"][key] for key in ("reopen_rate", "resolution_rate", "abandonment_rate"))
    assert whole["kpis"]["reopen_rate"] > 0


async def test_kpis_of_an_unknown_queue_are_not_found(client: aiohttp.ClientSession) -> None:
    """A mistyped queue is no queue without events."""
    status, body = await get(client, "/api/kpis?queue=bliling")
    assert (404, "no queue 'bliling' is counted here; another worker may hold all of it") == (status, body["error"])


async def test_kpis_say_what_is_missing(
    client: aiohttp.ClientSession, worker: StillWorker, shards: tuple[Shard, ...]
) -> None:
    """While a partition is read, or is another worker's, the figures are of a part."""
    worker.shown = shards[:1]
    assert (await get(client, "/api/kpis"))[1]["incomplete"]
    worker.shown, worker.partitions_expected = (), 0
    status, body = await get(client, "/api/kpis")
    assert (200, True, None) == (status, body["incomplete"], body["kpis"]["csat"])


async def test_a_queue_needs_groups_by_queue() -> None:
    """Where the policy groups by channel alone, a queue cannot be told from the others."""
    policy = busy_policy(group_by="[channel]")
    web = await start_web(StillWorker(spread(policy, busy_events(), 1)), policy)
    async with aiohttp.ClientSession(web.url) as client:
        status, body = await get(client, "/api/kpis?queue=billing")
        assert 400 == status
        assert body["error"].startswith("queue: 'billing'; the policy does not group by queue")
        assert 200 == (await get(client, "/api/kpis"))[0]
    await web.close()
