"""This worker: the whole rules with the default policy, everything but HTTP requests."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING

from benchmarks.measured import Stopwatch
from benchmarks.this_worker import maker_of, settings_of
from stream.core.policy import default_policy
from stream.edge.pipeline import run_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.measured import Measured
    from stream.core.shard import Shard
    from stream.edge.pipeline import WorkerView


async def durable(brokers: str, count: int) -> Measured:
    """Keep the state in Kafka."""
    return await _run(brokers, count, "kafka")


async def forgetful(brokers: str, count: int) -> Measured:
    """Keep the state in memory alone."""
    return await _run(brokers, count, "none")


async def _run(brokers: str, count: int, state: str) -> Measured:
    policy = default_policy()
    make = maker_of(policy, state)
    shards: dict[int, Shard] = {}
    measured: asyncio.Future[Measured] = asyncio.get_running_loop().create_future()

    def keep(number: int) -> Shard:
        shards[number] = make(number)
        return shards[number]

    async def serve(view: WorkerView) -> Callable[[], Awaitable[None]]:
        async def watch() -> None:
            while not view.events_total:  # noqa: ASYNC110  the view tells nobody
                await asyncio.sleep(0.001)
            stopwatch = Stopwatch()
            while (read := sum(view.events_total.values())) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            measured.set_result(stopwatch.stop(read, sum(shard.counts.events for shard in shards.values())))
            os.kill(os.getpid(), signal.SIGTERM)

        task = asyncio.create_task(watch())

        async def close() -> None:
            task.cancel()

        return close

    settings = settings_of(brokers, state, group=f"worker-{time.time_ns()}")
    await run_worker(settings, policy.clock_skew, keep, serve)
    return measured.result()
