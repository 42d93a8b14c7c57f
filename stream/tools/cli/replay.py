"""`deskpulse replay`: the figures of a file of events, at any time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from stream.core.figures import report, take_figures
from stream.core.shard import Shard
from stream.edge.exposition.render import render_shards
from stream.tools.cli.options import Instant, Span, read_policy, tell_refused
from stream.tools.event_file import Reading, events_in_order, open_events
from stream.tools.replay_view import as_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stream.core.events import Event

_BATCH: Final = 2_000


@click.command(epilog="Example: deskpulse replay --policy policy.yaml --events events.jsonl.gz --every 1h")
@click.option("--policy", "policy_path", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option("--events", "events_path", metavar="FILE", required=True, help="JSON Lines; - is standard input.")
@click.option("--at", type=Instant(), help="The figures at this time; the last event's where absent.")
@click.option("--every", type=Span(), help="One snapshot a line, this far apart, from the first event on.")
@click.option(
    "--format", "shape", type=click.Choice(["json", "prometheus", "table"]), default="json", show_default=True
)
def replay(policy_path: str | None, events_path: str, at: int | None, every: int | None, shape: str) -> None:
    """Compute the figures of a file of events, by the very code that the worker runs."""
    if every is not None and shape != "json":
        raise click.UsageError(f"--every prints one JSON object a line; --format {shape} shows one time only")
    policy = read_policy(policy_path)
    shard = Shard(policy)
    reading = Reading()
    with open_events(events_path) as lines:
        events = (event for event, _ in events_in_order(lines, reading, tell_refused(events_path)))
        for now in _play(shard, events, at, every):
            counts = shard.counts
            read = {
                "events": counts.events,
                "rejected": reading.rejected,
                "duplicates": counts.duplicates,
                "late": counts.late,
            }
            if shape == "json":
                click.echo(json.dumps(report(take_figures([shard]), policy, now, read=read)))
            elif shape == "prometheus":
                click.echo(render_shards([shard], policy), nl=False)
            else:
                as_table(take_figures([shard]), policy, now, read=read)


def _play(shard: Shard, events: Iterable[Event], at: int | None, every: int | None) -> Iterator[int]:
    """Apply the events in order and yield each time at which the figures are asked for."""
    due: int | None = None
    fresh = 0
    for event in events:
        if at is not None and event.at > at:
            break
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
