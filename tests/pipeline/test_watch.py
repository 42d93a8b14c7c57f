"""What a worker says of itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.pipeline import Pipeline
from stream.edge.pipeline.settings import Settings
from stream.edge.pipeline.view import WorkerState
from stream.edge.pipeline.watch import Watch
from tests.pipeline.build import counting_shard


@pytest.mark.parametrize(
    ("silent_s", "state", "shown"), [(0.0, WorkerState.RUNNING, 1), (11.0, WorkerState.REBALANCING, 0)]
)
async def test_who_slept_past_its_session_is_not_ready_though_a_broker_still_answers(
    silent_s: float, state: WorkerState, shown: int
) -> None:
    """A fetch that is answered after the waking tells of the broker, not of the group: others may have its shards."""
    pipeline = Pipeline(Settings(("k:1",), topics=("a",), session_timeout_s=10.0), 0, counting_shard)
    kafka = SimpleNamespace(heard=monotonic() - silent_s)
    pipeline.app = SimpleNamespace(consumer=SimpleNamespace(kafka=kafka), rebalancing=False)  # type: ignore[assignment]
    pipeline.joined = True
    pipeline.holdings.assign([0])
    (holding,) = pipeline.holdings
    holding.opened()
    holding.cursors["a"].open(0, 0, 0)
    holding.cursors["a"].confirmed = monotonic()
    holding.settle()
    watch = Watch(pipeline)
    assert watch.state is state
    assert watch.partitions_ready == shown
