"""How long a worker computes before anything else may run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from faust.types import TP

from stream.edge.pipeline import pipeline as module
from stream.edge.pipeline import turns
from stream.edge.pipeline.apply import apply_records
from stream.edge.pipeline.batch import Batch
from stream.edge.pipeline.letterbox import Letterbox
from stream.edge.pipeline.pipeline import Pipeline
from stream.edge.pipeline.settings import Settings
from stream.edge.pipeline.turns import GIVEN_S, HURRIED, MOST_S, SHARE, SLICE, Turns
from stream.edge.pipeline.watch import Watch
from tests.pipeline.build import SECOND, counting_shard, created, record

RECORDS = 934


class OneBatch:
    """A stream of Faust with one batch."""

    async def events(self) -> AsyncIterator[Any]:
        """Yield it."""
        records = [record(offset, created(offset)) for offset in range(RECORDS)]
        yield OneBatch.Event(Batch(TP("support.tickets", 0), records, 0, RECORDS))

    class Event:
        """Holds a batch."""

        def __init__(self, value: Batch) -> None:
            self.value = value


@pytest.mark.parametrize(("asked", "most"), [(False, SLICE), (True, HURRIED)])
async def test_slices_are_short_while_somebody_waits(monkeypatch: pytest.MonkeyPatch, asked: bool, most: int) -> None:
    """A scrape's thread runs between slices: with long ones it would wait for a tenth of a second and more."""
    pipeline = Pipeline(Settings(("k:1",), topics=("support.tickets",), state="none"), RECORDS * SECOND, counting_shard)
    pipeline.holdings.assign([0])
    (holding,) = pipeline.holdings
    holding.ledger = Letterbox(pipeline.letters, pipeline.offsets.commit)
    holding.opened()
    sizes: list[int] = []

    def noting(shard: Any, cursor: Any, records: Sequence[Any], *more: Any) -> Any:
        sizes.append(len(records))
        return apply_records(shard, cursor, records, *more)

    monkeypatch.setattr(module, "apply_records", noting)
    if asked:
        with Watch(pipeline).attended():
            await pipeline.run(OneBatch())
    else:
        await pipeline.run(OneBatch())
    assert pipeline.turns.waiting == 0
    full, rest = divmod(RECORDS, most)
    assert sizes == [most] * full + [rest]
    assert holding.shard.counts.events == RECORDS
    assert holding.cursors["support.tickets"].position == RECORDS


def test_who_waits_has_the_processor_for_a_tenth_of_the_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """One scrape has enough of it at once; who asks all the time holds no worker up."""
    clock = [100.0]
    monkeypatch.setattr(turns, "monotonic", lambda: clock[0])
    shared = Turns()
    assert shared.pause() == 0
    shared.waiting = 1
    given = 0.0
    for _ in range(10_000):
        may = shared.slice
        pause = shared.pause()
        assert (may, pause) in {(HURRIED, GIVEN_S), (SLICE, 0), (SLICE, GIVEN_S)}
        given += pause
        clock[0] += pause + 0.001
    assert given == pytest.approx(MOST_S + SHARE * (clock[0] - 100), rel=0.01)
    shared.waiting = 0
    clock[0] += 3_600
    assert (shared.slice, shared.pause()) == (SLICE, 0)
    shared.waiting = 1
    assert [shared.pause() for _ in range(11)] == [GIVEN_S] * 10 + [0]
    assert shared.slice == SLICE
