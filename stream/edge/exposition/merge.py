"""The sum over shards, in the shape in which it is exported.

A key of a window names a group and a slot (`stream.core.windows.slots`). Every slot belongs to a metric, and that
says which labels of the group it keeps: what differs in other labels only is added up, and the fine buckets of
durations into the policy's few bounds.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stream.core.desk.live import LIVE_SLOTS
from stream.core.figures import PersonTally
from stream.core.windows import fine_bounds, slots
from stream.edge.exposition import names
from stream.edge.exposition.metric import Grouped

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.snapshot import Changes, ShardCopy

Group = tuple[str, ...]
Row = list[int]
Table = dict[Group, Row]
Rows = list[list[Row]]
"""By table, and by number of the group in its shard."""

_TABLES: Final = tuple(Grouped)
_NAME_OF: Final = {
    **names.COUNTS,
    **{f"{state}_time": names.AGENT_SECONDS for state in slots.STATES},
    **{f"all_{state}_time": names.ALL_AGENT_SECONDS for state in slots.STATES},
}
"""The metric of each counter of the core."""


@dataclass(slots=True)
class WindowSums:
    """One window over all shards.

    Attributes:
        tables: by the labels that are kept, a table of rows of `Layout`.
        rows: by place of the shard, those of its groups.
        computed: by place of the shard, what it computed for the last scrape.
    """

    tables: dict[Grouped, Table] = field(default_factory=lambda: {grouped: {} for grouped in _TABLES})
    rows: list[Rows] = field(default_factory=list)
    computed: list[Mapping[int, int]] = field(default_factory=list)


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


_NO_CELL: Final = 1 << 40
"""No row is as long as that."""
_NOWHERE: Final = -1
"""Where changes of levels stand: what is made of them is computed."""


class Layout:
    """Where each slot of a window stands in the rows of `WindowSums`, under one policy.

    ```
    by group:              counters | met, breached of target 0 | met, breached of target 1 | ...
    by queue and channel:  counters | the durations, each at its `Place`
    by queue, and by none: seconds of agents
    ```

    Attributes:
        cells: by counter of the core, where it stands in the table of its metric.
        places: by duration.
    """

    def __init__(self, policy: Policy) -> None:
        self.cells: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self._group_by = policy.group_by
        self._sizes = dict.fromkeys(_TABLES, 0)
        # A slot that means nothing has no cell: adding to it is an error, never a wrong figure.
        self._cell_of: list[int] = [_NO_CELL] * (slots.SLOT_MASK + 1)
        self._table_of = [0] * (slots.SLOT_MASK + 1)
        for slot in range(slots.LEVELS, slots.LEVELS + 2 * slots.MOMENT):
            self._table_of[slot] = _NOWHERE
        for slot, counter in enumerate(slots.COUNTERS):
            grouped = _NAME_OF[counter].grouped
            self.cells[counter] = self._reserve(grouped, 1)
            self._put(slot, grouped, self.cells[counter])
        grouped = names.OUTCOMES.grouped
        self._outcomes = self._reserve(grouped, 2 * len(policy.targets))
        for outcome in range(2 * len(policy.targets)):
            self._put(slots.OUTCOMES + outcome, grouped, self._outcomes + outcome)
        fine = (*fine_bounds(policy.bounds), math.inf)
        for index, duration in enumerate(slots.DURATIONS):
            grouped, bounds = names.DURATIONS[duration].grouped, exported_bounds(policy, duration)
            place = self.places[duration] = Place(self._reserve(grouped, len(bounds) + 2), bounds)
            slot = slots.HISTOGRAMS + index * slots.HISTOGRAM_SIZE
            self._put(slot, grouped, place.start)
            for bucket, bound in enumerate(fine):
                self._put(slot + 1 + bucket, grouped, place.start + 1 + bisect_left(bounds, bound))

    def _reserve(self, grouped: Grouped, cells: int) -> int:
        start = self._sizes[grouped]
        self._sizes[grouped] += cells
        return start

    def _put(self, slot: int, grouped: Grouped, cell: int) -> None:
        self._cell_of[slot], self._table_of[slot] = cell, _TABLES.index(grouped)

    def outcome(self, target: int) -> int:
        """Return the cell of what met the target of that index; the one after it is of what breached it."""
        return self._outcomes + 2 * target

    def kept(self, group: Group, grouped: Grouped) -> Group:
        """Return those of a group's labels that a metric keeps."""
        return tuple(value for name, value in zip(self._group_by, group, strict=True) if name in grouped.value)

    def open_rows(self, window: WindowSums, groups: Sequence[Group], rows: Rows) -> None:
        """Append the rows of these groups in every table of a window, new ones where a table has none."""
        for (grouped, table), known in zip(window.tables.items(), rows, strict=True):
            for group in groups:
                kept = self.kept(group, grouped)
                row = table.get(kept)
                if row is None:
                    row = table[kept] = [0] * self._sizes[grouped]
                known.append(row)

    def add(self, windows: Sequence[Rows], amounts: Mapping[int, int], sign: int) -> None:
        """Add amounts by key to the rows of a shard's groups in some windows, or take them back with a sign of -1."""
        cell_of, table_of, shift, mask = self._cell_of, self._table_of, slots.GROUP_SHIFT, slots.SLOT_MASK
        for key, amount in amounts.items():
            slot = key & mask
            table = table_of[slot]
            if table >= 0:
                group, cell, change = key >> shift, cell_of[slot], sign * amount
                for rows in windows:
                    rows[table][group][cell] += change

    def merge_agents(self, shards: Iterable[ShardCopy]) -> dict[Grouped, Table]:
        """Return how many agents are in each state now, by queue and over all."""
        merged: dict[Grouped, Table] = {Grouped.QUEUE: {}, Grouped.NO: {}}
        for shard in shards:
            for key, level in shard.levels.items():
                once, state = divmod((key & slots.SLOT_MASK) - slots.LEVELS, slots.ONCE)
                grouped = Grouped.NO if once else Grouped.QUEUE
                group = self.kept(shard.groups[key >> slots.GROUP_SHIFT], grouped)
                merged[grouped].setdefault(group, [0] * len(slots.STATES))[state] += level
        return merged


