"""A web server over a worker that the test may change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.web import start_web
from tests.core.build import at, chat, created, event, run
from tests.core.build import policy as policy_of
from tests.exposition.worker import StillWorker


@pytest.fixture
def policy() -> Policy:
    """A first response within ten minutes, with a warning; two queues."""
    return policy_of(
        "clock: first_response, match: {channel: email}, within: 10m, warn: 5m",
        ticket_url='"https://desk.example/t/{id}"',
        service_level="[]",
    )


@pytest.fixture
def shards(policy: Policy) -> tuple[Shard, ...]:
    """Two shards at 09:20: a breaching and an imminent ticket in each, and a contact with the id of a ticket."""
    first = [
        created("09:00", ticket_id="T1"),
        created("09:14:30", ticket_id="T2", queue="sales"),
        chat("started", "09:10", chat_id="T1", channel="voice", handled_by="queue", queue="hotline"),
        chat("queued", "09:10", chat_id="T1", queue="hotline"),
    ]
    second = [
        created("09:05", ticket_id="T3"),
        created("09:14:30.5", ticket_id="T4", queue="sales"),
        created("09:19", ticket_id="T5"),
        event("ticket.created", "09:19", ticket_id="a/b c?", channel="email", queue="billing"),
    ]
    return (run(policy, first, at("09:20")), run(policy, second, at("09:20")))


@pytest.fixture
def worker(shards: tuple[Shard, ...]) -> StillWorker:
    """A worker that has read everything."""
    return StillWorker(shards, partitions_assigned=2, partitions_expected=2)


@pytest.fixture
async def client(worker: StillWorker, policy: Policy) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the worker's web server, which decompresses nothing by itself."""
    web = await start_web(worker, policy)
    async with aiohttp.ClientSession(web.url, auto_decompress=False) as session:
        yield session
    await web.close()
