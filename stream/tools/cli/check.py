"""`deskpulse check`: whether a policy is valid, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import click

from stream.core.calendar import OpenHours, Schedule
from stream.core.policy import Match, Policy, Row
from stream.core.times import DAY, duration_text, from_micros, to_micros
from stream.edge.exposition import BUDGET, estimate_series
from stream.tools.cli.options import read_policy


@click.command(epilog="Example: deskpulse check policy.yaml")
@click.argument("policy_path", metavar="POLICY")
def check(policy_path: str) -> None:
    """Validate a policy file (- is standard input) and show what it says.

    Every problem is one line, `file:line: key: message`, on standard error; the exit code is then 1.
    """
    policy = read_policy(policy_path)
    now = to_micros(datetime.now(UTC))
    for line in _summary(policy, now):
        click.echo(line)
    click.echo("OK")


def _summary(policy: Policy, now: int) -> Iterator[str]:
    yield from _titled("Targets, the first that matches counts", _table(_described(row) for row in policy.rows))
    yield from _titled("Schedules", _table(_opening(name, each, now) for name, each in policy.schedules.items()))
    windows = ", ".join(f"{window.name} in steps of {duration_text(window.pane)}" for window in policy.windows)
    yield from _titled("Windows", [windows, f"grouped by {', '.join(policy.group_by)}"])
    yield from _titled("Histogram bounds", [" ".join(duration_text(bound) for bound in policy.bounds)])
    estimate = estimate_series(policy)
    over = f"; more than {BUDGET:,}: leave a window or a group out" if estimate.is_too_many else ""
    yield from _titled(
        "Series", [f"at most about {estimate.series:,} from a worker for {estimate.queues} queues{over}"]
    )
    yield from _titled("Look at this", list(_doubts(policy)))


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield title
        yield from (f"  {line}" for line in body)
        yield ""


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _described(row: Row) -> tuple[str, ...]:
    if row.target is None:
        return (row.key, row.clock, _matched(row.match), "no target", "", "")
    target = row.target
    return (
        target.name,
        row.clock,
        _matched(row.match),
        f"{target.objective * 100:g} % within {duration_text(target.within)}",
        target.schedule.name,
        f"warns {duration_text(target.warn)} before" if target.warn else target.formula or "",
    )


def _matched(match: Match) -> str:
    asked = ((key, getattr(match, key)) for key in ("queue", "channel", "priority", "tier", "tenant"))
    return ", ".join(f"{key} {'|'.join(sorted(words))}" for key, words in asked if words is not None) or "all"


def _opening(name: str, schedule: Schedule, now: int) -> tuple[str, ...]:
    if not isinstance(schedule, OpenHours):
        return (name, "always open", "")
    opening, closing = next(schedule.intervals(now, now + 366 * DAY), (now, now))
    word, edge = ("open now, closes", closing) if opening == now else ("closed now, opens", opening)
    week = duration_text(schedule.open_between(now, now + 7 * DAY))
    return (
        name,
        f"{word} {from_micros(edge).astimezone(schedule.zone):%a %Y-%m-%d %H:%M %Z}",
        f"{week} in the next 7 days",
    )


def _doubts(policy: Policy) -> Iterator[str]:
    """Yield what is valid and still probably not meant."""
    for position, row in enumerate(policy.rows):
        for earlier in policy.rows[:position]:
            if earlier.clock == row.clock and earlier.match.covers(row.match):
                yield f"{row.key} is never reached: {earlier.key} before it matches all that it matches"
                break
    used = {target.schedule.name for target in policy.targets}
    for name in policy.schedules:
        if name not in used and name != "24x7":
            yield f"schedules.{name} is not used by any target"
