"""A shard in the hands of a worker: its life, and how far each topic of it is read.

    OPENING ──▶ CATCHING_UP ──▶ READY        only READY may be shown
       ▲             │ ▲          │ ▲
       │      revoke ▼ │ back     ▼ │ back   by its own offsets, nothing is read anew
     assign        SUSPENDED_____________
       ▲               │ given to another worker
       │               ▼
       └──────────  DROPPED  ◀── a transaction failed: another one takes its place, and is opened

Kafka rebalances revoke every partition of every worker for a moment, so a revoke only suspends; what is dropped is
known when the next assignment is. Where this worker missed an assignment, another may have had its shards meanwhile:
what comes back then is OPENING, until a transaction has proved that nobody had.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from stream.core.counts import ShardCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from stream.core.shard import Shard
    from stream.edge.pipeline.apply import Bad


class Phase(Enum):
    """Where a shard is in its life."""

    OPENING = auto()
    CATCHING_UP = auto()
    READY = auto()
    SUSPENDED = auto()
    DROPPED = auto()


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
        safe: what is before this offset is on record: the shard's state, or without one the dead letters.
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

    def open(self, first: int, end: int, committed: int, newest: int | None = None) -> None:
        """Begin at `first`, where `newest` was; `end` is the end now, `committed` the group's offset (0: nothing)."""
        self.first = self.position = self.safe = first
        self.target = self.end = end
        self.written_below = self.committed = committed
        self.newest = newest


class Ledger(Protocol):
    """What a shard is told by the pipeline so that nothing of it is lost: `Transactions`, or `Letterbox` without."""

    @property
    def waits(self) -> bool:
        """Something is read that is not on record."""

    async def room(self) -> None:
        """Wait while too much waits to be put on record."""

    def note(self, events: int, bad: Sequence[Bad]) -> None:
        """Take notice of so many records that were applied, and of those among them that are no events."""

    def nudge(self) -> None:
        """Look whether there is something to put on record."""

    async def turn(self, cursor: Cursor) -> None:
        """A batch of one topic is applied."""

    async def settle(self, wait_s: float) -> None:
        """Put everything on record, for so long, while the shard is still this worker's."""

    async def close(self) -> None:
        """Let go of the connection."""


@dataclass(slots=True, eq=False)
class Holding:
    """One shard with a cursor per topic.

    Attributes:
        ledger: once it is loaded.
        run: tells batches of what is read now from those of before.
        unmoved: its records since its time was last moved.
        recorded_at: until when all that it has read is on record, seconds since the Unix epoch by the real clock.
        lost_at: when the one before it failed, seconds of the monotonic clock; None where none did.
        loaded: records of its state that are read, of how many.
        before: what it had counted when it was opened, here or elsewhere.
    """

    shard: Shard
    cursors: dict[str, Cursor]
    phase: Phase = Phase.OPENING
    ledger: Ledger | None = None
    run: int = 0
    unmoved: int = 0
    recorded_at: float = 0.0
    lost_at: float | None = None
    loaded: tuple[int, int] = (0, 0)
    before: ShardCounts = field(default_factory=ShardCounts)
    _resume_as: Phase = field(default=Phase.OPENING)

    def recorded(self, now_s: float) -> float:
        """Until when all that this shard has read is on record, seconds since the Unix epoch; `now_s` is now."""
        waits = self.lost_at is not None if self.ledger is None else self.ledger.waits
        if not waits:
            self.recorded_at = now_s
        return self.recorded_at

    @property
    def duplicates(self) -> int:
        """Events since it was opened that their subject had already."""
        return self.shard.counts.duplicates - self.before.duplicates

    @property
    def late(self) -> int:
        """Events since it was opened whose pane had left the longest window."""
        return self.shard.counts.late - self.before.late

    @property
    def too_late(self) -> int:
        """Events since it was opened that were older than what their subject remembers."""
        return self.shard.counts.too_late - self.before.too_late

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
        counts = self.shard.counts
        self.before = ShardCounts(counts.events, counts.duplicates, counts.late, counts.too_late)
        self.phase = Phase.CATCHING_UP
        self.settle()

    def settle(self) -> bool:
        """Become ready if every topic is read to where it ended at opening; True where that happened now."""
        if self.phase is Phase.CATCHING_UP and all(c.position >= c.target for c in self.cursors.values()):
            self.phase = Phase.READY
            return True
        return False

    def load(self, read: int, of: int) -> None:
        """Note how far its state is read."""
        self.loaded = read, of

    def suspend(self) -> None:
        """The partitions are taken away, perhaps for a moment only."""
        if self.phase is not Phase.SUSPENDED:
            self._resume_as, self.phase = self.phase, Phase.SUSPENDED
        for cursor in self.cursors.values():
            cursor.confirmed = float("-inf")

    def resume(self, *, in_doubt: bool) -> None:
        """The partitions came back to this very worker; `in_doubt` where another may have had them meanwhile."""
        if self.phase is Phase.SUSPENDED:
            self.phase = Phase.OPENING if in_doubt and self.ledger is not None else self._resume_as
            # It may have been suspended right behind the last record, and no further one may come.
            self.settle()

    def progress(self) -> tuple[int, int]:
        """Records read so far, of those that were there at opening: of its state, then of its sources."""
        cursors = self.cursors.values()
        read, of = self.loaded
        return (
            read + sum(min(c.position, c.target) - c.first for c in cursors),
            of + sum(c.target - c.first for c in cursors),
        )


