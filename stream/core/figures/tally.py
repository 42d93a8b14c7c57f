"""Figures: what the shards say together, as plain data that no longer changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stream.core.clocks import KINDS, STATES
from stream.core.desk import customer
from stream.core.desk.live import CLOCK_SLOT, STATUSES, UNANSWERED, UNASSIGNED, WAITING
from stream.core.windows import at_most, full_hours, quantile, representative, slots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.shard import Shard

Labels = tuple[str, ...]
"""Label values of a group, in the order of the policy's `group_by`."""


@dataclass(slots=True)
class Duration:
    """A duration's histogram.

    Attributes:
        bounds: upper bounds of the fine buckets in microseconds.
        total: sum in microseconds, exact.
        buckets: index of the bucket -> count.
    """

    bounds: tuple[int, ...]
    total: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.buckets.values())

    @property
    def maximum(self) -> int | None:
        """The largest, in microseconds, within 5 %."""
        return representative(self.bounds, max(self.buckets)) if self.buckets else None

    def quantile(self, share: float) -> int | None:
        """Return the value at rank `ceil(share * count)` in microseconds, within 5 %."""
        return quantile(self.bounds, self.buckets, share)

    def at_most(self, bound: int) -> int:
        """Return how many are at most `bound` microseconds: exact where the policy names the bound."""
        return at_most(self.bounds, self.buckets, bound)


@dataclass(slots=True)
class Tally:
    """What one group counts in one window.

    Attributes:
        counts: by the names of `slots.COUNTERS`; what is 0 is absent.
        outcomes: index of the target -> [met, breached].
        durations: by the names of `slots.DURATIONS`; what has no value is absent.
    """

    bounds: tuple[int, ...]
    counts: Counter[str] = field(default_factory=Counter)
    outcomes: dict[int, list[int]] = field(default_factory=dict)
    durations: dict[str, Duration] = field(default_factory=dict)

    def put(self, slot: int, amount: int) -> None:
        """Add the sum of one slot."""
        if slot < slots.OUTCOMES:
            self.counts[slots.COUNTERS[slot]] += amount
        elif slot < slots.HISTOGRAMS:
            target, breached = divmod(slot - slots.OUTCOMES, 2)
            self.outcomes.setdefault(target, [0, 0])[breached] += amount
        else:
            index, place = divmod(slot - slots.HISTOGRAMS, slots.HISTOGRAM_SIZE)
            name = slots.DURATIONS[index]
            duration = self.durations.get(name)
            if duration is None:
                duration = self.durations[name] = Duration(self.bounds)
            if place:
                duration.buckets[place - 1] += amount
            else:
                duration.total += amount

    def add(self, other: Tally) -> None:
        """Add another tally, part by part."""
        self.counts.update(other.counts)
        for target, (met, breached) in other.outcomes.items():
            mine = self.outcomes.setdefault(target, [0, 0])
            mine[0] += met
            mine[1] += breached
        for name, duration in other.durations.items():
            mine_too = self.durations.setdefault(name, Duration(self.bounds))
            mine_too.total += duration.total
            mine_too.buckets.update(duration.buckets)


