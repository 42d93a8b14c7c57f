"""The figures of a replay for people: a table per window and one of what is going on now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from stream.core.figures import SERVICE_LEVELS, kpis
from stream.core.times import rfc3339

if TYPE_CHECKING:
    from stream.core.figures import Figures, Tally, WindowTally
    from stream.core.policy import Policy

_COUNTS: Final = ("created", "solved", "reopened", "offered", "answered", "abandoned")
_NOTHING: Final = "·"


def as_table(
    figures: Figures, policy: Policy, at: int, *, read: dict[str, int], console: Console | None = None
) -> None:
    """Print the figures at an instant; what has no value is a dot, never a nought."""
    console = console or Console()
    said = ", ".join(f"{count:,} {name}" for name, count in read.items())
    console.print(f"[bold]{rfc3339(at)}[/]  {said}", highlight=False)
    for window in figures.windows:
        console.print(_window_table(window, figures.group_by, policy))
    live = Table(title="now", title_justify="left", title_style="bold")
    for name in figures.group_by:
        live.add_column(name)
    for name in ("open", "unassigned", "unanswered", "waiting", "imminent", "breaching"):
        live.add_column(name, justify="right")
    for labels, row in sorted(figures.live.items()):
        if row.is_empty:
            continue
        states = [sum(clock[state] for clock in row.clocks.values()) for state in ("imminent", "breaching")]
        numbers = [sum(row.statuses.values()), row.unassigned, row.unanswered, row.waiting, *states]
        live.add_row(*labels, *(_count(number) for number in numbers))
    if live.row_count:
        console.print(live)


def _window_table(window: WindowTally, group_by: tuple[str, ...], policy: Policy) -> Table:
    table = Table(title=f"last {window.name}", title_justify="left", title_style="bold", show_footer=False)
    for name in group_by:
        table.add_column(name)
    for name in _COUNTS:
        table.add_column(name, justify="right")
    for name in ("service level", "SLA met", "first reply p50", "p90"):
        table.add_column(name, justify="right")
    for labels, tally in sorted(window.groups.items()):
        table.add_row(*labels, *_cells(tally, policy))
    table.add_section()
    table.add_row("all", *[""] * (len(group_by) - 1), *_cells(window.total(), policy), style="bold")
    return table


def _cells(tally: Tally, policy: Policy) -> list[str]:
    figures = kpis(tally, policy)
    formula = next((target.formula for target in policy.targets if target.formula), SERVICE_LEVELS[0].key)
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
