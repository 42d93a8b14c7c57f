"""`make bench`: events per second of the worker and of the bare aiokafka and pydantic loop, in turns, one core each."""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from stream.core.events import TOPICS
from tests.bench.desk import events
from tests.conftest import ROOT
from tests.kafka import Cluster, Missing, find_way


def main() -> None:
    """Fill a real Kafka once, then let the contestants read it in turns."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--events", type=int, default=400_000, help="how many; default %(default)s")
    parser.add_argument("--rounds", type=int, default=4, help="how often each; default %(default)s")
    parser.add_argument("--brokers", help="a broker that is filled already; one is started where absent")
    asked = parser.parse_args()
    try:
        way = None if asked.brokers else find_way()
    except Missing as missing:
        sys.exit(str(missing))
    with tempfile.TemporaryDirectory() as folder:
        if way is None:
            compare(asked.brokers, asked.events, asked.rounds)
        else:
            with Cluster(way, Path(folder)) as cluster:
                fill(cluster, asked.events)
                compare(cluster.bootstrap, asked.events, asked.rounds)


def fill(cluster: Cluster, count: int) -> None:
    """Create the topics and write the events."""
    for topic in TOPICS:
        cluster.create_topic(topic, 4)
    by_topic = sorted(events(count), key=lambda item: item[0])
    for topic, messages in itertools.groupby(by_topic, key=lambda item: item[0]):
        cluster.produce(topic, (message for _, message in messages))


def compare(brokers: str, count: int, rounds: int) -> None:
    """Run bare, worker, bare, worker, … and print each round with its ratios, then the middle ones."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    core = str(cores[-1]) if len(cores) > 1 else "-"
    table = Table(title=f"{count:,} events, one core: thousands a second")
    for name in ("round", "bare loop", "worker", "ratio", "bare, of CPU time", "worker, of CPU time", "ratio"):
        table.add_column(name, justify="right")
    rows: list[tuple[float, ...]] = []
    for number in range(1, rounds + 1):
        bare, worker = (measure(name, brokers, count, core) for name in ("bare", "worker"))
        rows.append((bare[0], worker[0], worker[0] / bare[0], bare[1], worker[1], worker[1] / bare[1]))
        table.add_row(str(number), *_cells(rows[-1]))
    table.add_section()
    table.add_row("median", *_cells([statistics.median(column) for column in zip(*rows, strict=True)]))
    Console().print(table)


def measure(name: str, brokers: str, count: int, core: str) -> tuple[float, float]:
    """Return a contestant's events per second: of the clock, and of processor time, which neighbours change less."""
    command = [sys.executable, "-m", "tests.bench.contestants", name, brokers, str(count), core]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    by_clock, by_processor = ran.stdout.split()[-2:]
    return float(by_clock), float(by_processor)


def _cells(row: Sequence[float]) -> list[str]:
    return [f"{value:.2f}" if column % 3 == 2 else f"{value / 1_000:.0f}" for column, value in enumerate(row)]


if __name__ == "__main__":
    main()
