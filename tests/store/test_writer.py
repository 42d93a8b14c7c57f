"""The transactional producer of a shard, on a real Kafka: all or nothing, and only the last one that started."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from stream.edge.store import Letter, Places, Writer
from stream.errors import BrokerError, CommitError
from tests.kafka import Cluster

pytestmark = pytest.mark.kafka

PLACES = Places("g.state", "support.sla", "support.dead")
Start = Callable[[int], Awaitable[Writer]]


@pytest.fixture
async def start(kafka: Cluster) -> AsyncIterator[Start]:
    """Start the writer of a shard; all are closed at the end."""
    kafka.create_topic("g.state", 2, cleanup_policy="compact", max_message_bytes=2_000_000)
    kafka.create_topic("support.sla", 1)
    kafka.create_topic("support.dead", 2)
    writers = []

    async def started(number: int) -> Writer:
        writer = Writer({"bootstrap_servers": kafka.addresses}, f"g-{number}", PLACES, number, 20.0)
        writers.append(writer)
        await writer.start()
        return writer

    yield started
    for writer in writers:
        await writer.close()


async def test_a_transaction_stands_in_all_topics_at_once(kafka: Cluster, start: Start) -> None:
    """State in the partition of the shard, tombstones too, SLA events, and letters byte for byte with their headers."""
    writer = await start(1)
    letters = [Letter(b"k", b"\xff", [("why", b"x")]), Letter(None, None, [("n", b"1")]), Letter(None, b"v", [])]
    await writer.commit([(b"a", b"1"), (b"b", None)], [(b"T1", b"{}")], letters)
    await writer.commit([(b"c", b"2")], [], [])
    state = [(record.partition, record.key, record.value) for record in kafka.read("g.state")]
    assert [(1, b"a", b"1"), (1, b"b", None), (1, b"c", b"2")] == state
    assert [(b"T1", b"{}")] == [(record.key, record.value) for record in kafka.read("support.sla")]
    read = kafka.read("support.dead")
    dead = [Letter(record.key, record.value, [(n, v or b"") for n, v in record.headers]) for record in read]
    assert Counter(map(str, letters)) == Counter(map(str, dead))


async def test_a_page_of_many_megabytes_is_one_transaction(kafka: Cluster, start: Start) -> None:
    """It goes out in batches that every topic takes, in order, and so does a record larger than such a batch."""
    writer = await start(0)
    page: list[tuple[bytes, bytes | None]] = [(b"k%d" % number, b"x" * 1_000) for number in range(5_000)]
    page.insert(7, (b"big", b"y" * 1_500_000))
    await writer.commit(page, [], [])
    assert page == [(record.key, record.value) for record in kafka.read("g.state")]


async def test_only_the_writer_that_started_last_can_write(kafka: Cluster, start: Start) -> None:
    """The older one is fenced, also in the middle of its work, and nothing of it is ever seen."""
    old = await start(0)
    await old.commit([(b"a", b"1")], [], [])
    new = await start(0)
    with pytest.raises(CommitError, match="g-0 is not on record"):
        await old.commit([(b"a", b"old")], [(b"T", b"old")], [Letter(b"k", b"old", [])])
    await new.commit([(b"a", b"new")], [], [])
    assert [b"1", b"new"] == [record.value for record in kafka.read("g.state")]
    assert [] == kafka.read("support.sla") + kafka.read("support.dead")


async def test_what_a_topic_will_never_take_is_named_with_the_remedy(kafka: Cluster, start: Start) -> None:
    """The topic, the size, and the setting that helps; no repetition would."""
    writer = await start(0)
    with pytest.raises(
        BrokerError, match=r"g\.state refuses a record of 3000001 bytes .* set max\.message\.bytes"
    ) as told:
        await writer.commit([(b"a", b"x" * 3_000_000)], [], [])
    assert not isinstance(told.value, CommitError)
    assert [] == kafka.read("g.state")


async def test_a_broker_that_is_away_is_no_broken_worker(kafka: Cluster) -> None:
    """The transaction is not on record, or cannot be begun: what is tried again."""
    writer = Writer({"bootstrap_servers": kafka.addresses}, "g-0", PLACES, 0, 1.0)
    kafka.stop()
    with pytest.raises(CommitError):
        await writer.start()
    await writer.close()
