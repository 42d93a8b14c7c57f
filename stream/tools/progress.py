"""How far a command has come with a long file, shown on standard error while somebody looks."""

from __future__ import annotations

import gzip
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TaskProgressColumn, TextColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stream.core.events import Event
    from stream.tools.event_file import Reading

_STEP: Final = 2_000
"""So many lines or events pass between two looks at the clock."""
_PATIENCE_S: Final = 0.7
"""What is done sooner needs no bar."""


class Stages:
    """The bars of the stages of one command; nothing at all where nobody looks."""

    def __init__(self, console: Console | None, patience_s: float = _PATIENCE_S) -> None:
        self._progress: Progress | None = None
        self._starts_at = time.monotonic() + patience_s
        if console is not None:
            columns = (TextColumn("{task.description:<9}"), BarColumn(), TaskProgressColumn(), _Count(), _Rate())
            # Only standard error is the bar's: what a command prints goes out untouched.
            self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=False)

    def read(self, lines: IO[bytes], path: str) -> Iterator[bytes]:
        """Yield the lines of a file, showing how much of it is read."""
        if self._progress is None:
            yield from lines
            return
        size = None if path == "-" else Path(path).stat().st_size
        task = self._progress.add_task("reading", total=size, done=0, unit="lines")
        place = _place_in(lines)
        for number, line in enumerate(lines, 1):
            yield line
            if number % _STEP == 0:
                self._show(task, place() if size else 0, number)
        self._progress.remove_task(task)

    def replay(self, events: Iterator[tuple[Event, bytes]], reading: Reading) -> Iterator[Event]:
        """Yield the events, showing how many of those that were read have come out."""
        if self._progress is None:
            for event, _ in events:
                yield event
            return
        task: TaskID | None = None
        for number, (event, _) in enumerate(events, 1):
            yield event
            if number % _STEP == 0:
                if task is None:
                    # All lines have been read by now: their number is known.
                    task = self._progress.add_task("replaying", total=reading.events, done=0, unit="events")
                self._show(task, number, number)

    def stop(self) -> None:
        """Wipe the bars away, for good."""
        if self._progress is not None:
            self._progress.stop()
            self._starts_at = float("inf")

    def _show(self, task: TaskID, completed: int, done: int) -> None:
        progress = self._progress
        if progress is None:
            return
        progress.update(task, completed=completed, done=done)
        if not progress.live.is_started and time.monotonic() >= self._starts_at:
            progress.start()


@contextmanager
def stages(*, wanted: bool = True) -> Iterator[Stages]:
    """Show bars on standard error where it is a terminal."""
    shown = Stages(Console(stderr=True) if wanted and sys.stderr.isatty() else None)
    try:
        yield shown
    finally:
        shown.stop()


class _Count(ProgressColumn):
    """How many lines or events there were."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.fields['done']:,} {task.fields['unit']}")


class _Rate(ProgressColumn):
    """How many of them a second, since the stage began."""

    def render(self, task: Task) -> Text:
        rate = task.fields["done"] / task.elapsed if task.elapsed else 0
        return Text(f"{rate:,.0f}/s", style="progress.data.speed")


def _place_in(lines: IO[bytes]) -> Callable[[], int]:
    """Return what tells how many bytes of the file itself are read, packed ones where it is packed."""
    if isinstance(lines, gzip.GzipFile) and lines.fileobj is not None:
        return lines.fileobj.tell
    return lines.tell
