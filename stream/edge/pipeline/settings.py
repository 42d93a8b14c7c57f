"""What a worker is told about its broker, its group and its clock: frozen, and checked when it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from stream.core.events import DEAD_TOPIC, TOPICS
from stream.edge.pipeline.clock import WallClock
from stream.edge.pipeline.connection import Connection
from stream.errors import UsageError

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings(Connection):
    """One worker's connection, group, topics and clock.

    Attributes:
        group: consumer group; workers of one group share the partitions.
        topics: source topics; all have equally many partitions.
        dead_topic: where messages that are no events go.
        create_topics: create what is missing, else name it and stop.
        partitions: partitions of a topic that is created.
        replication: copies of a topic that is created; -1 is the broker's default.
        live: the clock on the wall counts once all is read; else the newest event does (old logs).
        wall: the clock on the wall, in microseconds; scaled in a demo.
        session_timeout_s: a worker that the group has not heard of for so long has lost its partitions.
    """

    group: str = "deskpulse"
    topics: tuple[str, ...] = TOPICS
    dead_topic: str = DEAD_TOPIC
    create_topics: bool = True
    partitions: int = 4
    replication: int = -1
    live: bool = True
    wall: WallClock = field(default_factory=WallClock)
    session_timeout_s: float = 10.0
    heartbeat_s: float = 2.0
    rebalance_timeout_s: float = 30.0
    request_timeout_ms: int = 40_000
    """More than a rebalance may take: the request to join waits that long for the others."""
    confirmed_s: float = 5.0
    """How long the broker's word that there is no more to read is believed."""
    fetch_wait_ms: int = 100
    """How long the broker may hold back an empty answer. While it does, nothing else is asked of it, so it is short."""
    fetch_records: int = 8_000
    """Records that go through Faust as one event at most; they are applied in slices, so the loop stays free."""
    fetch_bytes: int = 16 * MEBIBYTE
    partition_fetch_bytes: int = 2 * MEBIBYTE
    """A larger single message is still delivered, whole."""
    source_message_bytes: int = 8 * MEBIBYTE
    """Largest message of a source topic that is created."""
    dead_message_bytes: int = 16 * MEBIBYTE
    """Largest message of the dead-letter topic where it is created."""

    def __post_init__(self) -> None:
        Connection.__post_init__(self)  # super() does not find its class where a dataclass has slots
        if not self.group:
            raise UsageError("--group is empty; it expects the name of a consumer group")
        if self.partitions < 1:
            raise UsageError(f"--partitions {self.partitions}: at least 1 is expected")
        if self.replication != -1 and self.replication < 1:
            raise UsageError(
                f"--replication {self.replication}: at least 1 is expected, or -1 for the broker's default"
            )
        if not (self.heartbeat_s * 2 <= self.session_timeout_s and math.isfinite(self.session_timeout_s)):
            raise UsageError(
                f"--session-timeout {self.session_timeout_s}: two heartbeats ({self.heartbeat_s} s) must fit"
            )