class Holdings:
    """The shards that a worker holds, by number, and what an assignment does to them.

    Attributes:
        doubts: how often another worker may have had its shards.
    """

    def __init__(self, topics: Collection[str], make: Callable[[int], Shard], drop: Callable[[Holding], None]) -> None:
        self._topics = tuple(topics)
        self._make = make
        self._drop = drop
        self._held: dict[int, Holding] = {}
        self.doubts = 0

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

    def assign(self, numbers: Collection[int], *, in_doubt: bool = False) -> None:
        """Resume what came back, open what is new, drop what did not come back.

        Args:
            numbers: of the partitions.
            in_doubt: an assignment was missed, so another worker may have had them.
        """
        self.doubts += in_doubt
        for number in sorted(self._held.keys() - set(numbers)):
            self._let_go(self._held.pop(number))
        for number in sorted(numbers):
            if number in self._held:
                self._held[number].resume(in_doubt=in_doubt)
            else:
                self._held[number] = self._new(number)
        self._held = dict(sorted(self._held.items()))

    def replace(self, holding: Holding, lost_at: float) -> None:
        """Put an empty shard in the place of one whose state is in doubt, to be opened."""
        if self._held.get(holding.number) is not holding:
            return
        new = self._held[holding.number] = self._new(holding.number)
        new.recorded_at, new.lost_at = holding.recorded_at, lost_at
        if holding.phase is Phase.SUSPENDED:
            new.suspend()
        self._let_go(holding)

    def _new(self, number: int) -> Holding:
        cursors = {topic: Cursor(topic, number) for topic in self._topics}
        return Holding(self._make(number), cursors, recorded_at=time.time())

    def _let_go(self, holding: Holding) -> None:
        holding.phase = Phase.DROPPED
        self._drop(holding)

    def progress(self) -> tuple[int, int]:
        """Records read so far over all shards, of those that were there when they were opened."""
        each = [holding.progress() for holding in self._held.values()]
        return sum(read for read, _ in each), sum(of for _, of in each)

    def opening(self) -> list[Holding]:
        """Shards whose offsets are not known yet."""
        return [holding for holding in self._held.values() if holding.phase is Phase.OPENING]

    def open(self) -> list[Holding]:
        """Shards that records may be applied to."""
        return [holding for holding in self._held.values() if holding.is_open]

    def ready(self) -> list[Holding]:
        """Shards that are read to where they ended at opening."""
        return [holding for holding in self._held.values() if holding.phase is Phase.READY]
