"""The real Kafka of the benchmarks: on a core of its own, filled with a desk's events."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import Producer

from benchmarks.desk import QUEUES, until_now
from stream.core.events import TOPICS
from tests.kafka import Cluster, Missing, find_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confluent_kafka import KafkaError

    from tests.kafka import Message

CORES: Final = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
BROKER_CORE: Final = CORES[0] if len(CORES) > 1 else None
OWN_CORE: Final = CORES[-1] if len(CORES) > 1 else None
"""Where what is measured runs; None where the machine has one core, or no way to choose."""

PRODUCER: Final[dict[str, Any]] = {"partitioner": "murmur2_random", "enable.idempotence": True, "log_level": 0}
"""Settings of who writes: keys choose partitions as Kafka's Java client has it, the order stays, nothing is said."""


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Stay on one core meanwhile; processes that are started here stay there for ever."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def kafka(**properties: Any) -> Iterator[Cluster]:
    """Run one broker; ends the program where this machine cannot."""
    try:
        way = find_way()
    except Missing as missing:
        sys.exit(str(missing))
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(way, Path(folder), **properties)
        with pinned(BROKER_CORE):
            cluster.start()
        with cluster:
            yield cluster


def create_sources(cluster: Cluster, partitions: int = 4) -> None:
    """Create the source topics."""
    for topic in TOPICS:
        cluster.create_topic(topic, partitions)


def fill(cluster: Cluster, count: int, queues: Sequence[str] = QUEUES) -> None:
    """Write the events of an invented desk whose last one is of now: a worker that reads them catches up."""
    write(cluster, until_now(count, queues))


def write(cluster: Cluster, messages: Iterable[tuple[str, Message]]) -> None:
    """Write messages to their topics in this very order; returns once all are acknowledged.

    Raises:
        RuntimeError: the broker did not take one.
    """
    producer = Producer(PRODUCER | {"bootstrap.servers": cluster.bootstrap, "linger.ms": 20})
    refused: list[KafkaError] = []

    def answered(fault: KafkaError | None, _message: object) -> None:
        if fault is not None:
            refused.append(fault)

    for topic, (value, key, _headers, _timestamp, partition) in messages:
        place: dict[str, Any] = {} if partition is None else {"partition": partition}
        while True:
            try:
                producer.produce(topic, value, key, on_delivery=answered, **place)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    unsent = producer.flush(120)
    if unsent or refused:
        raise RuntimeError(f"{unsent} messages were not sent and {len(refused)} refused: {refused[:1]}")
