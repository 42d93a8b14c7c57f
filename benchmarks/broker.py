"""The real Kafka of the benchmarks: on a core of its own, filled with a desk's events."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.desk import until_now
from stream.core.events import TOPICS
from tests.kafka import Cluster, Missing, find_way

if TYPE_CHECKING:
    from collections.abc import Iterator

CORES: Final = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
BROKER_CORE: Final = CORES[0] if len(CORES) > 1 else None
OWN_CORE: Final = CORES[-1] if len(CORES) > 1 else None
"""Where what is measured runs; None where the machine has one core, or no way to choose."""


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


def fill(cluster: Cluster, count: int) -> None:
    """Write the events of an invented desk whose last one is of now: a worker that reads them catches up."""
    by_topic = sorted(until_now(count), key=lambda item: item[0])
    for topic, messages in itertools.groupby(by_topic, key=lambda item: item[0]):
        cluster.produce(topic, (message for _, message in messages))
