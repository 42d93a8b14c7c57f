"""How long a worker computes before anything else may run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still but for what is given: it is always used up, and takes no time of the test's."""
    now = [100.0]

    @asynccontextmanager
    async def used_up(seconds: float) -> AsyncIterator[None]:
        now[0] += seconds
        raise TimeoutError
        yield

    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    monkeypatch.setattr(turns, "timeout", used_up)
    return now


@pytest.mark.parametrize(("asked", "slices"), [(False, [SLICE, 434]), (True, [HURRIED] * 4 + [SLICE, 34])])
@pytest.mark.usefixtures("clock")
async def test_slices_are_short_while_somebody_waits(
    monkeypatch: pytest.MonkeyPatch, asked: bool, slices: list[int]
) -> None:
    """Whoever waits would else wait for a long one, too; when what may be given is used up, they are long again."""
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
    assert sizes == slices
    assert holding.shard.counts.events == RECORDS
    assert holding.cursors["support.tickets"].position == RECORDS


async def paused(shared: Turns, clock: list[float]) -> float:
    """Return for how long a slice is followed by a pause."""
    before = clock[0]
    await shared.pause()
    return round(clock[0] - before, 9)


async def test_who_waits_has_the_processor_for_a_tenth_of_the_time_at_most(clock: list[float]) -> None:
    """One scrape has enough of it at once; who asks all the time holds no worker up."""
    shared = Turns()
    assert await paused(shared, clock) == 0
    given = 0.0
    with shared.attended():
        for _ in range(10_000):
            may = shared.slice
            pause = await paused(shared, clock)
            assert (may, pause) in {(HURRIED, GIVEN_S), (SLICE, 0), (SLICE, GIVEN_S)}
            given += pause
            clock[0] += 0.001
    left = MOST_S + SHARE * (clock[0] - 100) - given
    assert -1e-6 < left < GIVEN_S + 1e-6
    clock[0] += 3_600
    assert (shared.slice, await paused(shared, clock)) == (SLICE, 0)
    with shared.attended():
        rests = [await paused(shared, clock) for _ in range(6)]
        assert rests == [GIVEN_S] * 4 + [0] * 2
        assert shared.slice == SLICE


@pytest.mark.parametrize("waits", [Turns.pause, Turns.answered])
async def test_events_go_on_when_the_last_answer_is_there(
    monkeypatch: pytest.MonkeyPatch, waits: Callable[[Turns], Awaitable[None]]
) -> None:
    """Nobody stays away for longer than somebody waits."""
    monkeypatch.setattr(turns, "timeout", lambda _seconds: nullcontext())
    shared = Turns()
    await waits(shared)
    with shared.attended():
        with shared.attended():
            pause = asyncio.ensure_future(waits(shared))
            await asyncio.sleep(0)
            assert not pause.done()
        await asyncio.sleep(0)
        assert not pause.done()
    await pause
    await waits(shared)
