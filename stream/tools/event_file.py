"""Files of events: JSON Lines of the very messages that Kafka carries, in any order, read in order of time.

Lines are sorted in runs of a bounded size. A file of one run is sorted in memory; of a longer one every run goes to
disk, and they are merged from there, so that the memory that it takes does not grow with the file.
"""

from __future__ import annotations

import gzip
import heapq
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from stream.core.events import Event, decode
from stream.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_RUN_BYTES: Final = 24 << 20
"""So much is sorted in memory at a time."""
_LINE_BYTES: Final = 200
"""What a line takes in memory on top of its text."""
_MOST_RUNS: Final = 64
"""So many runs are open at a time; then they are merged into one. A process may open about a thousand files."""
_BUFFER: Final = 1 << 16

Sorted = tuple[int, int, int, bytes]
"""Time in microseconds, `seq`, number of the line, the line."""


@dataclass(slots=True)
class Reading:
    """What came of the lines of a file.

    Attributes:
        events: lines that were events.
        rejected: lines that were not; unknown types are neither.
        unknown: lines of a `type` that is not known here.
    """

    events: int = 0
    rejected: int = 0
    unknown: int = 0


@contextmanager
def open_events(path: str) -> Iterator[IO[bytes]]:
    """Open a file of events: `-` is standard input, and what ends in `.gz` is read as such."""
    if path == "-":
        yield sys.stdin.buffer
        return
    if path.endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    else:
        with Path(path).open("rb") as plain:
            yield plain


def events_in_order(
    lines: Iterable[bytes], reading: Reading, refused: Callable[[int, EventError], None]
) -> Iterator[tuple[Event, bytes]]:
    """Yield the events of all lines, each with its line, in order of `occurred_at`, then `seq`, then line.

    Args:
        lines: one JSON object each; empty ones are passed over.
        reading: is counted up while lines are read; complete before the first event comes out.
        refused: is told of every line that is no event, with its number.
    """
    with ExitStack() as stack:
        run: list[Sorted] = []
        spilled = _Spilled(stack)
        size = 0
        for row in _decoded(lines, reading, refused):
            run.append(row)
            size += len(row[3]) + _LINE_BYTES
            if size >= _RUN_BYTES:
                run.sort()
                spilled.add(run)
                run.clear()
                size = 0
        run.sort()
        if spilled:
            # The last run goes to disk like all others: what follows may need the memory.
            spilled.add(run)
            run.clear()
        for *_, raw in spilled.merged() if spilled else run:
            event = decode(raw)
            if event is not None:
                yield event, raw


def _decoded(lines: Iterable[bytes], reading: Reading, refused: Callable[[int, EventError], None]) -> Iterator[Sorted]:
    for number, line in enumerate(lines, 1):
        raw = line.strip()
        if not raw:
            continue
        try:
            event = decode(raw)
        except EventError as error:
            reading.rejected += 1
            refused(number, error)
            continue
        if event is None:
            reading.unknown += 1
            continue
        reading.events += 1
        yield event.at, event.seq or 0, number, raw


class _Spilled:
    """Sorted runs on disk, merged by levels: a level that is full becomes one run of the next."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._levels: list[list[IO[bytes]]] = []

    def __bool__(self) -> bool:
        return bool(self._levels)

    def add(self, rows: Iterable[Sorted], level: int = 0) -> None:
        """Write a sorted run to a file of its own."""
        if level == len(self._levels):
            self._levels.append([])
        file: IO[bytes] = self._stack.enter_context(tempfile.TemporaryFile(buffering=_BUFFER))  # noqa: SIM115  the stack closes it
        file.writelines(b"%d %d %d %s\n" % row for row in rows)
        runs = self._levels[level]
        runs.append(file)
        if len(runs) == _MOST_RUNS:
            self.add(heapq.merge(*map(_read_back, runs)), level + 1)
            for each in runs:
                each.close()
            runs.clear()

    def merged(self) -> Iterator[Sorted]:
        """Iterate over all of them in order."""
        return heapq.merge(*(_read_back(file) for runs in self._levels for file in runs))


def _read_back(file: IO[bytes]) -> Iterator[Sorted]:
    file.seek(0)
    for line in file:
        at, seq, number, raw = line.rstrip(b"\n").split(b" ", 3)
        yield int(at), int(seq), int(number), raw
