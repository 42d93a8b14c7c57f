"""Families of samples from merged sums: what is exported, and what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from stream.core.clocks import KINDS, STATES
from stream.core.desk.live import CLOCK_SLOT, STATUSES, UNANSWERED, UNASSIGNED, WAITING
from stream.core.times import seconds
from stream.core.windows import slots
from stream.edge.exposition import names
from stream.edge.exposition.merge import Layout, LiveSums, WindowSums, merge_live
from stream.edge.exposition.text import LabelCache, Labels, bound_text

if TYPE_CHECKING:
    from stream.core.policy import Policy, Target
    from stream.edge.exposition.merge import Group
    from stream.edge.exposition.names import Name
    from stream.edge.exposition.snapshot import ShardCopy

TICKET_COUNTS: Final = ("created", "solved", "reopened")
"""Counters that show that a group has tickets; where one is exported all are, so that ratios find their parts."""
SHARED_COUNTS: Final = ("escalated", "transferred", "messages")
"""Counters that are exported where the group has either: their ratios are of tickets and contacts together."""
CONTACT_COUNTS: Final = tuple(name for name in slots.COUNTERS if name not in {*TICKET_COUNTS, *SHARED_COUNTS})
"""Counters that show that a group has contacts."""

Judged = tuple["Group", "Target", int, int]
"""A group, a target, how often it was met there and how often breached."""

_SLOT: Final = {name: slot for slot, name in enumerate(slots.COUNTERS)}


_CLOCK_CELLS: Final = {kind: slice(CLOCK_SLOT[kind, STATES[0]], CLOCK_SLOT[kind, STATES[-1]] + 1) for kind in KINDS}
"""Where the states of a kind of clock stand in a row of live counts, side by side."""
_REST: Final = Sample("", {}, 0)[3:]
"""What a sample has besides name, labels and value."""


def sample(series: str, labels: Labels, value: float) -> Sample:
    """Return a sample; its own constructor takes twice as long, and it is made ten thousand times a scrape."""
    return tuple.__new__(Sample, (series, labels, value, *_REST))


class Family:
    """A family under construction.

    Args:
        name: which metric.
        group_by: the policy's.
        cache: of labels.

    Attributes:
        labels: the names of its labels.
    """

    def __init__(self, name: Name, group_by: tuple[str, ...], cache: LabelCache) -> None:
        self.metric = Metric(name.family, name.text, name.kind.value, name.unit)
        self.labels = name.labels(group_by)
        self._cache = cache
        self._series = name.series

    def add(self, values: tuple[str, ...], value: float) -> None:
        """Add the sample of these label values, in the order of the name's labels."""
        self.metric.samples.append(sample(self._series[0], self._cache.labels(self.labels, values), value))

    def add_all(self, labels: Iterable[Labels], values: Iterable[float]) -> None:
        """Add samples of labels that were made before."""
        series = self._series[0]
        self.metric.samples += [sample(series, each, value) for each, value in zip(labels, values, strict=True)]

    def add_histogram(
        self, values: tuple[str, ...], bounds: tuple[str, ...], counts: Iterable[int], sum_: float
    ) -> None:
        """Add a gauge histogram: counts up to each bound, the last for `+Inf`, and the sum of the values."""
        bucket, gcount, gsum = self._series
        buckets = self._cache.buckets(self.labels, values, bounds)
        made = [sample(bucket, labels, count) for labels, count in zip(buckets, counts, strict=True)]
        labels = self._cache.labels(self.labels, values)
        self.metric.samples += [*made, sample(gcount, labels, made[-1].value), sample(gsum, labels, sum_)]


