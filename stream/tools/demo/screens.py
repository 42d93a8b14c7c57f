"""Where the demo shows itself: a live table in a terminal, or plain lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Protocol, Self
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live
from rich.text import Text

from stream.tools.demo.board import Board, Mark, Row
from stream.tools.demo.desk import DESK
from stream.tools.demo.table import ASCII, UNICODE, Frame, Signs, ago, percent, render

LINES_S: Final = 5.0
"""Real seconds between two reports in plain lines."""
SMALLEST: Final = (60, 16)


class Screen(Protocol):
    """Something that shows boards."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def say(self, text: str) -> None:
        """Tell how far the start is."""

    def show(self, board: Board, frame: Callable[[int, int], Frame]) -> None:
        """Show a board; `frame` makes what stands around it for a width and a height."""


class TableScreen:
    """The live table, on the terminal's other screen so that what was there comes back."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(
            console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Tell how far the start is."""
        self._live.update(Text.assemble((" Deskpulse ", "bold white on blue"), f"  {text}"), refresh=True)

    def show(self, board: Board, frame: Callable[[int, int], Frame]) -> None:
        """Draw the table into all of the terminal."""
        width, height = (max(least, size) for least, size in zip(SMALLEST, self._console.size, strict=True))
        self._live.update(render(board, frame(width, height)), refresh=True)


class LineScreen:
    """Plain lines, for a log or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def say(self, text: str) -> None:
        """Print it."""
        self._print(text)

    def show(self, board: Board, frame: Callable[[int, int], Frame]) -> None:
        """Print a board now and then."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LINES_S
            for line in lines(board, frame(*self._console.size)):
                self._print(line)

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def screen_of(console: Console, *, headless: bool) -> Screen:
    """Return the table where somebody looks at a terminal, else plain lines."""
    return LineScreen(console) if headless or not console.is_terminal else TableScreen(console)


def signs_of(console: Console) -> Signs:
    """Return characters that the console can show."""
    return UNICODE if console.encoding.lower().startswith("utf") else ASCII


def lines(board: Board, frame: Frame) -> list[str]:
    """Return a board as plain lines: how the figures are, and each queue that is in trouble or has somebody waiting."""
    local = datetime.fromtimestamp(board.at_s, UTC).astimezone(ZoneInfo(DESK.zone))
    age = "no data yet" if board.age_s is None else f"data {board.age_s / frame.speed:.1f} s old"
    complete = "complete" if board.is_complete else "INCOMPLETE"
    head = (
        f"{local:%a %H:%M:%S}  {complete}: {board.ready} of {board.expected} partitions, {age}, "
        f"{frame.events_per_s:.0f} events/s, {board.rejected} dead letters, {board.total.breaching} clocks late"
    )
    return [head, *(f"    {_line(row)}" for row in board.rows if row.mark >= Mark.NEAR or row.breaching or row.waiting)]


def _line(row: Row) -> str:
    word = {Mark.NONE: "", Mark.GOOD: "ok", Mark.NEAR: "near", Mark.BAD: "BAD"}[row.mark]
    parts = [f"{row.waiting} waiting, longest {ago(row.oldest_wait_s)}" if row.waiting else "nobody waiting"]
    for name, share in (("service level", row.service_level), ("SLA", row.attainment)):
        if share.value is not None:
            aim = "" if share.objective is None else f" of {percent(share.objective)}"
            parts.append(f"{name} {percent(share.value)}{aim}")
    return f"{word:<4} {row.queue:<8} {', '.join(parts)}, {row.imminent} soon, {row.breaching} late"
