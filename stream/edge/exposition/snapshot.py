"""What a scrape takes from the event loop: copies, so that all the rest can be done in a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stream.core.figures import CustomerTally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stream.core.policy import Policy
    from stream.core.shard import Shard
    from stream.edge.pipeline import Reading, WorkerView


@dataclass(frozen=True, slots=True)
class ShardCopy:
    """The figures of one shard.

    Attributes:
        groups: labels of every group by its number; the shard only ever appends to it.
        folded: names that went into `other`.
        windows: sums by key, one mapping a window, in the policy's order.
        live: live counts by number of the group.
        oldest: by number of the group, since when its oldest unanswered ticket and its longest waiting contact wait.
        subjects: tickets and contacts held.
        levels: by key, how many agents are in a state.
        people: the name of every agent by number, and
        credits: their sums by key, one mapping a window; both are empty where agents are not exported.
        customers: over the policy's period, as formulas name them.
    """

    groups: Sequence[tuple[str, ...]]
    folded: int
    windows: tuple[Mapping[int, int], ...]
    live: Mapping[int, Sequence[int]]
    oldest: Mapping[int, tuple[int | None, int | None]]
    subjects: int
    levels: Mapping[int, int] = field(default_factory=dict)
    people: Sequence[str] = ()
    credits: tuple[Mapping[int, int], ...] = ()
    customers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """How well a worker is fed, as its view told it; times in microseconds."""

    state: str
    states: tuple[str, ...]
    clock: str
    wall: int
    partitions_expected: int
    partitions_assigned: int
    partitions_ready: int
    readings: tuple[Reading, ...]
    recovered_ratio: float
    data_times: Mapping[int, int]
    events_total: Mapping[tuple[str, str], int]
    rejected_total: Mapping[tuple[str, str], int]
    last_events: Mapping[tuple[str, str], int]
    duplicates_total: int
    late_total: int
    too_late_total: int
    missed_total: int
    rebalances_total: int
    busy_seconds_total: float
    committed_at_s: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a worker, as plain data that no longer changes."""

    shards: tuple[ShardCopy, ...]
    health: Health


def take_snapshot(view: WorkerView, policy: Policy) -> Snapshot:
    """Copy what a scrape needs; to be called on the event loop, and short."""
    shards = view.shards()
    return Snapshot(tuple(copy_shard(shard, policy) for shard in shards), _health(view, shards))


def copy_shard(shard: Shard, policy: Policy) -> ShardCopy:
    """Copy the figures of one shard."""
    shard.settle()
    books, people = shard.books, shard.people.names if policy.agents.export else ()
    counts = shard.live.counts
    oldest = shard.live.oldest
    customers = CustomerTally()
    customers.put(shard)
    return ShardCopy(
        groups=shard.groups.labels,
        folded=shard.groups.folded,
        windows=tuple(map(books.read, books.windows.all)),
        live={number: row.copy() for number, row in counts.items()},
        oldest={number: (oldest(number, "t"), oldest(number, "c")) for number in counts},
        subjects=len(shard),
        levels=books.levels.copy(),
        people=people,
        credits=tuple(window.sums.copy() for window in books.people.all) if policy.agents.export else (),
        customers=customers.parts,
    )


def _health(view: WorkerView, shards: Sequence[Shard]) -> Health:
    state = view.state
    return Health(
        state=state.value,
        states=tuple(other.value for other in type(state)),
        clock=view.clock,
        wall=view.wall(),
        partitions_expected=view.partitions_expected,
        partitions_assigned=view.partitions_assigned,
        partitions_ready=len(shards),
        readings=tuple(view.readings()),
        recovered_ratio=view.recovered_ratio,
        # Of the very moment whose figures were copied: to ask the view again moves the shards on.
        data_times={shard.number: shard.now for shard in shards},
        events_total=dict(view.events_total),
        rejected_total=dict(view.rejected_total),
        last_events=dict(view.last_events),
        duplicates_total=view.duplicates_total,
        late_total=view.late_total,
        too_late_total=view.too_late_total,
        missed_total=view.missed_total,
        rebalances_total=view.rebalances_total,
        busy_seconds_total=view.busy_seconds_total,
        committed_at_s=view.committed_at_s,
    )