class Totals:
    """Every window over all shards, kept from one scrape to the next.

    Attributes:
        windows: in the policy's order.
    """

    def __init__(self, layout: Layout, windows: int) -> None:
        self.windows = [WindowSums() for _ in range(windows)]
        self._layout = layout

    def add(self, shards: Sequence[ShardCopy], is_whole: Sequence[bool]) -> None:
        """Add what became of each window in these shards, or begin anew with it where they say all."""
        for place, whole in enumerate(is_whole):
            if whole:
                self.windows[place] = WindowSums()
        for number, shard in enumerate(shards):
            self._add(number, shard)

    def _add(self, number: int, shard: ShardCopy) -> None:
        layout = self._layout
        every: list[Rows] = []
        for window in self.windows:
            if number == len(window.rows):
                window.rows.append([[] for _ in _TABLES])
                window.computed.append({})
            rows = window.rows[number]
            # A shard may see another group while this runs in a thread, but not in what is added here.
            layout.open_rows(window, shard.groups[len(rows[0]) :], rows)
            every.append(rows)
        for amounts, sign, places in _shared(shard.windows):
            layout.add([every[place] for place in places], amounts, sign)
        for window, rows, computed in zip(self.windows, every, shard.computed, strict=False):  # none: in the sums
            layout.add([rows], window.computed[number], -1)
            layout.add([rows], computed, 1)
            window.computed[number] = computed


def _shared(windows: Sequence[Changes]) -> Iterable[tuple[Mapping[int, int], int, list[int]]]:
    """Return amounts, sign and the places of the windows: once where the same went into several of them.

    That is most of it, and to fetch a key and its amount into the processor's cache takes longer than to add it up.
    """
    found: dict[tuple[int, int], tuple[Mapping[int, int], int, list[int]]] = {}
    for place, changes in enumerate(windows):
        for amounts, sign in changes:
            found.setdefault((id(amounts), sign), (amounts, sign, []))[2].append(place)
    return found.values()


def exported_bounds(policy: Policy, duration: str) -> tuple[int, ...]:
    """Return the bounds of a duration's exported buckets in microseconds: none where only its sum and count are."""
    return policy.bounds if duration in names.WITH_BOUNDS else ()


def merge_live(shards: Iterable[ShardCopy]) -> dict[Group, LiveSums]:
    """Return the live sums of every group that any shard has seen, also of those where nothing is going on."""
    merged: dict[Group, LiveSums] = {}
    for shard in shards:
        for number, counts in shard.live.items():
            group = shard.groups[number]
            sums = merged.get(group)
            if sums is None:
                sums = merged[group] = LiveSums()
            total = sums.counts
            for slot, count in enumerate(counts):
                if count:
                    total[slot] += count
            unanswered, waiting = shard.oldest[number]
            sums.oldest_unanswered = _older(sums.oldest_unanswered, unanswered)
            sums.oldest_waiting = _older(sums.oldest_waiting, waiting)
    return merged


def merge_people(shards: Sequence[ShardCopy], windows: int) -> list[dict[str, PersonTally]]:
    """Return what each agent did in each window."""
    merged: list[dict[str, PersonTally]] = [{} for _ in range(windows)]
    for shard in shards:
        for tallies, sums in zip(merged, shard.credits, strict=False):  # none where agents are not exported
            for key, amount in sums.items():
                name = shard.people[key >> slots.GROUP_SHIFT]
                tallies.setdefault(name, PersonTally()).put(key & slots.SLOT_MASK, amount)
    return merged


def merge_customers(shards: Iterable[ShardCopy]) -> Counter[str]:
    """Return the parts of the formulas of customers."""
    merged: Counter[str] = Counter()
    for shard in shards:
        merged.update(shard.customers)
    return merged


def _older(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
