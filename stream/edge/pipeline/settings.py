"""What a worker is told about its broker, its group and its clock: frozen, and checked when it is made."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from stream.core.events import DEAD_TOPIC, TOPICS
from stream.edge.pipeline.clock import WallClock
from stream.edge.pipeline.connection import Connection
from stream.errors import UsageError

MEBIBYTE = 1 << 20
SLA_TOPIC = "support.sla"
STATES = ("kafka", "none")
_TOPIC_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


@dataclass(frozen=True, slots=True)
class Settings(Connection):
    """One worker's connection, group, topics and clock.

    Attributes:
        group: consumer group; workers of one group share the partitions.
        topics: source topics; all have equally many partitions.
        dead_topic: where messages that are no events go.
        state: `kafka` keeps the state there, in transactions; `none` keeps it in memory only, for brokers without them.
        state_topic: where the state is kept; `<group>.state` where empty.
        sla_topic: where clocks tell of what happened to them; written with the state only.
        create_topics: create what is missing, else name it and stop.
        partitions: partitions of a topic that is created.
        replication: copies of a topic that is created; -1 is the broker's default.
        live: the clock on the wall counts once all is read; else the newest event does (old logs).
        wall: the clock on the wall, in microseconds; scaled in a demo.
        commit_interval_s: what a shard has read is on record so much later, and the time of a transaction.
        session_timeout_s: a worker that the group has not heard of for so long has lost its partitions.
    """

    group: str = "deskpulse"
    topics: tuple[str, ...] = TOPICS
    dead_topic: str = DEAD_TOPIC
    state: str = "kafka"
    state_topic: str = ""
    sla_topic: str = SLA_TOPIC
    create_topics: bool = True
    partitions: int = 4
    replication: int = -1
    live: bool = True
    wall: WallClock = field(default_factory=WallClock)
    commit_interval_s: float = 0.25
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
    commit_events: int = 16_000
    """So many events of a shard are put on record even before `commit_interval_s` is over."""
    waiting_events: int = 48_000
    """So many events of a shard wait for a slow transaction at most; then nothing more is applied."""
    waiting_bytes: int = 32 * MEBIBYTE
    """So much of bad messages waits for it at most."""
    transaction_s: float = 30.0
    """How long a transaction may take; then the shard is opened again."""
    source_message_bytes: int = 8 * MEBIBYTE
    """Largest message of a source topic that is created."""
    dead_message_bytes: int = 16 * MEBIBYTE
    """Largest message of the dead-letter topic where it is created."""

    def __post_init__(self) -> None:
        Connection.__post_init__(self)  # super() does not find its class where a dataclass has slots
        if not self.state_topic:
            object.__setattr__(self, "state_topic", f"{self.group}.state")
        if not self.group:
            raise UsageError("--group is empty; it expects the name of a consumer group")
        if self.partitions < 1:
            raise UsageError(f"--partitions {self.partitions}: at least 1 is expected")
        if self.replication != -1 and self.replication < 1:
            raise UsageError(
                f"--replication {self.replication}: at least 1 is expected, or -1 for the broker's default"
            )
        if self.state not in STATES:
            raise UsageError(f"--state {self.state!r}: one of {', '.join(STATES)} is expected")
        for option, topic in (("--state-topic", self.state_topic), ("--sla-topic", self.sla_topic)):
            if self.keeps_state and not _TOPIC_NAME.fullmatch(topic):
                raise UsageError(f"{option} {topic!r}: a topic has letters, digits, '.', '_' and '-', at most 249")
        if not 0 < self.commit_interval_s <= self.transaction_s:
            raise UsageError(
                f"--commit-interval {self.commit_interval_s}: more than 0 and at most {self.transaction_s} is expected"
            )
        if not (self.heartbeat_s * 2 <= self.session_timeout_s and math.isfinite(self.session_timeout_s)):
            raise UsageError(
                f"--session-timeout {self.session_timeout_s}: two heartbeats ({self.heartbeat_s} s) must fit"
            )

    @property
    def keeps_state(self) -> bool:
        """The state is kept in Kafka."""
        return self.state == "kafka"
