"""`deskpulse explain`: why a figure says what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from stream.core.shard import Shard
from stream.tools.cli.options import Instant, read_policy, tell_refused
from stream.tools.event_file import Reading, events_in_order, open_events

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from stream.core.policy import Policy

_EVERYTHING = 1 << 62


@click.command(
    epilog="Example: deskpulse explain --policy policy.yaml --events events.jsonl.gz --subject T1 --format text"
)
@click.option("--policy", "policy_path", metavar="FILE", help="Policy file; the default policy where absent.")
@click.option("--events", "events_path", metavar="FILE", required=True, help="JSON Lines; - is standard input.")
@click.option("--at", type=Instant(), help="As of this time; the last event's where absent.")
@click.option("--subject", metavar="ID", help="Only this ticket or contact.")
@click.option(
    "--format", "shape", type=click.Choice(["json", "text"]), default="json", show_default=True,
    help="One JSON object a line, or a story for people.",
)  # fmt: skip
def explain(policy_path: str | None, events_path: str, at: int | None, subject: str | None, shape: str) -> None:
    """Show every clock of every ticket and contact, in order of id: why each figure says what it says."""
    policy = read_policy(policy_path)
    shard = Shard(policy, history=_EVERYTHING, forget=False)
    newest = at
    with open_events(events_path) as lines:
        for event, _ in events_in_order(lines, Reading(), tell_refused(events_path)):
            if at is not None and event.at > at:
                break
            if at is None:
                newest = event.at
            if subject is None or event.key == subject:
                shard.apply(event)
    if newest is not None:
        shard.advance(newest)
    show = _as_json if shape == "json" else _as_text(policy)
    shown = False
    for story in shard.explain_all():
        shown = True
        show(story)
    if subject is not None and not shown:
        click.echo(f"{events_path}: no ticket or contact {subject!r}; expected an id that its events name", err=True)


def _as_json(story: dict[str, Any]) -> None:
    click.echo(json.dumps(story))


def _as_text(policy: Policy) -> Callable[[dict[str, Any]], None]:
    from rich.console import Console

    from stream.tools.explain_view import StoryTeller, print_story

    console = Console()
    teller = StoryTeller(policy)
    return lambda story: print_story(story, teller, console)
