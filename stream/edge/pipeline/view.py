"""What the rest of a worker may see of its pipeline: read-only and cheap, at any time, on the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from stream.core.shard import Shard

UNKNOWN_TYPE = "unknown"
"""Type label of a well-formed message whose `type` nobody knows: counted and skipped."""

REJECTED_TYPE = "rejected"
"""Type label of a message that went to the dead-letter topic."""

OTHER_SOURCE = "other"
"""Source label that takes what comes after the first `MAX_SOURCES` sources of a topic."""

NO_SOURCE = "none"
"""Source label of an event that names no source."""

MAX_SOURCES = 50


class WorkerState(StrEnum):
    """What a worker is doing, in the order in which a figure gets worse."""

    RUNNING = "running"
    STARTING = "starting"
    REBALANCING = "rebalancing"
    WAITING_FOR_BROKER = "waiting_for_broker"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one partition of one topic is read; offsets in records."""

    topic: str
    partition: int
    position: int
    end: int

    @property
    def lag(self) -> int:
        """Records that are there and not applied yet."""
        return max(0, self.end - self.position)


@dataclass(frozen=True, slots=True)
class Opening:
    """Progress of a shard that is not ready: records of its state, then of its sources, of those there at opening."""

    partition: int
    read: int
    of: int


class WorkerView(Protocol):
    """One worker as metrics, health and the API see it.

    Counters named `_total` belong to the process: they outlive the shards that were moved elsewhere. Times are int
    microseconds since the Unix epoch unless their name ends in `_s`.
    """

    @property
    def state(self) -> WorkerState:
        """What the worker is doing."""

    @property
    def clock(self) -> str:
        """`live` or `data`."""

    @property
    def partitions_expected(self) -> int:
        """Partitions that all workers of the group together must hold; 0 while the broker has not told."""

    @property
    def partitions_assigned(self) -> int:
        """Partitions that the group gave to this worker."""

    @property
    def partitions_ready(self) -> int:
        """Shards that are exported now; `len(shards())`."""

    def attended(self) -> AbstractContextManager[None]:
        """While it lasts, somebody waits for an answer: the pipeline gives way more often."""

    def shards(self) -> Sequence[Shard]:
        """Shards that may be shown, in order of number: open, read to the end, and confirmed by the group."""

    def readings(self) -> Sequence[Reading]:
        """One entry per (topic, partition) that this worker reads, in order."""

    def openings(self) -> Sequence[Opening]:
        """Shards that are assigned and not ready yet, in order of number."""

    @property
    def recovered_ratio(self) -> float:
        """Share that is read of what all of its shards had when they were opened; 1 where there is nothing to read."""

    def data_times(self) -> Mapping[int, int]:
        """Time of each shard that may be shown, by number."""

    def wall(self) -> int:
        """The clock on the wall, or the scaled one of a demo."""

    @property
    def events_total(self) -> Mapping[tuple[str, str], int]:
        """Messages read, by (topic, type): `unknown` and `rejected` are types here."""

    @property
    def rejected_total(self) -> Mapping[tuple[str, str], int]:
        """Messages sent to the dead-letter topic, by (topic, reason)."""

    @property
    def duplicates_total(self) -> int:
        """Events whose id was seen before."""

    @property
    def late_total(self) -> int:
        """Events whose pane had left the longest window."""

    @property
    def too_late_total(self) -> int:
        """Events older than what their subject still remembers."""

    @property
    def missed_total(self) -> int:
        """Messages that a source's retention deleted before they were read."""

    @property
    def busy_seconds_total(self) -> float:
        """Seconds spent decoding and applying."""

    @property
    def committed_at_s(self) -> float:
        """Until when all that was read is on record in Kafka, seconds since the Unix epoch by the real clock.

        0.0 before the worker has joined its group.
        """

    @property
    def started_at_s(self) -> float:
        """When the process started, seconds since the Unix epoch, by the real clock."""

    @property
    def last_events(self) -> Mapping[tuple[str, str], int]:
        """Newest `occurred_at` by (topic, source)."""

    @property
    def rebalances_total(self) -> int:
        """Times that the group took this worker's partitions away, be it for a moment."""
