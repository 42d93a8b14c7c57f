"""`deskpulse produce`: a file of events to their topics, keyed rightly."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from aiokafka.errors import KafkaError

from stream.core.events import decode
from stream.core.times import rfc3339
from stream.errors import BrokerError, EventError
from stream.tools.cli.options import connects_to_kafka, option, tell_refused
from stream.tools.event_file import Reading, events_in_order, open_events

if TYPE_CHECKING:
    from stream.core.events import Event
    from stream.tools.sender import Sender

LINGER_S = 0.05
"""While events are paced, none waits longer than this for others to be sent along."""


@dataclass(slots=True)
class Job:
    """One run: how fast, from when on, and what became of the lines."""

    speed: float | None
    now: bool
    refused: Callable[[int, EventError], None]
    reading: Reading = field(default_factory=Reading)


@click.command(epilog="Example: deskpulse produce --events events.jsonl.gz --brokers localhost:9092 --speed 60")
@click.option(
    "--events", "path", metavar="FILE", required=True, help="JSON Lines, one event each; - is standard input."
)
@connects_to_kafka
@click.option(
    "--speed", type=click.FloatRange(min=0, min_open=True), metavar="X", help="60: an hour a minute; else at once."
)
@click.option("--now", is_flag=True, help="Shift all times so that the first event is now; at speed 1 unless told.")
@option("--create-topics/--no-create-topics", default=True, help="Create topics that are missing.")
@option("--partitions", type=int, metavar="N", default=4, help="Partitions of a topic that is created.")
def produce(
    path: str, kafka: dict[str, Any], speed: float | None, now: bool, create_topics: bool, partitions: int
) -> int:
    """Send a file of events to their topics.

    Events go out as they are, in the order of the file, and Kafka dates them now. With --speed or --now they go out in
    the order of their times, written anew.
    """
    from stream.edge.pipeline import Settings

    settings = Settings(**kafka, create_topics=create_topics, partitions=partitions, state="none")
    job = Job(speed, now, tell_refused(path))
    began = time.monotonic()
    with open_events(path) as lines:
        sent = asyncio.run(_produce(lines, settings, job))
    took = time.monotonic() - began
    wrong = job.reading.rejected + job.reading.unknown
    click.echo(
        f"{sum(sent.values())} events sent in {took:.1f} s"
        + "".join(f", {count} to {topic}" for topic, count in sorted(sent.items()))
        + (f"; {wrong} lines of {path} are no events and were not sent" if wrong else ""),
        err=True,
    )
    return 1 if wrong else 0


async def _produce(lines: Iterable[bytes], settings: Any, job: Job) -> dict[str, int]:
    from stream.edge.pipeline import prepare_topics, tame_logs
    from stream.tools.sender import Sender

    tame_logs(asyncio.get_running_loop())
    try:
        await prepare_topics(settings)
    except (KafkaError, OSError, TimeoutError) as error:
        kind = type(error).__name__.removesuffix("Error")
        raise BrokerError(
            f"no broker at {settings.address} ({kind}); start one, or name another by --brokers"
        ) from None
    async with Sender(settings) as sender:
        with _progress() as tick:
            if job.speed is None and not job.now:
                await _send_all(lines, sender, job, tick)
            else:
                await _send_paced(lines, sender, job, tick)
    return dict(sender.sent)


async def _send_all(lines: Iterable[bytes], sender: Sender, job: Job, tick: Callable[[], None]) -> None:
    for number, line in enumerate(lines, 1):
        raw = line.strip()
        if not raw:
            continue
        try:
            event = decode(raw)
        except EventError as error:
            job.reading.rejected += 1
            job.refused(number, error)
            continue
        if event is None:
            job.reading.unknown += 1
            job.refused(number, EventError("bad_value", "type", "no event of this type is known, so no topic is"))
            continue
        await sender.send(event.topic, event.key, raw)
        tick()


async def _send_paced(lines: Iterable[bytes], sender: Sender, job: Job, tick: Callable[[], None]) -> None:
    speed = job.speed or 1.0
    first: Event | None = None
    started_us, began, flushed = time.time_ns() // 1_000, time.monotonic(), time.monotonic()
    for event, raw in events_in_order(lines, job.reading, job.refused):
        if first is None:
            first = event
            started_us, began, flushed = time.time_ns() // 1_000, time.monotonic(), time.monotonic()
        wait = began + (event.at - first.at) / 1_000_000 / speed - time.monotonic()
        if wait > 0:
            await sender.flush()
            await asyncio.sleep(wait)
        elif time.monotonic() - flushed > LINGER_S:
            await sender.flush()
            flushed = time.monotonic()
        if job.now:
            shifted = event.at + started_us - first.at
            body = json.loads(raw) | {"occurred_at": rfc3339(shifted)}
            await sender.send(event.topic, event.key, json.dumps(body).encode(), shifted // 1_000)
        else:
            await sender.send(event.topic, event.key, raw)
        tick()


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} events"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("produce", total=None)

        def tick() -> None:
            progress.advance(task)

        yield tick
