"""A plain Faust agent, event by event, with pydantic: the job in dicts, or in Faust's tables."""

from __future__ import annotations

import asyncio
import tempfile
import time
from typing import TYPE_CHECKING, Any

import faust

from benchmarks.contestants.job import Job
from benchmarks.measured import Stopwatch
from stream.core.events import ADAPTER

if TYPE_CHECKING:
    from benchmarks.measured import Measured

PARTITIONS = 4


async def dicts(brokers: str, count: int) -> Measured:
    """Keep nothing that outlives the process."""
    return await _run(_app(brokers), Job({}, {}), count)


async def tables(brokers: str, count: int) -> Measured:
    """Keep both in tables with changelogs, at least once."""
    app = _app(brokers)
    return await _run(app, Job(app.Table("last"), app.Table("counts", default=int)), count)


def _app(brokers: str) -> faust.App:
    return faust.App(
        f"faust-{time.time_ns()}",
        broker=f"kafka://{brokers}",
        store="memory://",
        datadir=tempfile.mkdtemp(),
        topic_partitions=PARTITIONS,
        topic_replication_factor=1,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
    )


async def _run(app: faust.App, simple: Job, count: int) -> Measured:
    measured: asyncio.Future[Measured] = asyncio.get_running_loop().create_future()
    source = app.topic("support.tickets", "support.chats", key_serializer="raw", value_serializer="raw")
    validate = ADAPTER.validate_json

    async def work(values: Any) -> None:
        seen, stopwatch = 0, Stopwatch()
        async for value in values:
            if not seen:
                stopwatch = Stopwatch()
            simple.take(validate(value))
            seen += 1
            if seen == count:
                measured.set_result(stopwatch.stop(seen, sum(simple.counts.values())))

    app.agent(source, name="work")(work)
    await app.start()
    return await measured
