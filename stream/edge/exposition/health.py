"""Families of what comes neither from shards nor from the policy: the pipeline and the worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stream import __version__
from stream.core.clocks import NEVER
from stream.core.events import REASONS
from stream.core.times import seconds
from stream.edge.exposition import names
from stream.edge.exposition.family import Family

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.metric import Name
    from stream.edge.exposition.snapshot import Health, ShardCopy, Snapshot
    from stream.edge.exposition.text import LabelCache

FINGERPRINT_DIGITS = 12


class HealthFamilies:
    """Makes the families of the pipeline and the worker, again at each scrape."""

    def __init__(self, policy: Policy, cache: LabelCache) -> None:
        self._policy = policy
        self._cache = cache

    def of(self, snapshot: Snapshot) -> Iterator[Family]:
        """Iterate over the families of one moment; families without a sample are left out."""
        for family in (
            *self._fed(snapshot.health),
            *self._read(snapshot.health),
            *self._worker(snapshot.health, snapshot.shards),
        ):
            if family.texts:
                yield family

    def _family(self, name: Name) -> Family:
        return Family(name, (), self._cache)

    def _one(self, name: Name, value: float, *labels: str) -> Family:
        family = self._family(name)
        family.add(labels, value)
        return family

    def _by_labels(self, name: Name, values: Mapping[tuple[str, str], float]) -> Family:
        family = self._family(name)
        for labels in sorted(values):
            family.add(labels, values[labels])
        return family

    def _fed(self, health: Health) -> Iterator[Family]:
        yield self._by_labels(names.EVENTS, health.events_total)
        # A counter that is born with its first hundred has risen by nothing for who looks at its rate.
        rejected = {(reading.topic, reason): 0 for reading in health.readings for reason in REASONS}
        yield self._by_labels(names.REJECTED, {**rejected, **health.rejected_total})
        yield self._one(names.DUPLICATES, health.duplicates_total)
        yield self._one(names.LATE, health.late_total)
        yield self._one(names.TOO_LATE, health.too_late_total)
        yield self._one(names.MISSED, health.missed_total)
        yield self._one(names.REBALANCES, health.rebalances_total)

    def _read(self, health: Health) -> Iterator[Family]:
        lag = self._family(names.LAG)
        for reading in health.readings:
            lag.add((reading.topic, str(reading.partition)), reading.lag)
        times = self._family(names.DATA_TIME)
        for number, at in sorted(health.data_times.items()):
            if at > -NEVER:
                times.add((str(number),), seconds(at))
        yield from (lag, times)
        yield self._one(names.CLOCK_TIME, seconds(health.wall))
        yield self._by_labels(names.LAST_EVENT, {key: seconds(at) for key, at in health.last_events.items()})
        yield self._one(names.READY, health.partitions_ready)
        yield self._one(names.ASSIGNED, health.partitions_assigned)
        yield self._one(names.EXPECTED, health.partitions_expected)
        yield self._one(names.RECOVERED, health.recovered_ratio)
        yield self._one(names.COMMITTED, health.committed_at_s)

    def _worker(self, health: Health, shards: tuple[ShardCopy, ...]) -> Iterator[Family]:
        state = self._family(names.STATE)
        for other in health.states:
            state.add((other,), int(other == health.state))
        yield state
        yield self._one(names.BUSY, health.busy_seconds_total)
        yield self._one(names.SUBJECTS, sum(shard.subjects for shard in shards))
        yield self._one(names.GROUPS, sum(len(shard.groups) for shard in shards))
        yield self._one(names.FOLDED, sum(shard.folded for shard in shards))
        fingerprint = self._policy.fingerprint[:FINGERPRINT_DIGITS]
        yield self._one(names.BUILD, 1, __version__, fingerprint, health.clock)
