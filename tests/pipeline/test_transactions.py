"""When a shard's changes go on record: after a while or a number of events, one transaction at a time, nothing idle."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import pytest

from stream.core.shard import Shard
from stream.edge.pipeline import turns
from stream.edge.pipeline.apply import Bad
from stream.edge.pipeline.commits import Transactions
from stream.edge.pipeline.counters import Counters
from stream.edge.pipeline.holding import Cursor, Holding
from stream.edge.pipeline.settings import Settings
from stream.edge.pipeline.turns import Turns
from stream.edge.store import Letter, Writer
from stream.errors import BrokerError, CommitError
from tests.pipeline.build import CountingShard, record


class Paper(NamedTuple):
    """A page of a shard that counts."""

    records: list[tuple[bytes, bytes | None]]
    transitions: list[tuple[bytes, bytes]]


@dataclass
class NotingShard(CountingShard):
    """Has as much news as the test says."""

    news: list[bytes] = field(default_factory=list)
    cut: list[Mapping[str, tuple[int, int | None]]] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        """Whether there is any."""
        return bool(self.news)

    def turn_page(self, cursors: Mapping[str, tuple[int, int | None]]) -> Paper:
        """Hand it over."""
        self.cut.append(cursors)
        news, self.news = self.news, []
        return Paper([(key, b"v") for key in news], [])


class FakeWriter:
    """Takes transactions; holds them while the test says so, or fails."""

    def __init__(self) -> None:
        self.written: list[tuple[list[bytes], list[bytes | None]]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.error: Exception | None = None
        self.closed = False

    async def commit(self, records: list[tuple[bytes, bytes]], _transitions: Any, letters: list[Letter]) -> None:
        """Write, wait or fail."""
        await self.free.wait()
        if self.error is not None:
            raise self.error
        self.written.append(([key for key, _ in records], [letter.value for letter in letters]))

    async def close(self) -> None:
        """Close."""
        self.closed = True


class Made(NamedTuple):
    """A ledger with what it works on."""

    ledger: Transactions
    holding: Holding
    shard: NotingShard
    writer: FakeWriter
    turns: Turns
    lost: list[Exception]

    def read(self, *keys: bytes, bad: bytes | None = None) -> None:
        """Apply one record per key, and a bad one."""
        cursor = self.holding.cursors["support.tickets"]
        self.shard.news += keys
        cursor.position += len(keys) + (bad is not None)
        item = record(cursor.position - 1, bad)
        letters = [] if bad is None else [Bad("support.tickets", 0, item, "not_json", None)]
        self.ledger.note(len(keys) + len(letters), letters)


async def until(holds: Any) -> None:
    """Return as soon as a condition holds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  the fakes tell nobody
            await asyncio.sleep(0.005)


@pytest.fixture
async def made(request: pytest.FixtureRequest) -> AsyncIterator[Made]:
    """An open shard with an hour between transactions unless the test asks for less."""
    told = {"commit_interval_s": 30.0, "transaction_s": 30.0} | getattr(request, "param", {})
    shard, writer, shared, lost = NotingShard(), FakeWriter(), Turns(), []
    holding = Holding(cast("Shard", shard), {"support.tickets": Cursor("support.tickets", 0)})
    holding.cursors["support.tickets"].open(0, 0, 0)
    holding.opened()
    ledger = Transactions(
        holding,
        cast("Writer", writer),
        Settings(("k:1",), **told),
        Counters(),
        shared,
        lambda _holding, error: lost.append(error),
    )
    holding.ledger = ledger
    yield Made(ledger, holding, shard, writer, shared, lost)
    await ledger.close()


@pytest.mark.parametrize("made", [{"commit_interval_s": 0.05}], indirect=True)
async def test_what_changed_goes_on_record_after_a_while_in_one_piece(made: Made) -> None:
    """Records, letters and cursors of all that was read until then; an idle shard writes nothing more."""
    made.read(b"a")
    made.read(b"b", bad=b"nonsense")
    await until(lambda: made.writer.written)
    assert [([b"a", b"b"], [b"nonsense"])] == made.writer.written
    assert [{"support.tickets": (3, None)}] == made.shard.cut
    assert made.holding.cursors["support.tickets"].safe == 3
    await until(lambda: not made.ledger.waits)
    made.ledger.nudge()
    await asyncio.sleep(0)
    assert len(made.writer.written) == 1


@pytest.mark.parametrize("made", [{"commit_interval_s": 0.001}], indirect=True)
async def test_a_page_is_turned_when_nobody_waits_for_an_answer(monkeypatch: pytest.MonkeyPatch, made: Made) -> None:
    """It takes as long as several slices, and whoever waits has the processor."""
    monkeypatch.setattr(turns, "timeout", lambda _seconds: nullcontext())
    given = asyncio.Event()
    answered = made.turns.answered

    async def noting() -> None:
        given.set()
        await answered()

    monkeypatch.setattr(made.turns, "answered", noting)
    with made.turns.attended():
        made.read(b"a")
        await given.wait()
        await asyncio.sleep(0)
        assert made.writer.written == []
    await until(lambda: made.writer.written)


