"""How the state topic must be set up: compacted and nothing else, in small segments, so that its tail stays short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.errors import TopicError

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH_BYTES: Final = 768 << 10
"""Size of a batch of records; below what a topic takes by default, so that every state topic takes it."""

STATE_CONFIG: Final = {
    "cleanup.policy": "compact",
    "segment.bytes": str(64 << 20),
    "segment.ms": str(10 * 60_000),
    "max.compaction.lag.ms": str(15 * 60_000),
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": str(60 * 60_000),
    "max.message.bytes": str(8 << 20),
}
"""Settings of a state topic that is created. A tombstone outlives every reading that has begun before it."""

CHECKED: Final = ("cleanup.policy", "max.message.bytes")
"""Settings that are looked at, at each start."""


def config_of_new(replication: int) -> dict[str, str]:
    """Return the settings of a new state topic; with three copies, two must have a record before it counts."""
    return STATE_CONFIG | ({"min.insync.replicas": "2"} if replication >= 3 else {})


def check_state_topic(topic: str, partitions: int, wanted: int, config: Mapping[str, str]) -> None:
    """Do nothing where a state topic is as it must be.

    Args:
        topic: its name.
        partitions: how many it has.
        wanted: how many each source topic has.
        config: its settings, those in `CHECKED`; empty where the broker does not tell.

    Raises:
        TopicError: the number of partitions or a setting is wrong; the text says what helps.
    """
    if partitions != wanted:
        raise TopicError(
            f"{topic} has {partitions} partitions, but the source topics have {wanted}, and the state of "
            f"partition n is in its partition n; give another --state-topic, and the worker reads its sources anew"
        )
    alter = f"kafka-configs.sh --alter --topic {topic} --add-config"
    policy = config.get("cleanup.policy", "compact")
    if policy.strip() != "compact":
        raise TopicError(
            f"{topic} has cleanup.policy={policy}, which deletes state that is needed; state must be compacted and "
            f"nothing else: {alter} cleanup.policy=compact"
        )
    largest = int(config.get("max.message.bytes", BATCH_BYTES))
    if largest < BATCH_BYTES:
        raise TopicError(
            f"{topic} takes batches of at most {largest} bytes, but state is written in batches of {BATCH_BYTES}: "
            f"{alter} max.message.bytes={STATE_CONFIG['max.message.bytes']}"
        )
