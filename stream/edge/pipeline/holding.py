"""A shard in the hands of a worker: its life, and how far each topic of it is read.

    OPENING ──▶ CATCHING_UP ──▶ READY        only READY may be shown
       ▲             │ ▲          │ ▲
       │      revoke ▼ │ back     ▼ │ back   by its own offsets, nothing is read anew
     assign        SUSPENDED_____________
                       │ given to another worker
                       ▼
                    dropped

Kafka rebalances revoke every partition of every worker for a moment, so a revoke only suspends; what is dropped is
known when the next assignment is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from stream.core.shard import Shard


class Phase(Enum):
    """Where a shard is in its life."""

    OPENING = auto()
    CATCHING_UP = auto()
    READY = auto()
    SUSPENDED = auto()


@dataclass(slots=True)
class Cursor:
    """How far one topic of a shard is read; offsets in records.

    Attributes:
        first: where reading began.
        position: the next offset to apply; every record before it is in the shard.
        target: the end when the shard was opened: until there it is catching up.
        end: the end that the broker last told.
        confirmed: when it told so, seconds of the monotonic clock.
        newest: newest event time seen, microseconds.
        written_below: bad messages before this offset are dead letters already.
        safe: the bad messages before this offset are acknowledged as dead letters.
        committed: what the group has on record.
    """

    topic: str
    partition: int
    first: int = 0
    position: int = 0
    target: int = 0
    end: int = 0
    confirmed: float = float("-inf")
    newest: int | None = None
    written_below: int = 0
    safe: int = 0
    committed: int = 0

    @property
    def has_more(self) -> bool:
        """The broker has told of records that are not applied yet."""
        return self.position < self.end

    def open(self, first: int, end: int, committed: int) -> None:
        """Begin at `first`; `end` is the end now, `committed` what the group has on record (0: nothing)."""
        self.first = self.position = self.safe = first
        self.target = self.end = end
        self.written_below = self.committed = committed


@dataclass(slots=True)
class Holding:
    """One shard with a cursor per topic; `unmoved` counts its records since its time was last moved."""

    shard: Shard
    cursors: dict[str, Cursor]
    phase: Phase = Phase.OPENING
    unmoved: int = 0
    _resume_as: Phase = field(default=Phase.OPENING)

    @property
    def number(self) -> int:
        """The partition number."""
        return self.shard.number

    @property
    def is_open(self) -> bool:
        """Records may be applied."""
        return self.phase in {Phase.CATCHING_UP, Phase.READY}

    def opened(self) -> None:
        """The offsets are known: reading begins."""
        self.phase = Phase.CATCHING_UP
        self.settle()

    def settle(self) -> bool:
        """Become ready if every topic is read to where it ended at opening; True where that happened now."""
        if self.phase is Phase.CATCHING_UP and all(c.position >= c.target for c in self.cursors.values()):
            self.phase = Phase.READY
            return True
        return False

    def suspend(self) -> None:
        """The partitions are taken away, perhaps for a moment only."""
        if self.phase is not Phase.SUSPENDED:
            self._resume_as, self.phase = self.phase, Phase.SUSPENDED
        for cursor in self.cursors.values():
            cursor.confirmed = float("-inf")

    def resume(self) -> None:
        """The partitions came back to this very worker."""
        if self.phase is Phase.SUSPENDED:
            self.phase = self._resume_as

    def progress(self) -> tuple[int, int]:
        """Records read so far, of those that were there at opening."""
        cursors = self.cursors.values()
        return (
            sum(min(c.position, c.target) - c.first for c in cursors),
            sum(c.target - c.first for c in cursors),
        )


class Holdings:
    """The shards that a worker holds, by number, and what an assignment does to them."""

    def __init__(self, topics: Collection[str], make: Callable[[int], Shard], drop: Callable[[Shard], None]) -> None:
        self._topics = tuple(topics)
        self._make = make
        self._drop = drop
        self._held: dict[int, Holding] = {}

    def __iter__(self) -> Iterator[Holding]:
        return iter(self._held.values())

    def __len__(self) -> int:
        return len(self._held)

    def get(self, number: int) -> Holding | None:
        """The shard of that number, where it is held."""
        return self._held.get(number)

    def revoke(self) -> None:
        """Suspend all."""
        for holding in self._held.values():
            holding.suspend()

    def assign(self, numbers: Collection[int]) -> None:
        """Resume what came back, open what is new, drop what did not come back."""
        for number in sorted(self._held.keys() - set(numbers)):
            self._drop(self._held.pop(number).shard)
        for number in sorted(numbers):
            if number in self._held:
                self._held[number].resume()
            else:
                cursors = {topic: Cursor(topic, number) for topic in self._topics}
                self._held[number] = Holding(self._make(number), cursors)
        self._held = dict(sorted(self._held.items()))

    def opening(self) -> list[Holding]:
        """Shards whose offsets are not known yet."""
        return [holding for holding in self._held.values() if holding.phase is Phase.OPENING]

    def open(self) -> list[Holding]:
        """Shards that records may be applied to."""
        return [holding for holding in self._held.values() if holding.is_open]

    def ready(self) -> list[Holding]:
        """Shards that are read to where they ended at opening."""
        return [holding for holding in self._held.values() if holding.phase is Phase.READY]
