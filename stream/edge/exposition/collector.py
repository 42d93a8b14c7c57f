"""The collector: a scrape from the copy on the event loop to the bytes of its answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.registry import Collector

from stream.edge.exposition.asked import PolicyFamilies
from stream.edge.exposition.families import FigureFamilies
from stream.edge.exposition.family import Family
from stream.edge.exposition.formats import write
from stream.edge.exposition.health import HealthFamilies
from stream.edge.exposition.snapshot import Camera
from stream.edge.exposition.text import LabelCache

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from stream.core.policy import Policy
    from stream.edge.exposition.snapshot import Snapshot
    from stream.edge.pipeline import WorkerView


_NONE: Final = -1


class DeskpulseCollector(Collector):
    """Reads a worker when it is scraped.

    `take` belongs on the event loop and is short. `families` and `render` may run in any thread, one at a time and in
    the order in which the snapshots were taken.

    Args:
        view: the worker.
        policy: the one that its shards were made with.
        with_process: whether memory, CPU and garbage collection of the process are shown too.
    """

    def __init__(self, view: WorkerView, policy: Policy, *, with_process: bool = True) -> None:
        self._cache = LabelCache()
        self._asked = PolicyFamilies(policy, self._cache)
        self._figures = FigureFamilies(policy, self._cache)
        self._health = HealthFamilies(policy, self._cache)
        self._camera = Camera(view, policy)
        self._told = 0
        self._lock = threading.Lock()
        self._process = CollectorRegistry()
        if with_process:
            ProcessCollector(registry=self._process)
            GCCollector(registry=self._process)

    def take(self) -> Snapshot:
        """Copy what a scrape shows."""
        return self._camera.take(self._told)

    def families(self, snapshot: Snapshot) -> Iterator[Family | Metric]:
        """Iterate over all families of one moment.

        Raises:
            ValueError: the snapshot only says what became of another one than that which was told last.
        """
        if not all(snapshot.is_whole) and snapshot.number != self._told + 1:
            raise ValueError(
                f"snapshot {snapshot.number} says what became of the one before, and {self._told} was told last; "
                "tell each once, in the order in which they were taken"
            )
        self._told = _NONE  # until it is told to the end
        yield from self._figures.of(snapshot.shards, snapshot.is_whole)
        self._told = snapshot.number
        yield from self._asked.of()
        yield from self._health.of(snapshot)
        yield from self._process.collect()

    def render(self, snapshot: Snapshot, content_type: str) -> bytes:
        """Return one moment in a format of `negotiate`."""
        with self._lock:
            self._cache.turn()
            return write(self.families(snapshot), content_type)

    def collect(self) -> Iterable[Metric]:
        """Copy and merge at once, for who has a registry of prometheus-client."""
        with self._lock:
            snapshot = self.take()
            self._cache.turn()
            return [family.metric if isinstance(family, Family) else family for family in self.families(snapshot)]
