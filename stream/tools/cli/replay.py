"""`deskpulse replay`: the figures of a file of events, at any time, or what another policy would change."""

from __future__ import annotations

import gc
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from stream.core.figures import report, take_figures
from stream.core.shard import Shard
from stream.edge.exposition.render import render_shards
from stream.tools.cli.options import Instant, Span, read_policy, tell_refused
from stream.tools.event_file import Reading, events_in_order, open_events
from stream.tools.progress import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stream.core.events import Event
    from stream.core.policy import Policy
    from stream.tools.progress import Stages

_BATCH: Final = 2_000
_GC_THRESHOLDS: Final = (200_000, 1_000, 1_000)
"""A shard holds many long-lived objects without cycles: looking through them often takes a third of the time."""


@dataclass(slots=True)
class Log:
    """A file of events, and how far into it is asked for."""

    path: str
    at: int | None
    reading: Reading = field(default_factory=Reading)

    @contextmanager
    def play(self, *, quiet: bool = False) -> Iterator[tuple[Iterator[Event], Stages]]:
        """Give the events until `at` in order of time, and what shows how far they have come."""
        thresholds = gc.get_threshold()
        gc.set_threshold(*_GC_THRESHOLDS)
        try:
            with open_events(self.path) as lines, stages(wanted=not quiet) as shown:
                ordered = events_in_order(shown.read(lines, self.path), self.reading, tell_refused(self.path))
                yield self._until(shown.replay(ordered, self.reading)), shown
        finally:
            gc.set_threshold(*thresholds)

    def _until(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if self.at is not None and event.at > self.at:
                return
            yield event


@click.command(
    epilog="Example: deskpulse replay --policy policy.yaml --events events.jsonl.gz --every 1h. "
    "Before a new SLA is signed: deskpulse replay --policy now.yaml --against new.yaml --events year.jsonl.gz "
    "--format table"
)
@click.option("--policy", "policy_path", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option("--events", "events_path", metavar="FILE", required=True, help="JSON Lines; - is standard input.")
@click.option("--against", "against_path", metavar="FILE", help="Another policy: what would it have changed?")
@click.option("--at", type=Instant(), help="The figures at this time; the last event's where absent.")
@click.option("--every", type=Span(), help="One snapshot a line, this far apart, from the first event on.")
@click.option(
    "--format", "shape", type=click.Choice(["json", "prometheus", "table"]), default="json", show_default=True
)
def replay(
    policy_path: str | None,
    events_path: str,
    against_path: str | None,
    at: int | None,
    every: int | None,
    shape: str,
) -> None:
    """Compute the figures of a file of events, by the very code that the worker runs.

    With --against the whole file is judged by two policies, and what would have changed is shown.
    """
    if every is not None and shape != "json":
        raise click.UsageError(f"--every prints one JSON object a line; --format {shape} shows one time only")
    if every is not None and against_path is not None:
        raise click.UsageError("--every prints figures of windows; --against compares the whole file")
    if against_path is not None and shape == "prometheus":
        raise click.UsageError("--against compares two policies; expected --format json or table")
    policy = read_policy(policy_path)
    log = Log(events_path, at)
    if against_path is not None:
        names = (policy_path or "the default policy", against_path)
        _compare(log, (policy, read_policy(against_path)), names, shape)
    else:
        _show(log, policy, every, shape)


def _show(log: Log, policy: Policy, every: int | None, shape: str) -> None:
    shard = Shard(policy)
    # Snapshots and a bar on one screen would write over each other.
    with log.play(quiet=every is not None and sys.stdout.isatty()) as (events, shown):
        for now in _play(shard, events, log.at, every):
            if every is None:
                shown.stop()
            counts = shard.counts
            read = {
                "events": counts.events,
                "rejected": log.reading.rejected,
                "duplicates": counts.duplicates,
                "late": counts.late,
            }
            if shape == "json":
                click.echo(json.dumps(report(take_figures([shard]), policy, now, read=read)))
            elif shape == "prometheus":
                click.echo(render_shards([shard], policy), nl=False)
            else:
                from stream.tools.replay_view import as_table

                as_table(take_figures([shard]), policy, now, read=read)


def _play(shard: Shard, events: Iterable[Event], at: int | None, every: int | None) -> Iterator[int]:
    """Apply the events in order and yield each time at which the figures are asked for."""
    due: int | None = None
    fresh = 0
    for event in events:
        if due is None:
            due = event.at
        while every is not None and event.at > due:
            shard.advance(due)
            yield due
            due += every
        shard.apply(event)
        fresh += 1
        if fresh == _BATCH:
            # Behind the newest event, never at it: an answer in the second of the deadline is in time.
            shard.advance(event.at - 1)
            fresh = 0
    last = shard.newest if at is None else at
    if last is None:
        return
    while every is not None and due is not None and due < last:
        shard.advance(due)
        yield due
        due += every
    shard.advance(last)
    yield last


def _compare(log: Log, policies: tuple[Policy, Policy], names: tuple[str, str], shape: str) -> None:
    from stream.core.figures.backtest import Backtest

    backtest = Backtest(*policies)
    with log.play() as (events, shown):
        for event in events:
            backtest.apply(event)
        shown.stop()
    last = backtest.newest if log.at is None else log.at
    if last is None:
        return
    backtest.finish(last)
    told = backtest.report(last, names, rejected=log.reading.rejected)
    if shape == "json":
        click.echo(json.dumps(told))
    else:
        from stream.tools.backtest_view import as_table

        as_table(told, policies)
