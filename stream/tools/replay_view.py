"""The figures of a replay for people: a table per window and one of what is going on now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from stream.core.figures import kpis
from stream.core.formulas import SERVICE_LEVELS
from stream.core.times import rfc3339

if TYPE_CHECKING:
    from stream.core.figures import Figures, LiveTally, Tally
    from stream.core.policy import Policy

_COUNTS: Final = ("created", "solved", "reopened", "offered", "answered", "abandoned")
_WINDOW_COLUMNS: Final = (*_COUNTS, "service level", "SLA met", "reply p50", "reply p90")
_LIVE_COLUMNS: Final = ("open", "unassigned", "unanswered", "waiting", "imminent", "breaching")
_NOTHING: Final = "·"


def as_table(
    figures: Figures, policy: Policy, at: int, *, read: dict[str, int], console: Console | None = None
) -> None:
    """Print the figures at an instant; what has no value is a dot, never a nought."""
    console = console or Console()
    if not console.is_terminal:
        # A file or a pipe has no width: nothing is cut off there.
        console.width = 200
    said = ", ".join(f"{count:,} {name}" for name, count in read.items())
    console.print(f"[bold]{rfc3339(at)}[/]  {said}", highlight=False)
    for window in figures.windows:
        rows = [[*labels, *_cells(tally, policy)] for labels, tally in sorted(window.groups.items())]
        total = ["all", *[""] * (len(figures.group_by) - 1), *_cells(window.total(), policy)]
        console.print(_table(f"last {window.name}", figures.group_by, _WINDOW_COLUMNS, rows, total))
    rows = [[*labels, *_live_cells(row)] for labels, row in sorted(figures.live.items()) if not row.is_empty]
    if rows:
        console.print(_table("now", figures.group_by, _LIVE_COLUMNS, rows, None))


def _table(
    title: str, group_by: tuple[str, ...], names: tuple[str, ...], rows: list[list[str]], total: list[str] | None
) -> Table:
    """Return a table without the columns in which no row has a value."""
    every = [*rows, *([total] if total else [])]
    shown = [
        place
        for place in range(len(group_by) + len(names))
        if place < len(group_by) or any(r[place] != _NOTHING for r in every)
    ]
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place in shown:
        if place < len(group_by):
            table.add_column(group_by[place], no_wrap=True)
        else:
            table.add_column(names[place - len(group_by)], justify="right", overflow="fold")
    for row in rows:
        table.add_row(*(row[place] for place in shown))
    if total:
        table.add_section()
        table.add_row(*(total[place] for place in shown), style="bold")
    return table


def _live_cells(row: LiveTally) -> list[str]:
    states = [sum(clock[state] for clock in row.clocks.values()) for state in ("imminent", "breaching")]
    numbers = [sum(row.statuses.values()), row.unassigned, row.unanswered, row.waiting, *states]
    return [_count(number) for number in numbers]


def _cells(tally: Tally, policy: Policy) -> list[str]:
    figures = kpis(tally, policy)
    formula = next((target.formula for target in policy.targets if target.formula), SERVICE_LEVELS[0].member)
    met = sum(row[0] for row in tally.outcomes.values())
    judged = met + sum(row[1] for row in tally.outcomes.values())
    reply = tally.durations.get("first_response")
    return [
        *(_count(tally.counts[name]) for name in _COUNTS),
        _share(figures["service_level"][formula]),
        _share(met / judged if judged else None),
        *(_span(reply.quantile(share) if reply else None) for share in (0.5, 0.9)),
    ]


def _count(number: int) -> str:
    return f"{number:,}" if number else _NOTHING


def _share(ratio: float | None) -> str:
    return _NOTHING if ratio is None else f"{ratio:.1%}"


def _span(micros: int | None) -> str:
    if micros is None:
        return _NOTHING
    left = round(micros / 1_000_000)
    for size, unit, lower, small in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if left >= size:
            whole, rest = divmod(left, size)
            return f"{whole}{unit} {rest // lower:02}{small}"
    return f"{left}s"
