"""A worker as metrics and web see it, filled in by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from stream.core.shard import Shard
from stream.core.times import parse_rfc3339
from stream.edge.pipeline import Opening, Reading, WorkerState
from stream.edge.pipeline.turns import Turns


@dataclass(slots=True)
class StillWorker:
    """A `WorkerView` that stands still."""

    shown: Sequence[Shard] = ()
    state: WorkerState = WorkerState.RUNNING
    clock: str = "live"
    partitions_expected: int = 4
    partitions_assigned: int = 4
    reads: Sequence[Reading] = ()
    opening: Sequence[Opening] = ()
    wall_at: int = parse_rfc3339("2026-03-02T10:00:00Z")
    events_total: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rejected_total: Mapping[tuple[str, str], int] = field(default_factory=dict)
    last_events: Mapping[tuple[str, str], int] = field(default_factory=dict)
    duplicates_total: int = 0
    late_total: int = 0
    too_late_total: int = 0
    missed_total: int = 0
    recovered_ratio: float = 1.0
    busy_seconds_total: float = 0.0
    started_at_s: float = 0.0
    committed_at_s: float = 0.0
    rebalances_total: int = 0
    turns: Turns = field(default_factory=Turns)

    @property
    def partitions_ready(self) -> int:
        """As many as are shown."""
        return len(self.shown)

    def attended(self) -> AbstractContextManager[None]:
        """Note that somebody waits."""
        return self.turns.attended()

    def shards(self) -> Sequence[Shard]:
        """What the test shows."""
        return self.shown

    def readings(self) -> Sequence[Reading]:
        """How far the test has read."""
        return self.reads

    def openings(self) -> Sequence[Opening]:
        """What is not ready yet."""
        return self.opening

    def data_times(self) -> Mapping[int, int]:
        """The time of what is shown."""
        return {shard.number: shard.now for shard in self.shown}

    def wall(self) -> int:
        """The clock on the wall."""
        return self.wall_at
