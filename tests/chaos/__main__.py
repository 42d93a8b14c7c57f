"""Chaos from a printed seed: `python -m tests.chaos --seed 1 --events 200000 --seeds 20`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from tests.chaos import compare
from tests.chaos.run import Report, Run, play
from tests.kafka import Cluster, find_way


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="The first seed; odd: live clock, even: data.")
@click.option("--seeds", type=int, default=1, show_default=True, help="How many seeds, one after the other.")
@click.option("--events", type=int, default=200_000, show_default=True, help="Different events of each.")
@click.option("--segments", type=int, default=4, show_default=True, help="How often chaos and calm follow each other.")
@click.option("--length", type=float, default=25.0, show_default=True, help="Seconds of chaos in each segment.")
@click.option("--state", type=click.Choice(["kafka", "none"]), default="kafka", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where logs stay; a temporary one where absent.")
def main(seed: int, seeds: int, events: int, segments: int, length: float, state: str, folder: Path | None) -> None:
    """Play so many seeds; the exit code is 1 where one of them showed a difference."""
    kept = folder or Path(tempfile.mkdtemp(prefix="deskpulse-chaos-"))
    failed = []
    for number in range(seed, seed + seeds):
        run = Run(number, events, segments, length, state == "kafka")
        click.echo(f"seed {number}: {events} events, {segments} x {length:g} s, {'live' if run.live else 'data'} clock")
        place = kept / f"seed-{number}"
        report = alone(run, place)
        click.echo(tell(run, report, place))
        if report.differences:
            failed.append(number)
    if failed:
        click.echo(f"{len(failed)} of {seeds} seeds failed: {failed}")
        sys.exit(1)


def alone(run: Run, folder: Path) -> Report:
    """Play a run on a cluster of its own."""
    folder.mkdir(parents=True)
    with Cluster(find_way(), folder / "kafka", nodes=3) as cluster:
        return play(run, cluster, folder)


def tell(run: Run, report: Report, folder: Path) -> str:
    """Return what came of a run: its figures where all is well, else all that helps to find out why."""
    counted = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in report.counted.items())
    if not report.differences:
        return f"seed {run.seed}: well; {counted}"
    lines = [f"seed {run.seed}: {len(report.differences)} differences; logs are in {folder}", counted]
    return "\n".join([*lines, *report.timeline, *compare.shortened(report.differences)])


if __name__ == "__main__":
    main()
