"""The generator: the past at once, then what happens, and the same story again when it is started again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest
from aiokafka import AIOKafkaConsumer

from stream.core.events import TOPICS, decode
from stream.core.times import HOUR, SECOND, parse_rfc3339, rfc3339
from stream.edge.pipeline import Connection
from stream.errors import EventError
from stream.tools.demo.broker import EmbeddedBroker
from stream.tools.demo.generator import Generator, week_of
from stream.tools.demo.scaled_time import ScaledTime

MORNING = parse_rfc3339("2026-03-02T08:00:00+01:00")


async def generate(address: str, origin: int, speed: float, more: int = 0) -> tuple[int, int]:
    """Run a generator until it has sent the past and so many events more; return how many were past, and all."""
    stop, live = asyncio.Event(), asyncio.Event()
    past: list[int] = []

    def on_live(count: int) -> None:
        past.append(count)
        live.set()

    generator = Generator(ScaledTime(speed, origin / SECOND, time.time()), HOUR)
    running = asyncio.create_task(generator.run(Connection((address,)), stop, on_live))
    async with asyncio.timeout(60):
        await live.wait()
        await read(address, past[0] + more)
        stop.set()
        return past[0], await running


async def read(address: str, count: int) -> list[tuple[bytes, int]]:
    """Value and time of the first records of all topics."""
    consumer = AIOKafkaConsumer(*TOPICS, bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            records = [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
    return [(record.value, record.timestamp) for record in records]


async def test_the_past_comes_first_and_carries_its_own_time() -> None:
    """All records of the last hour are there before it goes on live, dated when they were sent at the desk."""
    with EmbeddedBroker() as broker:
        past, sent = await generate(broker.address, MORNING, 1.0)
        records = await read(broker.address, sent)
    assert 500 < past <= sent
    for value, stamp in records:
        assert MORNING - HOUR <= stamp * 1_000 + 999 < MORNING + HOUR
        try:
            event = decode(value)
        except EventError:
            continue
        assert event is not None
        assert event.at // 1_000 <= stamp


async def test_it_goes_on_as_fast_as_time_passes() -> None:
    """Events of the next hours follow those of the past."""
    with EmbeddedBroker() as broker:
        past, sent = await generate(broker.address, MORNING, 3_600.0, 100)
    assert sent >= past + 100


async def test_a_generator_that_is_started_again_goes_on_with_its_story() -> None:
    """What the second one says of the hour that both tell of, the first one has said."""
    told = []
    for origin in (MORNING, MORNING + HOUR // 2):
        with EmbeddedBroker() as broker:
            _, sent = await generate(broker.address, origin, 1.0)
            told.append({value for value, stamp in await read(broker.address, sent) if stamp * 1_000 < MORNING})
    first, second = told
    assert len(second) > 100
    assert second <= first


@pytest.mark.parametrize(
    ("at", "monday", "name"),
    [
        ("2026-03-02T10:00:00+01:00", "2026-03-01T23:00:00Z", "2610"),
        ("2026-03-01T23:59:00+01:00", "2026-02-22T23:00:00Z", "2609"),
        ("2026-03-29T12:00:00+02:00", "2026-03-22T23:00:00Z", "2613"),
        ("2027-01-01T12:00:00+01:00", "2026-12-27T23:00:00Z", "2653"),
    ],
)
def test_a_story_begins_on_monday(at: str, monday: str, name: str) -> None:
    """At midnight of the desk's own zone, also in the week in which the clocks change."""
    begins, run = week_of(parse_rfc3339(at))
    assert (monday, name) == (rfc3339(begins), run)


@pytest.mark.slow
def test_a_broker_that_is_not_there_is_named() -> None:
    """One line says where it was looked for, and the exit code is 1."""
    ended = subprocess.run(
        [sys.executable, "-m", "stream", "generate", "--brokers", "127.0.0.1:1"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert 1 == ended.returncode
    assert ended.stderr.startswith("no broker at 127.0.0.1:1")
    assert 1 == ended.stderr.count("\n")
