"""The figures of a replay for people: a table per window, one of every figure, and one of what is going on now."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stream.core.figures import kpis
from stream.core.figures.kpis import evaluate
from stream.core.formulas import FORMULAS, SERVICE_LEVELS, Formula, Scope, Unit
from stream.core.times import rfc3339
from stream.core.windows.slots import STATES
from stream.tools.wording import NOTHING, count, share, short_span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.figures import Figures, LiveTally, PersonTally, Tally
    from stream.core.policy import Policy

_COUNTS: Final = ("created", "solved", "reopened", "offered", "answered", "abandoned")
_WINDOW_COLUMNS: Final = (*_COUNTS, "service level", "SLA met", "reply p50", "reply p90")
_LIVE_COLUMNS: Final = ("open", "unassigned", "unanswered", "waiting", "imminent", "breaching", *STATES)
_PEOPLE_COLUMNS: Final = ("solved", "handled", "handle time", "ratings", "satisfied")
_MOST_PEOPLE: Final = 20
_SHORT: Final = {word: word.upper() for word in ("sla", "csat", "ces", "nps", "qa", "arpu", "clv")} | {"enps": "eNPS"}
_WIDE: Final = 200


def as_table(
    figures: Figures, policy: Policy, at: int, *, read: dict[str, int], console: Console | None = None
) -> None:
    """Print the figures at an instant; what has no value is a dot, never a nought."""
    console = console or Console()
    if not console.is_terminal:
        # A file or a pipe has no width: nothing is cut off there.
        console.width = _WIDE
    said = ", ".join(f"{number:,} {name}" for name, number in read.items())
    console.print(f"[bold]{rfc3339(at)}[/]  {said}", highlight=False)
    for window in figures.windows:
        cells = [(labels, _cells(tally, policy)) for labels, tally in sorted(window.groups.items())]
        rows = [[*labels, *row] for labels, row in cells if any(cell != NOTHING for cell in row)]
        total = ["all", *[""] * (len(figures.group_by) - 1), *_cells(window.total(), policy)]
        console.print(_table(f"last {window.name}", figures.group_by, _WINDOW_COLUMNS, rows, total))
    if figures.windows:
        console.print(_all_figures(figures, policy))
        longest = max(figures.windows, key=lambda window: window.length)
        people = {name: person for name, person in longest.people.items() if not person.is_empty}
        if people:
            console.print(_people(people, longest.name))
    rows = [[*labels, *_live_cells(row)] for labels, row in sorted(figures.live.items()) if not row.is_empty]
    if rows:
        console.print(_table("now", figures.group_by, _LIVE_COLUMNS, rows, None))


def _titled(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))


def _table(
    title: str, group_by: tuple[str, ...], names: tuple[str, ...], rows: list[list[str]], total: list[str] | None
) -> Table:
    """Return a table without the columns in which no row has a value."""
    every = [*rows, *([total] if total else [])]
    shown = [
        place
        for place in range(len(group_by) + len(names))
        if place < len(group_by) or any(r[place] != NOTHING for r in every)
    ]
    table = _titled(title)
    for place in shown:
        if place < len(group_by):
            table.add_column(group_by[place], no_wrap=True)
        else:
            table.add_column(names[place - len(group_by)].replace("_", " "), justify="right", overflow="fold")
    for row in rows:
        table.add_row(*(row[place] for place in shown))
    if total:
        table.add_section()
        table.add_row(*(total[place] for place in shown), style="bold")
    return table


def _all_figures(figures: Figures, policy: Policy) -> Table:
    """Return every figure of the table of formulas over all groups: a column per window, then the period's."""
    table = _titled("all groups")
    table.add_column("figure", no_wrap=True)
    for window in figures.windows:
        table.add_column(f"last {window.name}", justify="right", no_wrap=True)
    table.add_column("is", style="dim", overflow="fold")
    by_window = [kpis(window.total(), policy, everybody=True) for window in figures.windows]
    for row, values in _valued(Scope.WINDOW, by_window, policy):
        table.add_row(_name(row), *(_figure(row, value, policy) for value in values), row.text)
    period = [evaluate(Scope.PERIOD, figures.customers.parts, policy)]
    if any(figures.customers.parts.values()):
        table.add_section()
        blank = [""] * (len(figures.windows) - 1)
        for row, (value,) in _valued(Scope.PERIOD, period, policy):
            table.add_row(_name(row), *blank, _figure(row, value, policy), f"{row.text}, over the policy's period")
    return table


