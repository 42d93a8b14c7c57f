"""Families of samples from merged sums: what is exported, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from stream.core.windows import full_hours, slots
from stream.edge.exposition import names
from stream.edge.exposition.family import Family
from stream.edge.exposition.kins import CONTACTS, KINS, TICKETS
from stream.edge.exposition.live import LiveFamilies
from stream.edge.exposition.merge import (
    Layout,
    LiveSums,
    Totals,
    WindowSums,
    merge_customers,
    merge_live,
    merge_people,
)
from stream.edge.exposition.people import PeopleFamilies
from stream.edge.exposition.text import LabelCache, bound_text

if TYPE_CHECKING:
    from stream.core.policy import Policy, Target
    from stream.edge.exposition.kins import Kin
    from stream.edge.exposition.merge import Group
    from stream.edge.exposition.metric import Name
    from stream.edge.exposition.snapshot import ShardCopy

Judged = tuple["Group", "Target", int, int]
"""A group, a target, how often it was met there and how often breached."""


class FigureFamilies:
    """Makes the families of one policy's figures, again at each scrape."""

    def __init__(self, policy: Policy, cache: LabelCache) -> None:
        self._policy = policy
        self._cache = cache
        self._layout = Layout(policy)
        self._totals = Totals(self._layout, len(policy.windows))
        self._live = LiveFamilies(policy, cache)
        self._people = PeopleFamilies(policy, cache, self._layout)
        self._bounds = {
            duration: (*map(bound_text, place.bounds), "+Inf") for duration, place in self._layout.places.items()
        }
        self._windows = tuple(window.name for window in policy.windows)
        self._of_hours = tuple(place for place, window in enumerate(policy.windows) if full_hours(window))

    def of(self, shards: Sequence[ShardCopy], is_whole: Sequence[bool] | None = None) -> Iterator[Family]:
        """Iterate over the families of these shards together; families without a sample are left out.

        Args:
            shards: what each of them says.
            is_whole: by window, whether that is all, or what became of it since the last time; all where absent.
        """
        self._totals.add(shards, is_whole or [True] * len(self._windows))
        for family in self._made(shards):
            if family.texts:
                yield family

    def _made(self, shards: Sequence[ShardCopy]) -> Iterator[Family]:
        windows = self._totals.windows
        live = merge_live(shards)
        judged = [self._judged(window) for window in windows]
        active = {kin: self._active(kin, windows, live) for kin in KINS}
        yield from self._live.tickets(live, active[TICKETS])
        yield from self._live.contacts(live, active[CONTACTS])
        yield self._live.clocks(live, ((group, target.clock) for row in judged for group, target, _, _ in row))
        for kin, groups in active.items():
            yield from self._counts(kin, windows, groups)
        yield self._outcomes(judged)
        for duration in slots.DURATIONS:
            yield self._durations(duration, windows)
        yield from self._people.agents(self._layout.merge_agents(shards), windows)
        yield from self._people.people(merge_people(shards, len(windows)))
        yield from self._people.customers(merge_customers(shards))

    def _family(self, name: Name) -> Family:
        return Family(name, self._policy.group_by, self._cache)

    def _active(self, kin: Kin, windows: Sequence[WindowSums], live: Mapping[Group, LiveSums]) -> list[Group]:
        """Return the groups that show counts of one kin: in which any of them happens now, or has in any window."""
        cells = [self._layout.cells[counter] for counter in kin.shown_by]
        grouped = names.COUNTS[kin.counters[0]].grouped
        found = {group for group, sums in live.items() if _has_any(sums.counts, kin.live)}
        for window in windows:
            for group, row in window.tables[grouped].items():
                if _has_any(row, cells):
                    found.add(group)
        return sorted(found)

    def _counts(self, kin: Kin, windows: Sequence[WindowSums], groups: Sequence[Group]) -> Iterator[Family]:
        families = [(name, self._family(name), self._layout.cells[counter]) for counter, name in kin.names.items()]
        first, family, _ = families[0]
        places = self._of_hours if kin.of_hours else range(len(windows))
        tables = [windows[place].tables[first.grouped] for place in places]
        rows = [table[group] for group in groups for table in tables]
        # Counts of one kin have the same labels, one and all.
        known = self._cache.of(family.labels)
        labels = [known.labels((*group, self._windows[place])) for group in groups for place in places]
        for name, family, cell in families:
            values = [row[cell] for row in rows]
            family.add_all(labels, values if name.per == 1 else map(name.value, values))
            yield family

    def _judged(self, window: WindowSums) -> list[Judged]:
        """Return every group and target with an outcome, and how often it was met and breached."""
        first, found = self._layout.outcome(0), list[Judged]()
        for group, row in sorted(window.tables[names.OUTCOMES.grouped].items()):
            for target in self._policy.targets:
                met, breached = row[first + 2 * target.index], row[first + 2 * target.index + 1]
                if met or breached:
                    found.append((group, target, met, breached))
        return found

    def _outcomes(self, judged: Sequence[Sequence[Judged]]) -> Family:
        family = self._family(names.OUTCOMES)
        for name, window in zip(self._windows, judged, strict=True):
            for group, target, met, breached in window:
                family.add((*group, name, target.clock, target.name, "met"), met)
                family.add((*group, name, target.clock, target.name, "breached"), breached)
        return family

    def _durations(self, duration: str, windows: Sequence[WindowSums]) -> Family:
        name, bounds = names.DURATIONS[duration], self._bounds[duration]
        family, place = self._family(name), self._layout.places[duration]
        for window_name, window in zip(self._windows, windows, strict=True):
            for queue, row in sorted(window.tables[name.grouped].items()):
                total, *buckets = row[place.start : place.stop]
                if any(buckets):
                    family.add_histogram((*queue, window_name), bounds, buckets, name.value(total))
        return family


def _has_any(row: list[int], cells: Sequence[int]) -> bool:
    for cell in cells:  # noqa: SIM110  compiled, a generator costs several times as much
        if row[cell]:
            return True
    return False
