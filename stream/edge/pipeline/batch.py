"""What goes from the thread that talks to Kafka to the loop that computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from faust.types import TP


@dataclass(frozen=True, slots=True)
class Batch:
    """Raw records of one partition; `start` and `end` are positions, so the next batch of it starts at `end`.

    `run` is what the reading of it was begun with: a batch of an earlier reading is of no use.

    A record has `offset`, `timestamp` in milliseconds, `key`, `value` and `headers`, and need not know its partition.

    The records lie in `[start, end)` but need not fill it: compaction and the markers of transactions leave gaps.
    """

    tp: TP
    records: list[Any]
    start: int
    end: int
    run: int = 0


class Mark(NamedTuple):
    """Where a partition ends, by the broker's latest answer, and when that was, in seconds of the monotonic clock."""

    tp: TP
    end: int
    confirmed: float


class Offsets(NamedTuple):
    """Where a partition begins, where it ends, and what the group has committed (0: nothing)."""

    first: int
    end: int
    committed: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """What one look at Kafka gave, under one generation of the group."""

    generation: int
    batches: list[Batch]
    marks: list[Mark]
