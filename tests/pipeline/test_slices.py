"""How long a worker computes before anything else may run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from faust.types import TP

from stream.edge.pipeline import pipeline as module
from stream.edge.pipeline.apply import apply_records
from stream.edge.pipeline.batch import Batch
from stream.edge.pipeline.letterbox import Letterbox
from stream.edge.pipeline.pipeline import HURRIED, SLICE, Pipeline
from stream.edge.pipeline.settings import Settings
from stream.edge.pipeline.watch import Watch
from tests.pipeline.build import SECOND, counting_shard, created, record

RECORDS = 1_234


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
    assert pipeline.waited_for == 0
    full, rest = divmod(RECORDS, most)
    assert sizes == [most] * full + [rest]
    assert holding.shard.counts.events == RECORDS
    assert holding.cursors["support.tickets"].position == RECORDS