@pytest.mark.parametrize("made", [{"commit_events": 3}], indirect=True)
async def test_many_events_go_on_record_at_once(made: Made) -> None:
    """A page that is full is not kept back."""
    made.read(b"a", b"b")
    await asyncio.sleep(0)
    assert made.writer.written == []
    made.read(b"c")
    await until(lambda: made.writer.written)
    assert [([b"a", b"b", b"c"], [])] == made.writer.written


@pytest.mark.parametrize("made", [{"commit_interval_s": 0.02}], indirect=True)
async def test_what_time_has_changed_goes_on_record_without_an_event(made: Made) -> None:
    """A timer that fired is news."""
    made.shard.news.append(b"late")
    made.ledger.nudge()
    await until(lambda: made.writer.written)
    assert [([b"late"], [])] == made.writer.written


@pytest.mark.parametrize("made", [{"commit_events": 1, "waiting_events": 4}], indirect=True)
async def test_applying_goes_on_while_a_transaction_is_under_way_until_too_much_waits(made: Made) -> None:
    """One transaction at a time; the next has all that came meanwhile, and there is a bound to that."""
    made.writer.free.clear()
    made.read(b"a")
    await until(lambda: made.shard.cut)
    made.read(b"b", b"c", b"d")
    await asyncio.wait_for(made.ledger.room(), 1)
    made.read(b"e")
    waiting = asyncio.create_task(made.ledger.room())
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    made.writer.free.set()
    await asyncio.wait_for(waiting, 5)
    await until(lambda: len(made.writer.written) == 2)
    assert [b"b", b"c", b"d", b"e"] == made.writer.written[1][0]


@pytest.mark.parametrize("made", [{"waiting_events": 1}], indirect=True)
async def test_nobody_waits_for_room_in_a_shard_that_is_taken_away(made: Made) -> None:
    """A revoke is not held up by a broker that is slow."""
    made.writer.free.clear()
    made.read(b"a")
    waiting = asyncio.create_task(made.ledger.room())
    await asyncio.sleep(0)
    made.holding.suspend()
    await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("made", [{"commit_events": 1}], indirect=True)
@pytest.mark.parametrize("error", [CommitError("fenced"), BrokerError("not allowed"), ValueError("a bug")])
async def test_a_transaction_that_fails_is_told_and_counts_for_nothing(made: Made, error: Exception) -> None:
    """The offsets stay where they were on record."""
    made.writer.error = error
    made.read(b"a")
    await until(lambda: made.lost)
    assert ([error], 0) == (made.lost, made.holding.cursors["support.tickets"].safe)


async def test_a_revoke_puts_on_record_what_waits(made: Made) -> None:
    """At once, not when the page would have been full."""
    made.read(b"a")
    await made.ledger.settle(5)
    assert [([b"a"], [])] == made.writer.written
    await made.ledger.settle(5)
    assert (1, []) == (len(made.writer.written), made.lost)


async def test_a_revoke_waits_for_a_slow_transaction_for_so_long_and_gives_it_up(made: Made) -> None:
    """The group waits meanwhile; nobody knows whether it is on record, so the shard is lost."""
    made.writer.free.clear()
    made.read(b"a")
    await made.ledger.settle(0.05)
    (error,) = made.lost
    assert isinstance(error, CommitError)


async def test_a_shard_proves_itself_by_a_transaction_although_nothing_waits(made: Made) -> None:
    """That is how it learns that another worker has had it."""
    await made.ledger.prove()
    assert [([], [])] == made.writer.written
    made.writer.error = CommitError("fenced")
    with pytest.raises(CommitError):
        await made.ledger.prove()


async def test_what_is_not_on_record_holds_the_time_of_the_record_back(made: Made) -> None:
    """Until when all is on record is now while nothing waits, and the last transaction's time while something does."""
    assert made.holding.recorded(7.0) == 7.0
    made.read(b"a")
    assert made.holding.recorded(8.0) == 7.0
    before = time.time()
    await made.ledger.settle(5)
    made.read(b"b")
    assert before <= made.holding.recorded(9e9) <= time.time()


async def test_letters_that_are_written_already_are_not_written_again(made: Made) -> None:
    """What the group has committed was on record, whatever state is kept now."""
    made.holding.cursors["support.tickets"].written_below = 1
    made.read(bad=b"first")
    made.read(bad=b"second")
    await made.ledger.settle(5)
    assert [([], [b"second"])] == made.writer.written
