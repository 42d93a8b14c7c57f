"""The live table: a board as a person likes to look at it, from 80 columns and 24 lines up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stream.tools.demo.board import Board, Mark, Risk, Row, Share
from stream.tools.demo.desk import DESK

WIDE: Final = 112
"""From this width on service levels are drawn as bars, with their course."""
AROUND: Final = 12
"""Lines that are neither queues nor tickets: header, total, footer, two headings with their rules, three blank ones."""
BAR: Final = 10
COURSE: Final = 12
STYLES: Final = {Mark.NONE: "dim", Mark.GOOD: "green", Mark.NEAR: "yellow", Mark.BAD: "bold red"}
STALE_S: Final = 5.0
"""Real seconds after which figures are called old."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters that stand for something; colour never does alone."""

    marks: Mapping[Mark, str]
    full: str
    empty: str
    tick: str
    course: str
    dot: str
    none: str


UNICODE: Final = Signs(
    marks={Mark.NONE: " ", Mark.GOOD: "✓", Mark.NEAR: "▲", Mark.BAD: "✗"},
    full="━",
    empty="─",
    tick="┃",
    course="▁▂▃▄▅▆▇█",
    dot=" · ",
    none="—",
)
ASCII: Final = Signs(
    marks={Mark.NONE: " ", Mark.GOOD: "+", Mark.NEAR: "!", Mark.BAD: "X"},
    full="=",
    empty="-",
    tick="|",
    course="_.-=+*%#",
    dot=", ",
    none="-",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the table shows besides the board.

    Attributes:
        width, height: of the terminal.
        speed: simulated seconds in a real one.
        events_per_s: in real seconds.
        address: of the worker.
        window: name of the window of the figures.
        courses: service levels of the last looks, by queue.
        note: what the demo has to say; empty where nothing.
        silent: why the worker did not answer the last look; empty where it did.
    """

    width: int
    height: int
    speed: float
    events_per_s: float
    address: str
    window: str
    courses: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    note: str = ""
    silent: str = ""
    signs: Signs = UNICODE


def render(board: Board, frame: Frame) -> RenderableType:
    """Draw a board."""
    footer = _footer(board, frame)
    rows = board.rows[: max(1, frame.height - AROUND)]
    room = frame.height - AROUND - len(rows)
    parts: list[RenderableType] = [*_header(board, frame), "", _queues(rows, board, frame)]
    if room > 0:
        risks = board.risks[:room]
        parts += ["", _risks(risks, frame), *[""] * (room - max(1, len(risks)))]
    return Group(*parts, "", *footer)


def _header(board: Board, frame: Frame) -> tuple[Text, Text]:
    dot = (frame.signs.dot, "dim")
    local = datetime.fromtimestamp(board.at_s, UTC).astimezone(ZoneInfo(DESK.zone))
    title = Text.assemble(
        (" Deskpulse ", "bold white on blue"),
        (f"  {local:%A %H:%M:%S}", "bold"),
        dot,
        (pace(frame.speed), "dim"),
        dot,
        (f"{frame.events_per_s:,.0f} events/s", "cyan"),
    )
    state = Text(" ")
    if board.is_complete:
        state.append(f"{frame.signs.marks[Mark.GOOD]} complete", "green")
        state.append(f", {board.ready} of {board.expected} partitions", "dim")
    else:
        mark = frame.signs.marks[Mark.BAD]
        text = f" {mark} INCOMPLETE: {board.ready} of {board.expected or '?'} partitions, so the figures are of a part "
        state.append(text, "bold white on red")
    state.append_text(Text.assemble(dot, _age(board, frame)))
    if frame.silent:
        state.append_text(Text.assemble(dot, ("the worker does not answer", "bold red")))
    elif board.lag > frame.events_per_s:
        state.append_text(Text.assemble(dot, (f"{board.lag:,} to read", "yellow")))
    if frame.note:
        state.append_text(Text.assemble(dot, (frame.note, "yellow")))
    return _one_line(title), _one_line(state)


def _age(board: Board, frame: Frame) -> tuple[str, str]:
    if board.age_s is None:
        return "no data yet", "yellow"
    real = board.age_s / frame.speed
    return f"data {real:.1f} s old", "dim" if real < STALE_S else "bold red"


def _queues(rows: Sequence[Row], board: Board, frame: Frame) -> Table:
    wide = frame.width >= WIDE
    table = _table(frame)
    for heading, words, least in (
        (" Queue", False, 9),
        ("Wait", True, 4),
        ("Longest", True, 7),
        ("Open", True, 4),
        ("Unansw." if wide else "Unans", True, 5),
        *((("Oldest", True, 7),) if wide else ()),
        (f"Service level, {frame.window}" if wide else f"Service lvl {frame.window}", False, 13),
        *(((" Course", False, COURSE + 1),) if wide else ()),
        ("SLA met" if wide else "SLA", False, 6),
        ("Soon", True, 4),
        ("Late", True, 4),
        (f"In {frame.window}", True, 5),
    ):
        table.add_column(heading, justify="right" if words else "left", no_wrap=True, min_width=least)
    for row in rows:
        table.add_row(*_cells(row, frame, wide=wide), style="" if row.arrived or row.unsolved else "dim")
    table.add_row(*_cells(board.total, frame, wide=wide), style="bold")
    return table


def _table(frame: Frame) -> Table:
    return Table(
        box=box.SIMPLE_HEAD if frame.signs is UNICODE else box.ASCII_DOUBLE_HEAD,
        expand=True,
        padding=0,
        show_edge=False,
        pad_edge=False,
        header_style="bold cyan",
        border_style="dim",
    )


def _cells(row: Row, frame: Frame, *, wide: bool) -> list[Text]:
    signs = frame.signs
    name = Text.assemble((signs.marks[row.mark], STYLES[row.mark]), " ", row.queue)
    cells = [
        name,
        _number(row.waiting, "bold" if row.waiting else "dim"),
        Text(ago(row.oldest_wait_s, signs)),
        _number(row.unsolved),
        _number(row.unanswered),
    ]
    if wide:
        cells.append(Text(ago(row.oldest_unanswered_s, signs)))
    cells.append(_share(row.service_level, signs, bar=BAR if wide else 0, objective=True))
    if wide:
        cells.append(course(frame.courses.get(row.queue, ()), signs))
    cells.append(_share(row.attainment, signs))
    cells.append(_number(row.imminent, "yellow" if row.imminent else "dim"))
    cells.append(_number(row.breaching, "bold red" if row.breaching else "dim"))
    cells.append(_number(row.arrived))
    return cells


def _number(count: int, style: str = "") -> Text:
    return Text(f"{count:,}", style if count else "dim")


def _share(share: Share, signs: Signs, bar: int = 0, *, objective: bool = False) -> Text:
    style = STYLES[share.mark]
    if share.value is None:
        return Text(f"  {signs.none}", "dim")
    text = Text.assemble((f"{signs.marks[share.mark]} {percent(share.value):>4}", style))
    if bar:
        text.append(" ")
        text.append_text(_bar(share, bar, signs, style))
    if objective and share.objective is not None:
        text.append(f" of {percent(share.objective)}", "dim")
    return text


def _bar(share: Share, width: int, signs: Signs, style: str) -> Text:
    filled = round((share.value or 0.0) * width)
    text = Text(signs.full * filled, style)
    text.append(signs.empty * (width - filled), "dim")
    if share.objective is not None:
        place = min(width - 1, round(share.objective * width))
        text = Text.assemble(text[:place], (signs.tick, "bold"), text[place + 1 :])
    return text


def course(values: Sequence[float | None], signs: Signs, width: int = COURSE) -> Text:
    """Draw the last values, each from 0 to 1, as a line of small bars."""
    steps = signs.course
    drawn = "".join(" " if value is None else steps[round(value * (len(steps) - 1))] for value in values[-width:])
    return Text(f" {drawn:>{width}}", "cyan")


def _risks(risks: Sequence[Risk], frame: Frame) -> Table:
    table = _table(frame)
    # Widths that do not change with what is in them keep the eye at rest.
    for heading, width in ((" Most at risk", 15), ("Queue", 9), ("Channel", 10), ("Priority", 9), ("Clock", 15)):
        table.add_column(heading, no_wrap=True, min_width=width)
    table.add_column("Due", justify="right", no_wrap=True, min_width=12)
    for risk in risks:
        mark = Mark.BAD if risk.breaching else Mark.NEAR
        due = (
            f"{ago(-risk.remaining_s, frame.signs)} ago"
            if risk.breaching
            else f"in {ago(risk.remaining_s, frame.signs)}"
        )
        table.add_row(
            Text.assemble((frame.signs.marks[mark], STYLES[mark]), " ", risk.subject),
            risk.queue,
            risk.channel,
            Text(risk.priority, "bold" if risk.priority in {"urgent", "high"} else ""),
            risk.clock.replace("_", " "),
            Text(due, STYLES[mark]),
        )
    if not risks:
        table.add_row(Text.assemble((frame.signs.marks[Mark.GOOD], "green"), (" nothing", "dim")), "", "", "", "", "")
    return table


def _footer(board: Board, frame: Frame) -> tuple[Text, Text]:
    dot = frame.signs.dot
    read = f" {board.events:,} events{dot}{board.duplicates:,} came twice{dot}{board.rejected:,} dead letters"
    where = Text.assemble(
        " ",
        (f"{frame.address}/metrics", "underline"),
        (dot, "dim"),
        ("/api/at-risk", "underline"),
        (dot, "dim"),
        ("Ctrl-C ends", "bold"),
    )
    return _one_line(Text(read, "dim")), _one_line(where)


def _one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def percent(share: float) -> str:
    """Return a share in whole percent, rounded down: what misses its objective never reads as if it met it."""
    return f"{int(share * 100 + 1e-9)}%"


def ago(seconds: float | None, signs: Signs = UNICODE) -> str:
    """Return a duration in its two largest units: 42s, 6m 12s, 1h 05m, 2d 03h."""
    if seconds is None:
        return signs.none
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3_600:
        return f"{whole // 60}m {whole % 60:02d}s"
    if whole < 86_400:
        return f"{whole // 3_600}h {whole % 3_600 // 60:02d}m"
    return f"{whole // 86_400}d {whole % 86_400 // 3_600:02d}h"


def pace(speed: float) -> str:
    """Say how fast time passes."""
    if speed == 60:
        return "an hour a minute"
    return "real time" if speed == 1 else f"time x {speed:g}"
