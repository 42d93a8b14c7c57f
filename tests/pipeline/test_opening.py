"""How a shard is opened: fenced first, by who may; loaded once; read on where its state stands."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import TP

from stream.core.shard import Shard
from stream.edge.pipeline import opening
from stream.edge.pipeline.batch import Offsets
from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.holding import Holding, Phase
from stream.edge.pipeline.opening import Starts
from stream.edge.pipeline.pipeline import Pipeline
from stream.edge.pipeline.settings import Settings
from stream.errors import CommitError
from tests.pipeline.test_transactions import NotingShard


class Broker:
    """The thread that talks to Kafka, as far as opening needs it."""

    def __init__(self) -> None:
        self.heard = monotonic()
        self.ends: dict[str, Offsets] = {}
        self.read: list[tuple[dict[TP, int], int]] = []

    async def look_up(self, partitions: list[TP]) -> dict[TP, Offsets]:
        """Tell the bounds."""
        return {tp: self.ends.get(tp.topic, Offsets(0, 10, 0)) for tp in partitions}

    async def read_from(self, positions: Mapping[TP, int], _generation: int, run: int) -> bool:
        """Note it."""
        self.read.append((dict(positions), run))
        return True

    async def stop_reading(self, _partitions: list[TP]) -> None:
        """Do nothing."""


class Life:
    """What happened to producers and states, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.starts: Starts = {}
        self.meanwhile: Any = None
        self.error: Exception | None = None

    def writer(self, _client: object, name: str, *_more: object) -> Any:
        """Return a writer that says what it does."""

        async def start() -> None:
            self.said.append(f"fence {name}")
            if self.error is not None:
                raise self.error

        async def commit(*_: object) -> None:
            self.said.append(f"commit {name}")
            if self.error is not None:
                raise self.error

        async def close() -> None:
            self.said.append(f"close {name}")

        return SimpleNamespace(start=start, commit=commit, close=close)

    async def load(self, _client: object, topic: str, shard: Shard, told: Any) -> Starts:
        """Load what the test says."""
        self.said.append(f"load {topic} {shard.number}")
        if self.meanwhile is not None:
            self.meanwhile()
        told(5, 5)
        return self.starts


Made = tuple[Pipeline, Broker, Life]


@pytest.fixture
async def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """A pipeline that was given partition 0."""
    pipeline, broker, life = Pipeline(Settings(("k:1",), topics=("a", "b")), 0, _shard), Broker(), Life()
    pipeline.app = SimpleNamespace(consumer=SimpleNamespace(kafka=broker))  # type: ignore[assignment]
    monkeypatch.setattr(opening, "Writer", life.writer)
    monkeypatch.setattr(opening, "load", life.load)
    pipeline.holdings.assign([0])
    return pipeline, broker, life


def _shard(number: int) -> Shard:
    return cast("Shard", NotingShard(number))


def shard_of(pipeline: Pipeline) -> Holding:
    """Return what is held of partition 0 now."""
    holding = pipeline.holdings.get(0)
    assert holding is not None
    return holding


async def open_it(pipeline: Pipeline) -> bool:
    """Try once."""
    return await pipeline.opener._tried([shard_of(pipeline)])


async def test_a_shard_is_fenced_then_loaded_then_read_on_where_its_state_stands(made: Made) -> None:
    """A topic that the state knows nothing of is read from its start; batches of an earlier reading are let go."""
    pipeline, broker, life = made
    life.starts = {"a": (7, 99)}
    assert await open_it(pipeline)
    assert ["fence deskpulse-0", "load deskpulse.state 0"] == life.said
    holding = shard_of(pipeline)
    assert [({TP("a", 0): 7, TP("b", 0): 0}, holding.run)] == broker.read
    assert (Phase.CATCHING_UP, 99, (5, 18)) == (holding.phase, holding.cursors["a"].newest, holding.progress())