class FigureFamilies:
    """Makes the families of one policy's figures, again at each scrape."""

    def __init__(self, policy: Policy, cache: LabelCache) -> None:
        self._policy = policy
        self._cache = cache
        self._layout = Layout(policy)
        self._bounds = {
            duration: (*map(bound_text, place.bounds), "+Inf") for duration, place in self._layout.places.items()
        }
        self._windows = tuple(window.name for window in policy.windows)
        self._states = {kind: _possible_states(policy, kind) for kind in KINDS}

    def of(self, shards: Sequence[ShardCopy]) -> Iterator[Metric]:
        """Iterate over the families of these shards together; families without a sample are left out."""
        windows = self._layout.merge_windows(shards)
        live = merge_live(shards)
        judged = [self._judged(window) for window in windows]
        tickets = self._active(TICKET_COUNTS, (*range(len(STATUSES)), UNASSIGNED, UNANSWERED), windows, live)
        contacts = self._active(CONTACT_COUNTS, (WAITING,), windows, live)
        either = tickets | contacts | self._active(SHARED_COUNTS, (), windows, live)
        made = [
            *self._live_tickets(live, sorted(tickets)),
            *self._live_contacts(live, sorted(contacts)),
            self._clocks(live, judged),
            *self._counts(TICKET_COUNTS, windows, sorted(tickets)),
            *self._counts(SHARED_COUNTS, windows, sorted(either)),
            *self._counts(CONTACT_COUNTS, windows, sorted(contacts)),
            self._outcomes(judged),
            *(self._durations(name, windows) for name in slots.DURATIONS),
        ]
        for family in made:
            if family.metric.samples:
                yield family.metric

    def _family(self, name: Name) -> Family:
        return Family(name, self._policy.group_by, self._cache)

    @staticmethod
    def _active(
        counters: Collection[str],
        live_slots: Collection[int],
        windows: Sequence[WindowSums],
        live: Mapping[Group, LiveSums],
    ) -> set[Group]:
        """Return the groups in which any of these happens now, or has in any window."""
        cells = [_SLOT[name] for name in counters]
        found = {group for group, sums in live.items() if any(sums.counts[slot] for slot in live_slots)}
        for window in windows:
            found.update(group for group, row in window.groups.items() if any(row[cell] for cell in cells))
        return found

    def _live_tickets(self, live: Mapping[Group, LiveSums], groups: Iterable[Group]) -> Iterator[Family]:
        tickets, unassigned = self._family(names.TICKETS), self._family(names.UNASSIGNED)
        unanswered, oldest = self._family(names.UNANSWERED), self._family(names.OLDEST_UNANSWERED)
        for group in groups:
            sums = live.get(group) or LiveSums()
            for slot, status in enumerate(STATUSES):
                tickets.add((*group, status), sums.counts[slot])
            unassigned.add(group, sums.counts[UNASSIGNED])
            unanswered.add(group, sums.counts[UNANSWERED])
            if sums.oldest_unanswered is not None:
                oldest.add(group, seconds(sums.oldest_unanswered))
        yield from (tickets, unassigned, unanswered, oldest)

    def _live_contacts(self, live: Mapping[Group, LiveSums], groups: Iterable[Group]) -> Iterator[Family]:
        waiting, oldest = self._family(names.WAITING), self._family(names.OLDEST_WAITING)
        for group in groups:
            sums = live.get(group) or LiveSums()
            waiting.add(group, sums.counts[WAITING])
            if sums.oldest_waiting is not None:
                oldest.add(group, seconds(sums.oldest_waiting))
        yield from (waiting, oldest)

    def _clocks(self, live: Mapping[Group, LiveSums], judged: Sequence[Sequence[Judged]]) -> Family:
        kinds = {(group, target.clock) for window in judged for group, target, _, _ in window}
        kinds.update(
            (group, kind)
            for group, sums in live.items()
            for kind, cells in _CLOCK_CELLS.items()
            if any(sums.counts[cells])
        )
        family = self._family(names.CLOCKS)
        for group, kind in sorted(kinds):
            sums = live.get(group) or LiveSums()
            for state in self._states[kind]:
                family.add((*group, kind, state), sums.counts[CLOCK_SLOT[kind, state]])
        return family

    def _counts(
        self, counters: Iterable[str], windows: Sequence[WindowSums], groups: Sequence[Group]
    ) -> Iterator[Family]:
        families = [(self._family(names.COUNTS[counter]), _SLOT[counter]) for counter in counters]
        nothing = [0] * len(_SLOT)
        rows = [window.groups.get(group, nothing) for group in groups for window in windows]
        # Counters have the same labels, one and all.
        own = families[0][0].labels
        labels = [self._cache.labels(own, (*group, window)) for group in groups for window in self._windows]
        for family, cell in families:
            family.add_all(labels, [row[cell] for row in rows])
            yield family

    def _judged(self, window: WindowSums) -> list[Judged]:
        """Return every group and target with an outcome, and how often it was met and breached."""
        first = self._layout.outcome(0)
        return [
            (group, target, met, breached)
            for group, row in sorted(window.groups.items())
            for target, met, breached in zip(self._policy.targets, row[first::2], row[first + 1 :: 2], strict=True)
            if met or breached
        ]

    def _outcomes(self, judged: Sequence[Sequence[Judged]]) -> Family:
        family = self._family(names.OUTCOMES)
        for name, window in zip(self._windows, judged, strict=True):
            for group, target, met, breached in window:
                family.add((*group, name, target.clock, target.name, "met"), met)
                family.add((*group, name, target.clock, target.name, "breached"), breached)
        return family

    def _durations(self, duration: str, windows: Sequence[WindowSums]) -> Family:
        family, bounds = self._family(names.DURATIONS[duration]), self._bounds[duration]
        place = self._layout.places[duration]
        for name, window in zip(self._windows, windows, strict=True):
            for queue, row in sorted(window.queues.items()):
                total, *buckets = row[place.start : place.stop]
                if any(buckets):
                    family.add_histogram((*queue, name), bounds, accumulate(buckets), seconds(total))
        return family


def _possible_states(policy: Policy, kind: str) -> tuple[str, ...]:
    """Return the states that an open clock of this kind can be in: where no target warns or pauses, none is that."""
    targets = [target for target in policy.targets if target.clock == kind]
    never = {
        *(() if any(target.warn is not None for target in targets) else ("imminent",)),
        *(() if any(target.pause_on for target in targets) else ("paused",)),
    }
    return tuple(state for state in STATES if state not in never)
