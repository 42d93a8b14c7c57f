"""`deskpulse explain`: why a figure says what it says."""

from __future__ import annotations

import json

import click

from stream.core.shard import Shard
from stream.tools.cli.options import Instant, read_policy, tell_refused
from stream.tools.event_file import Reading, events_in_order, open_events

_EVERYTHING = 1 << 62


@click.command(epilog="Example: deskpulse explain --policy policy.yaml --events events.jsonl.gz --subject T1")
@click.option("--policy", "policy_path", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option("--events", "events_path", metavar="FILE", required=True, help="JSON Lines; - is standard input.")
@click.option("--at", type=Instant(), help="As of this time; the last event's where absent.")
@click.option("--subject", metavar="ID", help="Only this ticket or contact.")
def explain(policy_path: str | None, events_path: str, at: int | None, subject: str | None) -> None:
    """Show every clock of every ticket and contact: one JSON object a line, in order of id."""
    shard = Shard(read_policy(policy_path), history=_EVERYTHING, forget=False)
    with open_events(events_path) as lines:
        for event, _ in events_in_order(lines, Reading(), tell_refused(events_path)):
            if at is not None and event.at > at:
                break
            if subject is None or event.key == subject:
                shard.apply(event)
    now = shard.newest if at is None else at
    if now is not None:
        shard.advance(now)
    for story in shard.explain_all():
        click.echo(json.dumps(story))
