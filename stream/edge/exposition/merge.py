"""The sum over shards, in the shape in which it is exported.

A key of a window names a group and a slot (`stream.core.windows.slots`). Counts and outcomes stay apart by group;
durations are added up over groups of one queue and channel, their fine buckets into the policy's few bounds.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stream.core.desk.live import LIVE_SLOTS
from stream.core.windows import fine_bounds, slots
from stream.edge.exposition.names import WITH_BOUNDS, Grouped

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.snapshot import ShardCopy

Group = tuple[str, ...]
Row = list[int]


@dataclass(slots=True)
class WindowSums:
    """One window over all shards: a row of `Layout` for each group, and one for each queue and channel."""

    groups: dict[Group, Row] = field(default_factory=dict)
    queues: dict[Group, Row] = field(default_factory=dict)


@dataclass(slots=True)
class LiveSums:
    """One group now, over all shards.

    Attributes:
        counts: by the slots of `stream.core.desk.live`.
        oldest_unanswered, oldest_waiting: since when, in microseconds, or None.
    """

    counts: Row = field(default_factory=lambda: [0] * LIVE_SLOTS)
    oldest_unanswered: int | None = None
    oldest_waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a duration stands in a queue's row: its sum, a count for each bound, one for what is above.

    Attributes:
        start: the cell of its sum in microseconds.
        bounds: of the exported buckets, in microseconds, ascending.
    """

    start: int
    bounds: tuple[int, ...]

    @property
    def stop(self) -> int:
        """The first cell after it."""
        return self.start + len(self.bounds) + 2


class Layout:
    """Where each slot of a window stands in the rows of `WindowSums`, under one policy.

    ```
    a group's row:  the counters | met, breached of target 0 | met, breached of target 1 | ...
    a queue's row:  the durations, each at its `Place`
    ```

    Attributes:
        places: by duration.
    """

    def __init__(self, policy: Policy) -> None:
        self.places: dict[str, Place] = {}
        self._group_by = policy.group_by
        self._windows = len(policy.windows)
        self._group_cells = len(slots.COUNTERS) + 2 * len(policy.targets)
        # A slot that means nothing has no cell: adding to it is an error, never a wrong figure.
        cells: list[int | None] = [None] * (slots.SLOT_MASK + 1)
        for counter in range(len(slots.COUNTERS)):
            cells[counter] = counter
        for outcome in range(2 * len(policy.targets)):
            cells[slots.OUTCOMES + outcome] = self.outcome(outcome // 2) + outcome % 2
        fine = fine_bounds(policy.bounds)
        start = 0
        for index, duration in enumerate(slots.DURATIONS):
            place = self.places[duration] = Place(start, exported_bounds(policy, duration))
            slot = slots.HISTOGRAMS + index * slots.HISTOGRAM_SIZE
            cells[slot] = start
            for bucket, bound in enumerate((*fine, math.inf)):
                cells[slot + 1 + bucket] = start + 1 + bisect_left(place.bounds, bound)
            start = place.stop
        self._queue_cells = start
        self._cells = cells

    def outcome(self, target: int) -> int:
        """Return the cell of what met the target of that index; the one after it is of what breached it."""
        return len(slots.COUNTERS) + 2 * target

    def queue_of(self, group: Group) -> Group:
        """Return what is left of a group's labels where durations are concerned."""
        return tuple(value for name, value in zip(self._group_by, group, strict=True) if name in Grouped.QUEUE.value)

    def merge_windows(self, shards: Sequence[ShardCopy]) -> list[WindowSums]:
        """Return the sums over shards of every window of the policy, in its order."""
        merged = [WindowSums() for _ in range(self._windows)]
        for shard in shards:
            for window, sums in zip(merged, shard.windows, strict=True):
                self._add(window, sums, shard.groups)
        return merged

    def _add(self, window: WindowSums, sums: Mapping[int, int], groups: Sequence[Group]) -> None:
        # By number of the group; a shard may see another one while this runs in a thread, but not in these sums.
        of_groups = [window.groups.setdefault(group, [0] * self._group_cells) for group in groups]
        queues = map(self.queue_of, groups)
        of_queues = [window.queues.setdefault(queue, [0] * self._queue_cells) for queue in queues]
        cells, shift, mask, durations = self._cells, slots.GROUP_SHIFT, slots.SLOT_MASK, slots.HISTOGRAMS
        for key, amount in sums.items():
            slot = key & mask
            row = of_groups[key >> shift] if slot < durations else of_queues[key >> shift]
            row[cells[slot]] += amount  # type: ignore[index]  # None is the error that it should be


def exported_bounds(policy: Policy, duration: str) -> tuple[int, ...]:
    """Return the bounds of a duration's exported buckets in microseconds: none where only its sum and count are."""
    return policy.bounds if duration in WITH_BOUNDS else ()


def merge_live(shards: Iterable[ShardCopy]) -> dict[Group, LiveSums]:
    """Return the live sums of every group that any shard has seen, also of those where nothing is going on."""
    merged: dict[Group, LiveSums] = {}
    for shard in shards:
        for number, counts in shard.live.items():
            sums = merged.setdefault(shard.groups[number], LiveSums())
            sums.counts = [one + other for one, other in zip(sums.counts, counts, strict=True)]
            unanswered, waiting = shard.oldest[number]
            sums.oldest_unanswered = _older(sums.oldest_unanswered, unanswered)
            sums.oldest_waiting = _older(sums.oldest_waiting, waiting)
    return merged


def _older(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
