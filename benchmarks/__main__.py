"""`make bench`: the worker beside others on the same events, in turns, one core each."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.broker import create_sources, fill, kafka
from benchmarks.field import BARE, FIELD, LeftOut
from tests.kafka.ways import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.field import Contestant
    from benchmarks.measured import Measured
    from tests.kafka import Cluster

Runs = dict[str, list["Measured"]]
"""What each contestant measured, round by round."""

say = Console(highlight=False, soft_wrap=True).print


def main() -> None:
    """Fill a real Kafka once, let the contestants read it in turns, and print what they took."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--events", type=int, default=400_000, help="how many; default %(default)s")
    parser.add_argument("--rounds", type=int, default=4, help="how often each; default %(default)s")
    parser.add_argument("--only", metavar="NAME,…", help=f"of {', '.join(each.name for each in FIELD)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run to a file, too")
    asked = parser.parse_args()
    names = {each.name for each in FIELD} if asked.only is None else {BARE.name, *asked.only.split(",")}
    if unknown := names - {each.name for each in FIELD}:
        parser.error(f"--only: there is no contestant {min(unknown)!r}")
    field = list(prepared(each for each in FIELD if each.name in names))
    with kafka() as cluster:
        create_sources(cluster)
        fill(cluster, asked.events)
        runs = compare(cluster, field, asked.events, asked.rounds)
    Console(width=140).print(table_of(field, runs))
    if asked.json is not None:
        asked.json.write_text(json.dumps(document_of(runs, asked.events), indent=1) + "\n")


def prepared(field: Iterable[Contestant]) -> Iterable[Contestant]:
    """Yield those that can run here, and say of the others why not."""
    for contestant in field:
        try:
            contestant.prepare()
        except LeftOut as why:
            say(f"left out: {contestant.what}: {why}")
        else:
            yield contestant


def compare(cluster: Cluster, field: Sequence[Contestant], events: int, rounds: int) -> Runs:
    """Run A, B, C, …, A, B, C, …; what one leaves in Kafka is deleted before the next."""
    mine = cluster.topics()
    BARE.run(cluster.bootstrap, events)  # the broker's own code is compiled while it is used
    runs: Runs = {contestant.name: [] for contestant in field}
    for number in range(1, rounds + 1):
        for contestant in field:
            measured = contestant.run(cluster.bootstrap, events)
            runs[contestant.name].append(measured)
            cluster.delete(cluster.topics() - mine)
            say(f"round {number}: {contestant.name} {measured.rate:,.0f} events/s")
    return runs


def table_of(field: Sequence[Contestant], runs: Runs) -> Table:
    """Return the medians over the rounds; a ratio is that to the bare loop of the same round."""
    table = Table(title="medians; in brackets the smallest and the largest ratio of a round")
    table.add_column("contestant")
    for name in ("events/s", "ratio to bare", "", "events", "CPU s", "CPU µs/event", "ratio by CPU", "peak MB"):
        table.add_column(name, justify="right")
    for contestant in field:
        mine = runs[contestant.name]
        ratios = ratios_of(runs, contestant.name)
        table.add_row(
            contestant.what,
            f"{statistics.median(run.rate for run in mine):,.0f}",
            f"{statistics.median(ratios):.3f}",
            f"({min(ratios):.3f}-{max(ratios):.3f})",
            f"{mine[0].events:,}",
            f"{statistics.median(run.cpu_s for run in mine):.2f}",
            f"{statistics.median(1e6 * run.cpu_s_each for run in mine):.1f}",
            f"{statistics.median(ratios_of(runs, contestant.name, by_cpu=True)):.3f}",
            f"{statistics.median(run.peak_mb for run in mine):,.0f}",
        )
    return table


def ratios_of(runs: Runs, name: str, *, by_cpu: bool = False) -> list[float]:
    """Return how a contestant compares with the bare loop, round by round: by the clock, or by processor time."""
    pairs = zip(runs[name], runs[BARE.name], strict=True)
    if by_cpu:
        return [bare.cpu_s_each / run.cpu_s_each for run, bare in pairs]
    return [run.rate / bare.rate for run, bare in pairs]


def document_of(runs: Runs, events: int) -> dict[str, Any]:
    """Return every run for `--json`."""
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "events": events,
        "kafka": VERSION,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "runs": {
            name: {
                "ratio": statistics.median(ratios_of(runs, name)),
                "ratio_by_cpu": statistics.median(ratios_of(runs, name, by_cpu=True)),
                "rounds": [asdict(run) | {"events_s": run.rate} for run in mine],
            }
            for name, mine in runs.items()
        },
    }


if __name__ == "__main__":
    main()
