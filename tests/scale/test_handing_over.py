"""How soon others have the partitions of a worker that is gone; every partition is shown once, with its events."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.kafka import Cluster
from tests.pipeline.process import Worker, events_of, until
from tests.scale.crew import PARTITIONS

pytestmark = pytest.mark.kafka

TICKETS = 20_000
SESSION_S = 4.0
LEFT_S = 10.0
KILLED_S = SESSION_S + 6.0
"""The group misses the worker; then the others open its shards as those of one that has left."""


def until_all_are_shown(workers: Sequence[Worker], what: str, seconds: float = 60.0) -> None:
    """Return as soon as these show every partition, each some of them, and every event once."""
    views: list[dict[str, Any]] = []

    def shown() -> bool:
        views[:] = [worker.view() for worker in workers]
        ready = [view["ready"] for view in views]
        return 0 not in ready and sum(ready) == PARTITIONS and events_of(*views) == TICKETS

    def told() -> str:
        return "\n".join(f"{view}\n{worker.said()}" for view, worker in zip(views, workers, strict=True))

    until(shown, what, seconds, told)


@pytest.mark.parametrize(
    ("how", "bound"), [(signal.SIGTERM, LEFT_S), (signal.SIGKILL, KILLED_S)], ids=["leaves", "is killed"]
)
def test_a_worker_that_goes_is_replaced_in_time(
    desk: Cluster, tmp_path: Path, how: signal.Signals, bound: float
) -> None:
    """One that leaves within 10 s, one that is killed within the session timeout and a little more."""
    one, two, three = (Worker(desk.addresses, tmp_path, session_timeout_s=SESSION_S) for _ in range(3))
    with one, two, three:
        until_all_are_shown((one, two, three), "three share the partitions")
        for worker in (one, two, three):
            worker.recorded()
        began = time.monotonic()
        three.process.send_signal(how)
        until_all_are_shown((one, two), "the others have all", bound)
        print(f"{how.name}: {time.monotonic() - began:.1f} s")  # noqa: T201  pytest shows it with -rP
        assert three.process.wait(bound) == (0 if how == signal.SIGTERM else -signal.SIGKILL)
