"""Raw records are those that aiokafka itself would give, whatever lies in a partition."""

from __future__ import annotations

import asyncio
import random
import struct
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchError, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException, TopicAuthorizationFailedError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from stream.edge.store import raw_records

PLACE, OTHER, FOREIGN = TopicPartition("a", 0), TopicPartition("a", 1), TopicPartition("b", 0)
COMMIT, ABORT = b"\0\0\0\1", b"\0\0\0\0"
LAST_DELTA, ATTRIBUTES, VALUE = 23, 21, -10
CONTROL = 0x20


def batch(first: int, deltas: list[int], producer: int = -1, last: int | None = None, control: bytes = b"") -> bytes:
    """Return a batch with records at these distances from its first offset; `last` is where it ended once."""
    builder = DefaultRecordBatchBuilder(2, 0, int(producer >= 0), producer, 0, 0, 1 << 20)
    for delta in deltas:
        builder.append(delta, 1_700_000_000_000, control or b"k%d" % (first + delta), b"v" * 20, [])
    raw = builder.build()
    struct.pack_into(">q", raw, 0, first)
    struct.pack_into(">i", raw, LAST_DELTA, deltas[-1] if last is None else last - first)
    if control:
        struct.pack_into(">h", raw, ATTRIBUTES, struct.unpack_from(">h", raw, ATTRIBUTES)[0] | CONTROL)
    return bytes(raw)


def unpacking(raw: bytes, begin: int, aborted: list[tuple[int, int]], *, check: bool = False) -> Any:
    """Return aiokafka's own iterator over a fetched partition."""
    return PartitionRecords(PLACE, MemoryRecords(raw), aborted, begin, None, None, check, READ_COMMITTED)


class Fetcher:
    """As much of aiokafka's as is asked for."""

    def __init__(self, begin: int, found: dict[TopicPartition, Any]) -> None:
        self.state = SimpleNamespace(paused=False, position=begin)
        self.state.consumed_to = lambda at: setattr(self.state, "position", at)
        assignment = SimpleNamespace(active=True, state_value=lambda _: self.state)
        self._records = {
            place: FetchError(error=one, backoff=0)
            if isinstance(one, Exception)
            else FetchResult(place, assignment=assignment, partition_records=one, backoff=0)
            for place, one in found.items()
        }
        self._subscriptions = SimpleNamespace(reassignment_in_progress=False)
        self._wait_consume_future = None
        self.asked_for_more = 0

    def _notify(self, _future: None) -> None:
        self.asked_for_more += 1

    def _create_fetch_waiter(self) -> asyncio.Future[None]:
        return asyncio.get_running_loop().create_future()

    async def fetched_records(self, partitions: set[TopicPartition], max_records: int) -> dict[TopicPartition, Any]:
        """Raise what the first one of these partitions has."""
        assert max_records > 0
        for place, one in list(self._records.items()):
            if place in partitions:
                del self._records[place]
                one.check_raise()
        return {}


def partition(seed: int) -> tuple[bytes, int, list[tuple[int, int]]]:
    """Return batches by chance, where reading begins, and what was aborted."""
    rng = random.Random(seed)
    raw, at, aborted, begin = b"", 100, list[tuple[int, int]](), 0
    for _ in range(rng.randint(1, 12)):
        count = rng.randint(1, 40)
        deltas = sorted(rng.sample(range(count), rng.randint(1, count)))
        kind = rng.choice(("plain", "committed", "aborted"))
        begin = begin or at + rng.randrange(count)  # a broker begins with the batch that holds it
        producer = -1 if kind == "plain" else rng.randint(1, 3)
        raw += batch(at, deltas, producer, at + count - 1)
        if kind == "aborted":
            aborted.append((producer, at))
        at += count
        if kind != "plain":
            raw += batch(at, [0], producer, control=ABORT if kind == "aborted" else COMMIT)
            at += 1
    return raw, begin, aborted


@pytest.mark.parametrize("limit", [1, 7, 50, 10_000])
@pytest.mark.parametrize("seed", range(25))
async def test_they_are_those_that_aiokafka_gives(seed: int, limit: int) -> None:
    """With transactions that were taken back, gaps of compaction, a beginning within a batch, in small pieces."""
    raw, begin, aborted = partition(seed)
    own = unpacking(raw, begin, aborted)
    expected = [(record.offset, record.key, record.value) for record in own]
    fetcher = Fetcher(begin, {PLACE: unpacking(raw, begin, aborted)})
    found: list[tuple[int, bytes, bytes]] = []
    while PLACE in fetcher._records:
        records = (await raw_records(fetcher, [PLACE], 0, limit)).get(PLACE, [])
        assert len(records) < limit + 40
        found += [(record.offset, record.key, record.value) for record in records]
        assert not records or fetcher.state.position > found[-1][0]
    assert expected == found
    assert own.next_fetch_offset == fetcher.state.position
    assert 1 == fetcher.asked_for_more


@pytest.mark.usefixtures("no_collector")
async def test_what_was_fetched_is_freed_once_it_is_read() -> None:
    """Megabytes at a time, so nobody may have to look for a cycle first."""
    fetched = unpacking(batch(0, [0, 1, 2]), 0, [])
    known = weakref.ref(fetched)
    fetcher = Fetcher(0, {PLACE: fetched})
    del fetched
    assert {PLACE} == (await raw_records(fetcher, [PLACE], 0, 9)).keys()
    assert known() is None


async def test_a_damaged_batch_costs_none_of_those_before_it() -> None:
    """The error is told, and reading stands where it stood, so that all is fetched once more."""
    good, bad = batch(0, [0, 1, 2]), bytearray(batch(3, [0]))
    bad[VALUE] ^= 1
    fetcher = Fetcher(0, {PLACE: unpacking(good + bytes(bad), 0, [], check=True)})
    with pytest.raises(CorruptRecordException):
        await raw_records(fetcher, [PLACE], 0, 100)
    assert ({}, 0, 1) == (fetcher._records, fetcher.state.position, fetcher.asked_for_more)


async def test_what_is_asked_for_is_given_up_to_the_limit_and_an_error_in_its_turn() -> None:
    """Of partitions that nobody asked for nothing is taken; an error waits for the records that came before it."""
    records, refusal = batch(0, [0, 1, 2]), TopicAuthorizationFailedError("a")
    fetcher = Fetcher(0, {FOREIGN: unpacking(records, 0, []), PLACE: unpacking(records, 0, []), OTHER: refusal})
    assert {PLACE: 3} == {
        place: len(each) for place, each in (await raw_records(fetcher, [PLACE, OTHER], 0, 9)).items()
    }
    with pytest.raises(TopicAuthorizationFailedError):
        await raw_records(fetcher, [PLACE, OTHER], 0, 9)
    assert {FOREIGN} == fetcher._records.keys()
    fetcher = Fetcher(0, {PLACE: unpacking(records, 0, []), OTHER: unpacking(records, 0, [])})
    assert {PLACE} == (await raw_records(fetcher, [PLACE, OTHER], 0, 2)).keys()
