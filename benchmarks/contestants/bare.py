"""The yardstick: aiokafka's `getmany` and pydantic, and nothing is done with the event; or the simple job in dicts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer

from benchmarks.contestants.job import Job
from benchmarks.measured import Stopwatch
from stream.core.events import ADAPTER, TOPICS
from stream.edge.pipeline import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measured import Measured


async def bare(brokers: str, count: int) -> Measured:
    """Fetch and validate."""
    validate = ADAPTER.validate_json

    def take(records: list[Any]) -> None:
        for record in records:
            validate(record.value)

    return await _read(brokers, count, take)


async def job(brokers: str, count: int) -> Measured:
    """Fetch, validate and do the simple job; nothing is durable."""
    validate = ADAPTER.validate_json
    simple = Job({}, {})

    def take(records: list[Any]) -> None:
        for record in records:
            simple.take(validate(record.value))

    return await _read(brokers, count, take, simple)


async def _read(brokers: str, count: int, take: Callable[[list[Any]], None], simple: Job | None = None) -> Measured:
    """Read with the worker's own settings of fetches until `count` events are there."""
    settings = Settings((brokers,))
    consumer = AIOKafkaConsumer(
        *TOPICS,
        bootstrap_servers=brokers,
        group_id=f"bare-{time.time_ns()}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_bytes=settings.fetch_bytes,
        max_partition_fetch_bytes=settings.partition_fetch_bytes,
        fetch_max_wait_ms=settings.fetch_wait_ms,
    )
    await consumer.start()
    seen, stopwatch = 0, Stopwatch()
    while seen < count:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=settings.fetch_records)
        if not seen:
            stopwatch = Stopwatch()
        for records in fetched.values():
            take(records)
            seen += len(records)
    measured = stopwatch.stop(seen, 0 if simple is None else sum(simple.counts.values()))
    await consumer.stop()
    return measured
