"""`deskpulse generate`: the events of an invented support desk, for ever."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import TYPE_CHECKING, Any

import click
from aiokafka.errors import KafkaError

from stream.core.times import rfc3339
from stream.errors import BrokerError
from stream.tools.cli.options import Span, connects_to_kafka, option

if TYPE_CHECKING:
    from stream.edge.pipeline import Settings


@click.command(epilog="Example: deskpulse generate --brokers localhost:9092 --history 24h")
@connects_to_kafka
@option(
    "--speed", type=click.FloatRange(0, 3_600, min_open=True), metavar="X", default=1.0, help="60: an hour a minute."
)
@option("--history", type=Span(), metavar="DURATION", default="10h", help="How much of the past is sent first.")
@option("--seed", type=int, metavar="N", default=1, help="Another seed, another desk.")
@option("--create-topics/--no-create-topics", default=True, help="Create topics that are missing.")
@option("--partitions", type=int, metavar="N", default=4, help="Partitions of a topic that is created.")
@option("--breach", is_flag=True, hidden=True)
@option("--clock-origin", type=float, hidden=True)
@option("--clock-start", type=float, hidden=True)
def generate(
    kafka: dict[str, Any],
    speed: float,
    history: int,
    seed: int,
    create_topics: bool,
    partitions: int,
    breach: bool,
    clock_origin: float | None,
    clock_start: float | None,
) -> None:
    """Send the events of an invented support desk to Kafka: those of the last hours at once, then live, for ever."""
    from stream.edge.pipeline import Settings
    from stream.tools.demo.desk import BREACH, DESK
    from stream.tools.demo.generator import Generator
    from stream.tools.demo.scaled_time import ScaledTime

    now = time.time()
    start = now if clock_start is None else clock_start
    clock = ScaledTime(speed, start if clock_origin is None else clock_origin, start)
    settings = Settings(**kafka, partitions=partitions, state="none")

    # What aiokafka has to say of a broker that is away ends in one line of ours.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)

    async def run() -> int:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        if create_topics:
            await _prepare(settings)
        return await Generator(clock, history, seed, BREACH if breach else DESK).run(settings, stop, on_live)

    def on_live(count: int) -> None:
        click.echo(f"{count} events of the past are sent, going on live at {rfc3339(clock.now())}", err=True)

    sent = asyncio.run(run())
    click.echo(f"{sent} events sent", err=True)


async def _prepare(settings: Settings) -> None:
    from stream.edge.pipeline import prepare_topics

    try:
        await prepare_topics(settings)
    except (KafkaError, OSError, TimeoutError) as error:
        kind = type(error).__name__.removesuffix("Error")
        raise BrokerError(
            f"no broker at {settings.address} ({kind}); start one, or name another by --brokers"
        ) from None
