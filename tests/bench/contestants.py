"""The two that are compared, each in a process of its own on one core.

Run by `tests.bench` with the name of a contestant, the brokers, the number of events and the core; prints events per
second of the clock and of the processor.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer

from stream.core.events import ADAPTER, TOPICS
from stream.core.policy import default_policy
from stream.core.shard import Shard
from stream.edge.pipeline import Settings, WorkerView, run_worker


class Stopwatch:
    """Seconds since it was made: of the clock, and of the processor for this process."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return both."""
        return time.perf_counter() - self._began[0], time.process_time() - self._began[1]


async def bare(brokers: str, count: int) -> tuple[float, float]:
    """Fetch and validate, and do nothing with the event."""
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
    validate = ADAPTER.validate_json
    seen, stopwatch = 0, Stopwatch()
    while seen < count:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=settings.fetch_records)
        if not seen:
            stopwatch = Stopwatch()
        for records in fetched.values():
            for record in records:
                validate(record.value)
            seen += len(records)
    took = stopwatch.read()
    await consumer.stop()
    return count / took[0], count / took[1]


async def worker(brokers: str, count: int) -> tuple[float, float]:
    """Be a whole worker with the default policy: everything but HTTP requests."""
    policy = default_policy()
    took = 0.0, 0.0

    async def serve(view: WorkerView) -> Callable[[], Awaitable[None]]:
        async def watch() -> None:
            nonlocal took
            while not view.events_total:  # noqa: ASYNC110  the view tells nobody
                await asyncio.sleep(0.001)
            stopwatch = Stopwatch()
            while sum(view.events_total.values()) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            took = stopwatch.read()
            os.kill(os.getpid(), 15)

        task = asyncio.create_task(watch())

        async def close() -> None:
            task.cancel()

        return close

    settings = Settings((brokers,), group=f"worker-{time.time_ns()}", state="none")
    await run_worker(settings, policy.clock_skew, lambda number: Shard(policy, number), serve)
    return count / took[0], count / took[1]


def main() -> None:
    """Run one contestant."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a broker's first group is not there at once
    name, brokers, count, core = sys.argv[1:]
    if core != "-":
        os.sched_setaffinity(0, {int(core)})
    gc.collect()
    print(*asyncio.run({"bare": bare, "worker": worker}[name](brokers, int(count))))  # noqa: T201  read by `tests.bench`


if __name__ == "__main__":
    main()
