"""Files of events: JSON Lines of the very messages that Kafka carries, in any order, read in order of time."""

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

_RUN: Final = 200_000
"""So many events are sorted in memory at a time; more than these are merged from disk."""

Order = tuple[int, int, int]
"""Time in microseconds, `seq`, number of the line."""


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

    The memory that it takes does not grow with the file: long ones are sorted on disk.

    Args:
        lines: one JSON object each; empty ones are passed over.
        reading: is counted up while lines are read; complete before the first event comes out.
        refused: is told of every line that is no event, with its number.
    """
    with ExitStack() as stack:
        runs: list[Iterable[tuple[Order, bytes]]] = []
        run: list[tuple[Order, bytes]] = []
        for order, raw in _decoded(lines, reading, refused):
            run.append((order, raw))
            if len(run) == _RUN:
                run.sort()
                runs.append(_spilled(run, stack))
                run = []
        run.sort()
        runs.append(run)
        for _, raw in heapq.merge(*runs):
            event = decode(raw)
            if event is not None:
                yield event, raw


def _decoded(
    lines: Iterable[bytes], reading: Reading, refused: Callable[[int, EventError], None]
) -> Iterator[tuple[Order, bytes]]:
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
        yield (event.at, event.seq or 0, number), raw


def _spilled(run: list[tuple[Order, bytes]], stack: ExitStack) -> Iterator[tuple[Order, bytes]]:
    """Write a sorted run to a temporary file and return a reader of it."""
    file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
    for (at, seq, number), raw in run:
        file.write(b"%d %d %d %s\n" % (at, seq, number, raw))
    file.seek(0)
    return _read_back(file)


def _read_back(file: IO[bytes]) -> Iterator[tuple[Order, bytes]]:
    for line in file:
        at, seq, number, raw = line.rstrip(b"\n").split(b" ", 3)
        yield (int(at), int(seq), int(number)), raw
