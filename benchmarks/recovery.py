"""`python -m benchmarks.recovery`: how soon a worker has its open tickets back, and what that takes.

A worker reads five events of each ticket and keeps the state; it is ended and another one started. Beside it the same
state topic is read by bare `getmany`, which does nothing with the records.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer
from rich.console import Console
from rich.table import Table

from benchmarks.broker import OWN_CORE, create_sources, kafka, pinned
from benchmarks.measured import Measured, Stopwatch
from benchmarks.this_worker import settings_of
from benchmarks.worker_process import WorkerProcess, until
from stream.core.times import SECOND, rfc3339
from tests.conftest import ROOT
from tests.kafka import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "recovery"
TOPIC = f"{GROUP}.state"
LENGTH = 3_600 * SECOND
"""The tickets came within the last hour."""
QUEUES = ("billing", "tech", "sales", "returns", "accounts")
STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("ticket.created", {"channel": "email", "priority": "normal"}),
    ("ticket.assigned", {"agent_id": "a1"}),
    ("ticket.message", {"author": "agent", "visibility": "public", "agent_id": "a1"}),
    ("ticket.message", {"author": "customer", "visibility": "public"}),
    ("ticket.priority_changed", {"priority": "high"}),
)


def main() -> None:
    """Fill the state, then recover from it a few times beside the bare loop."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000, help="default %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default %(default)s")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds for Kafka to compact the state before")
    parser.add_argument("--bare", metavar="BROKERS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        asyncio.run(read(asked.bare)).tell()
        return
    table = Table(title=f"{asked.tickets:,} open tickets of {len(STEPS)} events")
    for name in ("", "seconds until ready", "CPU s", "MB, peak", "MB then", "records", "ratio to bare"):
        table.add_column(name, justify="right")
    with kafka() as cluster:
        create_sources(cluster)
        cluster.produce("support.tickets", messages(asked.tickets))
        with WorkerProcess(cluster.bootstrap, "kafka", group=GROUP) as worker:
            took = figures_back(worker, asked.tickets)
            table.add_row("first, from the events", f"{took:.1f}", *used(worker), "", "")
        time.sleep(asked.wait)
        for _ in range(asked.rounds):
            bare = read_bare(cluster.bootstrap)
            table.add_row(
                "bare getmany",
                f"{bare.seconds:.1f}",
                f"{bare.cpu_s:.1f}",
                f"{bare.peak_mb:,.0f}",
                "",
                f"{bare.events:,}",
                "",
            )
            with WorkerProcess(cluster.bootstrap, "kafka", group=GROUP) as worker:
                took = figures_back(worker, asked.tickets)
                table.add_row("worker, from its state", f"{took:.1f}", *used(worker), "", f"{took / bare.seconds:.2f}")
    Console(width=120).print(table)


def messages(tickets: int) -> Iterator[Message]:
    """Yield the events in order of time: all tickets are created, then all are assigned, and so on."""
    step = LENGTH // (tickets * len(STEPS))
    at = int(datetime.now(UTC).timestamp()) * SECOND - LENGTH
    for (number, (kind, fields)), ticket in itertools.product(enumerate(STEPS), range(tickets)):
        at += step
        name = f"T{ticket:07d}"
        body: dict[str, Any] = {
            "type": kind,
            "event_id": f"{name}-{number}",
            "occurred_at": rfc3339(at),
            "ticket_id": name,
        }
        queue = {"queue": QUEUES[ticket % len(QUEUES)]} if number == 0 else {}
        yield Message(json.dumps(body | queue | fields).encode(), name.encode())


def figures_back(worker: WorkerProcess, tickets: int) -> float:
    """Return the seconds from the start of the process until it is ready and every ticket is on /metrics.

    Raises:
        RuntimeError: it is ready with other figures.
    """
    until(lambda: worker.readiness()["ready"], "the worker is ready", 1_800, every=0.25)
    shown = worker.sum_of("deskpulse_tickets")
    took = time.monotonic() - worker.started
    if shown != tickets:
        raise RuntimeError(f"ready, but /metrics shows {shown:,.0f} open tickets of {tickets:,}")
    return took


def used(worker: WorkerProcess) -> tuple[str, str, str]:
    """Return what it took so far, for the table."""
    return f"{worker.cpu_s:.1f}", f"{worker.peak_mb:,.0f}", f"{worker.rss_mb:,.0f}"


def read_bare(brokers: str) -> Measured:
    """Read the state topic in a process of its own on the core of what is measured."""
    command = [sys.executable, "-m", "benchmarks.recovery", "--bare", brokers]
    with pinned(OWN_CORE):
        return Measured.heard(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout)


async def read(brokers: str) -> Measured:
    """Read the state topic to its end with `getmany` and the worker's settings of fetches."""
    settings = settings_of(brokers, "kafka")
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=brokers,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_bytes=settings.fetch_bytes,
        max_partition_fetch_bytes=settings.partition_fetch_bytes,
    )
    await consumer.start()
    places = consumer.assignment()
    ends = await consumer.end_offsets(places)
    records, stopwatch = 0, Stopwatch()
    # The markers of transactions take up offsets, so positions tell of the end, not records.
    while any([await consumer.position(place) < ends[place] for place in places]):
        fetched = await consumer.getmany(timeout_ms=200, max_records=settings.fetch_records)
        records += sum(len(found) for found in fetched.values())
    measured = stopwatch.stop(records)
    await consumer.stop()
    return measured


if __name__ == "__main__":
    main()