async def test_nobody_fences_whom_the_group_has_not_confirmed(made: Made) -> None:
    """Neither at first nor after a failure: the shard may be another worker's, and fencing would cost that one."""
    pipeline, broker, life = made
    broker.heard -= pipeline.settings.session_timeout_s + 1
    assert not await open_it(pipeline)
    broker.heard = monotonic()
    life.error = CommitError("fenced")
    assert not await open_it(pipeline)
    said = [*life.said]
    life.error = None
    assert not await open_it(pipeline)
    assert said == life.said
    broker.heard = monotonic()
    assert await open_it(pipeline)
    assert ["fence deskpulse-0", "load deskpulse.state 0"] == life.said[len(said) :]


async def test_what_was_loaded_in_a_rebalance_is_not_loaded_again_unless_in_doubt(made: Made) -> None:
    """It waits for the assignment; one that was missed may have given the shard to another worker."""
    pipeline, broker, life = made
    life.meanwhile = pipeline.holdings.revoke
    assert await open_it(pipeline)
    assert [] == broker.read
    pipeline.holdings.assign([0])
    assert await open_it(pipeline)
    assert (1, 1) == (life.said.count("load deskpulse.state 0"), len(broker.read))

    pipeline.holdings.assign([])
    pipeline.holdings.assign([0])
    assert await open_it(pipeline)
    pipeline.holdings.assign([0], in_doubt=True)
    assert not await open_it(pipeline)
    life.meanwhile = None
    broker.heard = monotonic()
    assert await open_it(pipeline)
    assert 3 == life.said.count("load deskpulse.state 0")


async def test_a_shard_that_is_given_away_while_it_is_loaded_is_let_go(made: Made) -> None:
    """Loading ends, and so does the producer."""
    pipeline, broker, life = made
    holding = shard_of(pipeline)
    life.meanwhile = lambda: pipeline.holdings.assign([])
    assert not await pipeline.opener._tried([holding])
    assert ["fence deskpulse-0", "load deskpulse.state 0", "close deskpulse-0"] == life.said
    assert [] == broker.read


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("when", ["while it is loaded", "later"])
async def test_a_shard_that_is_given_away_leaves_nothing_in_memory(made: Made, when: str) -> None:
    """Nobody looks for cycles among a million objects, so there must be none, or each rebalance costs a shard."""
    pipeline, _, life = made
    shard = weakref.ref(shard_of(pipeline).shard)
    if when == "later":
        assert await open_it(pipeline)
        pipeline.holdings.assign([])
    else:
        life.meanwhile = lambda: pipeline.holdings.assign([])
        assert not await open_it(pipeline)
    for _ in range(10):  # turns of the loop, for all that ends by itself
        await asyncio.sleep(0)
    assert shard() is None


@pytest.mark.parametrize("fenced", [False, True])
async def test_what_came_back_in_doubt_proves_itself_and_goes_on_or_is_loaded(made: Made, *, fenced: bool) -> None:
    """A transaction tells whether another worker had it: if not, the same shard is read on where it stood."""
    pipeline, broker, life = made
    await open_it(pipeline)
    holding = shard_of(pipeline)
    holding.cursors["a"].position = 10
    pipeline.holdings.revoke()
    pipeline.holdings.assign([0], in_doubt=True)
    life.error = CommitError("fenced") if fenced else None
    assert fenced != await open_it(pipeline)
    assert "commit deskpulse-0" in life.said
    assert fenced == (shard_of(pipeline) is not holding)
    if not fenced:
        assert {TP("a", 0): 10, TP("b", 0): 0} == broker.read[-1][0]
        assert 1 == life.said.count("load deskpulse.state 0")


async def test_offsets_that_are_not_there_are_told_and_never_read_twice(made: Made) -> None:
    """A source that ends before the state stands was made anew; one that begins after it has lost messages."""
    pipeline, broker, life = made
    life.starts = {"a": (7, 99), "b": (4, 99)}
    broker.ends = {"a": Offsets(0, 5, 0), "b": Offsets(6, 10, 0)}
    assert await open_it(pipeline)
    assert {TP("a", 0): 0, TP("b", 0): 6} == broker.read[-1][0]
    assert (2, None) == (pipeline.counters.missed, shard_of(pipeline).cursors["a"].newest)