def _valued(scope: Scope, told: list[dict[str, Any]], policy: Policy) -> Iterator[tuple[Formula, list[float | None]]]:
    """Yield the rows of a scope with their values; of several formulas of one key only those that people ask for."""
    for key, same in groupby((row for row in FORMULAS if row.scope is scope), key=lambda row: row.key):
        for row in same:
            values = [figures[key][row.member] if row.member else figures[key] for figures in told]
            if key == SERVICE_LEVELS[0].key and row.member != _formula(policy):
                continue
            if row.member and all(value is None for value in values):
                continue
            yield row, values


def _formula(policy: Policy) -> str:
    return next((target.formula for target in policy.targets if target.formula), SERVICE_LEVELS[0].member)


def _name(row: Formula) -> str:
    words = row.key.removesuffix("_s").split("_")
    name = " ".join(_SHORT.get(word, word) for word in words)
    return f"{name} ({row.member.replace('_', ' ')})" if row.member else name


def _figure(row: Formula, value: float | None, policy: Policy) -> Text:
    if value is None:
        return Text(NOTHING)
    band = policy.bands.get(row.key)
    style = ""
    if band is not None:
        sign = 1 if band.good > band.bad else -1
        style = "green" if sign * value >= sign * band.good else "red" if sign * value <= sign * band.bad else ""
    return Text(_value(row, value, policy), style)


def _value(row: Formula, value: float, policy: Policy) -> str:
    match row.unit:
        case Unit.RATIO if row.key == "chats_per_ticket":
            return f"{value:.2f}"
        case Unit.RATIO:
            return share(value)
        case Unit.SECONDS:
            return short_span(value)
        case Unit.CURRENCY:
            return f"{value:,.2f} {policy.cost.currency}"
        case _:
            return f"{value:.1f}"


def _people(people: dict[str, PersonTally], window: str) -> Table:
    rows = []
    busiest = sorted(people.items(), key=lambda item: (-item[1].solved - item[1].handled, item[0]))
    for name, person in busiest[:_MOST_PEOPLE]:
        talk = person.handle_time / 1e6 / person.handled if person.handled else None
        content = person.csat_satisfied / person.csat_answers if person.csat_answers else None
        numbers = [count(person.solved), count(person.handled), short_span(talk)]
        rows.append([name, *numbers, count(person.csat_answers), share(content)])
    title = f"agents, last {window}"
    if len(people) > len(rows):
        title = f"busiest {title} ({len(rows)} of {len(people):,})"
    return _table(title, ("agent",), _PEOPLE_COLUMNS, rows, None)


def _live_cells(row: LiveTally) -> list[str]:
    states = [sum(clock[state] for clock in row.clocks.values()) for state in ("imminent", "breaching")]
    numbers = [sum(row.statuses.values()), row.unassigned, row.unanswered, row.waiting, *states]
    return [count(number) for number in (*numbers, *(row.agents[state] for state in STATES))]


def _cells(tally: Tally, policy: Policy) -> list[str]:
    figures = kpis(tally, policy)
    met = sum(row[0] for row in tally.outcomes.values())
    judged = met + sum(row[1] for row in tally.outcomes.values())
    reply = tally.durations.get("first_response")
    quantiles = [reply.quantile(part) if reply else None for part in (0.5, 0.9)]
    return [
        *(count(tally.counts[name]) for name in _COUNTS),
        share(figures["service_level"][_formula(policy)]),
        share(met / judged if judged else None),
        *(short_span(None if micros is None else micros / 1e6) for micros in quantiles),
    ]
