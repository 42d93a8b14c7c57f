"""A worker from its first line to its last: prepare, join, work, leave."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

from aiokafka.errors import KafkaError

from stream.edge.pipeline.interpreter import keep_pages_large, tune_interpreter
from stream.edge.pipeline.logs import tame_logs
from stream.edge.pipeline.pipeline import Pipeline
from stream.edge.pipeline.topics import prepare_topics
from stream.edge.pipeline.watch import Watch, refused
from stream.errors import BrokerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from stream.core.shard import Shard
    from stream.edge.pipeline.settings import Settings
    from stream.edge.pipeline.view import WorkerView

log = logging.getLogger("deskpulse.worker")

RETRY_S = 1.0
HAND_OVER_S = 0.7
STOP_S = 2.5
"""What a clean end may take; then the process ends as it is."""


async def run_worker(
    settings: Settings,
    skew: int,
    make: Callable[[int], Shard],
    serve: Callable[[WorkerView], Awaitable[Callable[[], Awaitable[None]]]],
) -> None:
    """Run one worker until SIGINT or SIGTERM, then leave the group.

    Args:
        settings: broker, group, topics, clock.
        skew: microseconds that an event may lie after its record's own time.
        make: makes the empty shard of a partition number; it keeps notes where the settings keep state.
        serve: starts what shows the figures, and returns how to end that.

    Raises:
        DeskpulseError: something that only a person can mend.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tame_logs(loop)
    pipeline = Pipeline(settings, skew, make)
    watch = Watch(pipeline)
    unserve = await serve(watch)
    tune_interpreter()
    tasks: list[asyncio.Task[None]] = []
    stopping = asyncio.create_task(stop.wait())
    try:
        working = asyncio.create_task(_work(pipeline, watch, tasks))
        tasks.append(working)
        ends: list[asyncio.Future[Any]] = [stopping, working, pipeline.failed]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for ended in (pipeline.failed, working):
            if ended.done():
                ended.result()
    finally:
        watch.stopping()
        stopping.cancel()
        await _end_in_time(_end(pipeline, tasks, unserve))
        gc.freeze()  # or the interpreter looks through all shards before it ends
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _work(pipeline: Pipeline, watch: Watch, tasks: list[asyncio.Task[None]]) -> None:
    watch.expected = await _prepared(pipeline.settings, watch)
    for chore in (
        pipeline.keep_time,
        pipeline.opener.keep_opening,
        pipeline.offsets.keep_committing,
        watch.keep_watch,
        keep_pages_large,
    ):
        task = asyncio.create_task(chore())
        task.add_done_callback(lambda ended: _report(pipeline, ended))
        tasks.append(task)
    await pipeline.app.start()
    await pipeline.app.wait_until_stopped()
    reason = pipeline.app.crash_reason
    if isinstance(reason, KafkaError):
        raise refused(pipeline.settings, reason)
    # Whatever else it is, it is a fault of Deskpulse, and its traceback is what helps to mend it.
    raise reason if reason is not None else BrokerError("Faust stopped by itself; start the worker again")


def _report(pipeline: Pipeline, ended: asyncio.Task[None]) -> None:
    error = None if ended.cancelled() else ended.exception()
    if error is not None:
        pipeline.fail(error)


async def _prepared(settings: Settings, watch: Watch) -> int:
    waiting_since: float | None = None
    while True:
        try:
            partitions = await prepare_topics(settings)
        except (KafkaError, OSError, TimeoutError) as error:
            if waiting_since is None:
                waiting_since = time.monotonic()
                watch.absent(absent=True)
                log.warning("no broker at %s (%s); trying again until there is one", settings.address, _brief(error))
            await asyncio.sleep(RETRY_S)
        else:
            watch.absent(absent=False)
            if waiting_since is not None:
                log.info("the broker is there after %.0f s", time.monotonic() - waiting_since)
            return partitions


def _brief(error: BaseException) -> str:
    return type(error).__name__.removesuffix("Error") or "Error"


def leave() -> NoReturn:
    """End the process at once, code 0: to take a million objects apart one by one would take longer than all else."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _end_in_time(end: Coroutine[Any, Any, None]) -> None:
    ending = asyncio.create_task(end)
    await asyncio.wait({ending}, timeout=STOP_S)
    if ending.done():
        ending.result()
        return
    # Faust shields what it stops from being cancelled, so nothing but this ends a process that hangs in there.
    failure = sys.exc_info()[1]
    if failure is None:
        leave()
    log.error("%s", failure)
    logging.shutdown()
    os._exit(1)


async def _end(pipeline: Pipeline, tasks: list[asyncio.Task[None]], unserve: Callable[[], Awaitable[None]]) -> None:
    if pipeline.joined:
        await pipeline.hand_over(HAND_OVER_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await unserve()
    await pipeline.close()
    if pipeline.app.started:
        await pipeline.app.stop()
