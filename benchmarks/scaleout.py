"""`python -m benchmarks.scaleout`: processor time of four workers beside that of one for the same events.

All workers of a run start together, read 8 partitions to their end, and stop. What the same workers take on empty
topics, their start and end, is subtracted. Run in pairs, whose order changes from one to the next.
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import ExitStack

from rich.console import Console
from rich.table import Table

from benchmarks.broker import create_sources, fill, kafka
from benchmarks.this_worker import add_state
from benchmarks.worker_process import WorkerProcess, until

PARTITIONS = 8
JOIN_MS = 4_000
"""A new group waits so long for its first members, so that all join at once and none reads what another will."""


def main() -> None:
    """Print start-up and run of one worker and of several, pair by pair, and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaleout", description=__doc__)
    parser.add_argument("--events", type=int, default=800_000, help="default %(default)s")
    parser.add_argument("--workers", type=int, default=4, help="beside one; default %(default)s")
    parser.add_argument("--rounds", type=int, default=6, help="pairs; default %(default)s")
    add_state(parser)
    asked = parser.parse_args()
    sizes = (1, asked.workers)
    with kafka(group_initial_rebalance_delay_ms=JOIN_MS) as cluster:
        create_sources(cluster, PARTITIONS)
        mine = cluster.topics()

        def used(workers: int) -> float:
            taken = cpu_of(cluster.bootstrap, workers, asked.state)
            cluster.delete(cluster.topics() - mine)
            return taken

        empty = {size: statistics.median(used(size) for _ in range(3)) for size in sizes}
        fill(cluster, asked.events)
        table = Table(
            title=f"{asked.events:,} events, {PARTITIONS} partitions, state {asked.state}: seconds of processor time"
        )
        for name in ("pair", *(f"{size} worker{'s'[: size > 1]}" for size in sizes), "ratio"):
            table.add_column(name, justify="right")
        table.add_row("start-up", *(f"{empty[size]:.2f}" for size in sizes), "")
        ratios = []
        for number in range(1, asked.rounds + 1):
            # A machine that gets slower by the minute then favours neither.
            step = 1 if number % 2 else -1
            one, several = [used(size) - empty[size] for size in sizes[::step]][::step]
            ratios.append(several / one)
            table.add_row(str(number), f"{one:.2f}", f"{several:.2f}", f"{ratios[-1]:.3f}")
        table.add_section()
        table.add_row("median", "", "", f"{statistics.median(ratios):.3f}")
    Console().print(table)


def cpu_of(brokers: str, count: int, state: str) -> float:
    """Return the processor time of so many workers of one new group that read everything and stop."""
    group = f"scale-{time.time_ns()}"
    workers = [WorkerProcess(brokers, state, group=group) for _ in range(count)]
    with ExitStack() as running:
        for worker in workers:
            running.enter_context(worker)
        until(
            lambda: sum(worker.readiness()["partitions"]["assigned"] for worker in workers) == PARTITIONS,
            "all join",
            60,
        )
        for worker in workers:
            worker.until_read(partitions=PARTITIONS // count)
    return sum(worker.used_s for worker in workers)


if __name__ == "__main__":
    main()
