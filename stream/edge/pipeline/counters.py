"""What a worker has counted since it started; it stays with the process when a shard moves elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from stream.edge.pipeline.view import MAX_SOURCES, NO_SOURCE, OTHER_SOURCE


@dataclass(slots=True)
class Counters:
    """Counts of one process.

    Attributes:
        events: messages read, by (topic, type).
        rejected: messages that were no events, by (topic, reason).
        last_events: newest `occurred_at` in microseconds, by (topic, source).
        busy_ns: nanoseconds spent decoding and applying.
        rebalances: times that the group took the partitions away.
        missed: messages of sources that were deleted before they were read.
        duplicates, late, too_late: what the shards that were dropped had counted.
    """

    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    last_events: dict[tuple[str, str], int] = field(default_factory=dict)
    busy_ns: int = 0
    rebalances: int = 0
    missed: int = 0
    duplicates: int = 0
    late: int = 0
    too_late: int = 0
    _sources: Counter[str] = field(default_factory=Counter)

    def saw(self, topic: str, source: str | None, at: int) -> None:
        """Note that `source` had an event at `at`; beyond `MAX_SOURCES` of a topic they share one entry."""
        key = (topic, source or NO_SOURCE)
        if key not in self.last_events:
            if self._sources[topic] >= MAX_SOURCES:
                key = (topic, OTHER_SOURCE)
            else:
                self._sources[topic] += 1
        if at > self.last_events.get(key, at - 1):
            self.last_events[key] = at