@dataclass(slots=True)
class LiveTally:
    """What one group is doing now.

    Attributes:
        statuses: tickets by status.
        unassigned: unsolved tickets that no agent has.
        unanswered: unsolved tickets whose customer waits for an answer, and since when the oldest has.
        waiting: contacts that wait in a queue, and since when the oldest has.
        clocks: open clocks by kind and state.
        agents: agents who are not offline by state.
    """

    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    unassigned: int = 0
    unanswered: int = 0
    oldest_unanswered_since: int | None = None
    waiting: int = 0
    oldest_waiting_since: int | None = None
    clocks: dict[str, dict[str, int]] = field(default_factory=dict)
    agents: dict[str, int] = field(default_factory=lambda: dict.fromkeys(slots.STATES, 0))

    def put(self, counts: list[int], oldest_unanswered: int | None, oldest_waiting: int | None) -> None:
        """Add the live counts of one shard's group."""
        for slot, status in enumerate(STATUSES):
            self.statuses[status] += counts[slot]
        self.unassigned += counts[UNASSIGNED]
        self.unanswered += counts[UNANSWERED]
        self.waiting += counts[WAITING]
        for kind in KINDS:
            states = {state: counts[CLOCK_SLOT[kind, state]] for state in STATES}
            if any(states.values()):
                mine = self.clocks.setdefault(kind, dict.fromkeys(STATES, 0))
                for state, count in states.items():
                    mine[state] += count
        self.oldest_unanswered_since = _older(self.oldest_unanswered_since, oldest_unanswered)
        self.oldest_waiting_since = _older(self.oldest_waiting_since, oldest_waiting)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is going on in the group."""
        return not (
            any(self.statuses.values()) or self.unanswered or self.waiting or self.clocks or any(self.agents.values())
        )


@dataclass(slots=True)
class PersonTally:
    """What one agent did in one window.

    Attributes:
        solved: tickets that were the agent's when they were solved.
        handled: contacts that ended with the agent, and
        handle_time: their handle times in microseconds, added up.
        csat_answers: answers of customers, and
        csat_satisfied: those in the top two boxes.
    """

    solved: int = 0
    handled: int = 0
    handle_time: int = 0
    csat_answers: int = 0
    csat_satisfied: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.solved or self.handled or self.csat_answers)

    def put(self, slot: int, amount: int) -> None:
        """Add the sum of one slot."""
        name = _OF_PERSON[slot]
        setattr(self, name, getattr(self, name) + amount)


_OF_PERSON: Final = {
    slots.SOLVED: "solved",
    slots.HANDLED: "handled",
    slots.HANDLE: "handle_time",
    slots.SLOT["csat_answers"]: "csat_answers",
    slots.SLOT["csat_satisfied"]: "csat_satisfied",
}


@dataclass(slots=True)
class CustomerTally:
    """Customers over the policy's period.

    Attributes:
        start: start of the oldest pane of the period, in microseconds; None without any shard.
        parts: as the formulas name them; money in millionths.
    """

    start: int | None = None
    parts: Counter[str] = field(default_factory=Counter)

    def put(self, shard: Shard) -> None:
        """Add those of one shard."""
        (window,) = shard.period.windows.all
        sums, levels = window.sums, shard.period.levels
        active = levels.get(customer.ACTIVE, 0)
        self.start = window.start
        self.parts.update(
            {
                "active": active,
                "at_start": active - sums.get(customer.ACTIVE, 0),
                "new": sums.get(customer.NEW, 0),
                "lost": sums.get(customer.LOST, 0),
                "revenue": levels.get(customer.REVENUE, 0),
                **{f"{kind}_revenue": sums.get(slot, 0) for kind, slot in customer.CHANGES.items()},
            }
        )


@dataclass(slots=True)
class WindowTally:
    """All groups in one window.

    Attributes:
        name: the policy's name of the window.
        length: microseconds.
        pane: microseconds of one pane.
        groups: what each group that has any counts.
        people: what each agent did.
        full_hours: how many hours `arrived_full_hours` and `arrived_week_before` count; 0: these are not compared.
    """

    name: str
    length: int
    pane: int
    bounds: tuple[int, ...]
    groups: dict[Labels, Tally] = field(default_factory=dict)
    people: dict[str, PersonTally] = field(default_factory=dict)
    full_hours: int = 0

    def total(self) -> Tally:
        """Return the sum over all groups."""
        total = Tally(self.bounds)
        for tally in self.groups.values():
            total.add(tally)
        return total


@dataclass(slots=True)
class Figures:
    """The sum over shards.

    Attributes:
        group_by: the names of the labels.
        windows: in the policy's order.
        live: what each group is doing now.
        agents: agents who are not offline by state, each counted once.
        customers: over the policy's period.
    """

    group_by: tuple[str, ...]
    windows: tuple[WindowTally, ...]
    live: dict[Labels, LiveTally] = field(default_factory=dict)
    agents: Counter[str] = field(default_factory=Counter)
    customers: CustomerTally = field(default_factory=CustomerTally)


def take_figures(shards: Iterable[Shard], group_by: tuple[str, ...] = ()) -> Figures:
    """Return the figures of all shards together; with no shard at all, no windows and nothing live."""
    figures = Figures(group_by, ())
    for shard in shards:
        shard.settle()
        if not figures.windows:
            figures.group_by = shard.groups.names
            figures.windows = tuple(
                WindowTally(window.name, window.length, window.pane, shard.bounds, full_hours=full_hours(window))
                for window in shard.windows.all
            )
        for place, tallies in enumerate(figures.windows):
            _put_window(shard, place, tallies)
        _put_live(shard, figures)
        figures.customers.put(shard)
    return figures


def _put_window(shard: Shard, place: int, into: WindowTally) -> None:
    labels, names = shard.groups.labels, shard.people.names
    for key, amount in shard.books.read(shard.windows.all[place]).items():
        group = labels[key >> slots.GROUP_SHIFT]
        tally = into.groups.get(group)
        if tally is None:
            tally = into.groups[group] = Tally(shard.bounds)
        tally.put(key & slots.SLOT_MASK, amount)
    for key, amount in shard.books.people.all[place].sums.items():
        person = into.people.setdefault(names[key >> slots.GROUP_SHIFT], PersonTally())
        person.put(key & slots.SLOT_MASK, amount)


def _put_live(shard: Shard, figures: Figures) -> None:
    labels, live = shard.groups.labels, shard.live
    for number, counts in live.counts.items():
        if any(counts):
            figures.live.setdefault(labels[number], LiveTally()).put(
                counts, live.oldest(number, "t"), live.oldest(number, "c")
            )
    for key, count in shard.books.levels.items():
        if not count:
            continue
        place = (key & slots.SLOT_MASK) - slots.LEVELS
        if place >= slots.ONCE:
            figures.agents[slots.STATES[place - slots.ONCE]] += count
        else:
            row = figures.live.setdefault(labels[key >> slots.GROUP_SHIFT], LiveTally())
            row.agents[slots.STATES[place]] += count


def _older(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
