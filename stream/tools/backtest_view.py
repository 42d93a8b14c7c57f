"""What another policy would have changed, for people who are about to sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream.core.figures.backtest import SIDES, home_zone
from stream.tools.wording import NOTHING, count, instant, share, span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from stream.core.policy import Policy

_TITLES: Final = {
    "first_response": "First answer",
    "next_response": "Next answer",
    "resolution": "Solution",
    "ownership": "Time in the queue",
    "wait": "Wait",
}
_LETTERS: Final = dict(zip(SIDES, "AB", strict=True))
_BAR: Final = 16
_WIDE: Final = 132
_MOST_NAMED: Final = 3


def as_table(told: dict[str, Any], policies: tuple[Policy, Policy], console: Console | None = None) -> None:
    """Print a backtest's report: A is the policy as it is, B what it is compared with."""
    console = console or Console()
    if not console.is_terminal:
        # A file or a pipe has no width: nothing is cut off there.
        console.width = _WIDE
    zone = home_zone(*policies)
    stretch = f"{instant(told['from'], zone, year=True)} to {instant(told['at'], zone, year=True)}"
    console.print(Text.assemble(("Backtest", "bold"), f"  {stretch}, {told['events']:,} events, times of {zone}"))
    for name, letter in _LETTERS.items():
        console.print(Text.assemble((f"  {letter}  ", "bold"), told[name]), soft_wrap=True)
    console.print(_attainment(told))
    if any(row[name] is not None for row in told["service_level"].values() for name in SIDES):
        console.print(_service_levels(told["service_level"]))
    if any(row[name] for row in told["breaches_by_hour"] for name in SIDES):
        hours = _breaches(told["breaches_by_hour"], "Breaches by hour", lambda row: f"{row['hour']:02}:00")
        days = _breaches(
            told["breaches_by_weekday"], "Breaches by weekday", lambda row: str(row["weekday"]).capitalize()
        )
        console.print(Columns([hours, days], padding=(0, 4)))
    console.print(_changed(told, zone))


def _table(title: str, *columns: str, left: int = 1) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place < left else "right", no_wrap=True)
    return table


def _attainment(told: dict[str, Any]) -> Table:
    table = _table(
        "Met in time", "target", "goal A", "goal B", "missed A", "missed B", "met A", "met B", "B - A", left=3
    )
    for clock in told["clocks"]:
        kind = clock["clock"]
        table.add_row(_TITLES[kind], "", "", *_outcomes(clock), style="bold")
        for row in told["targets"]:
            if row["clock"] == kind:
                table.add_row(f"  {row['target']}", *(_goal(row[name]) for name in SIDES), *_outcomes(row))
    return table


def _outcomes(row: dict[str, Any]) -> Iterator[Text]:
    sides = [row[name] for name in SIDES]
    yield from (Text(NOTHING if side is None else count(side["breached"])) for side in sides)
    yield from (_share(side) for side in sides)
    yield _points(row["difference"])


def _goal(side: dict[str, Any] | None) -> str:
    if side is None:
        return NOTHING
    hours = "" if side["schedule"] == "24x7" else f" {side['schedule']}"
    return f"{side['objective'] * 100:g} % in {span(side['within_s'])}{hours}"


def _share(side: dict[str, Any] | None) -> Text:
    if side is None or side["attainment"] is None:
        return Text(NOTHING)
    objective = side.get("objective")
    style = "" if objective is None else "green" if side["attainment"] >= objective else "red"
    return Text(share(side["attainment"]), style)


def _points(difference: float | None) -> Text:
    """Return a difference of two ratios in percentage points."""
    if difference is None:
        return Text(NOTHING)
    text = f"{difference * 100:+.1f}"
    return Text("0.0") if float(text) == 0 else Text(text, "green" if difference > 0 else "red")


def _service_levels(levels: dict[str, dict[str, Any]]) -> Table:
    table = _table("Service level of contacts", "formula", "A", "B", "B - A")
    for name, row in levels.items():
        table.add_row(name.replace("_", " "), *(share(row[side]) for side in SIDES), _points(row["difference"]))
    return table


def _breaches(rows: list[dict[str, Any]], title: str, name: Any) -> Table:
    table = _table(title, "", "A", "B", "B - A")
    table.add_column("", no_wrap=True)
    most = max(row[side] for row in rows for side in SIDES)
    for row in rows:
        before, after = (row[side] for side in SIDES)
        if before or after:
            change = after - before
            style = "" if not change else "red" if change > 0 else "green"
            table.add_row(
                name(row),
                count(before),
                count(after),
                Text(f"{change:+,}" if change else NOTHING, style),
                _bar(before, after, most),
            )
    return table


def _bar(before: int, after: int, most: int) -> Text:
    """Return a bar as long as the larger of two numbers, the part that only one has in its colour."""
    shared, longer = (round(_BAR * number / most) for number in sorted((before, after)))
    return Text.assemble(("█" * shared, "dim"), ("█" * (longer - shared), "red" if after > before else "green"))


def _changed(told: dict[str, Any], zone: tzinfo) -> Table | Text:
    """Return the tickets and contacts that only one policy calls late: by target their number, and the worst."""
    subjects = told["subjects"]
    title = (
        f"Late under B only: {subjects['newly_breached']:,}; under A only: {subjects['no_longer_breached']:,}; "
        f"under both: {subjects['still_breached']:,} tickets and contacts"
    )
    table = _table(title, "", "target", "the worst", "times", "late by", "due by A", "due by B", "done", left=3)
    for key, words, style in (("newly_breached", "B only", "red"), ("no_longer_breached", "A only", "green")):
        for row in told["targets"]:
            for place, each in enumerate(row[key]["worst"][:_MOST_NAMED]):
                first = place == 0
                name = f"{row['target']} ({row[key]['subjects']:,})" if first else ""
                due = [instant(each["due_at"][side], zone) for side in SIDES]
                cells = [each["subject"], count(each["breaches"]), span(each["late_s"]), *due]
                table.add_row(Text(words if first else "", style), name, *cells, instant(each["satisfied_at"], zone))
    return table if table.row_count else Text(f"\n{title}", "bold")
