"""Reading a state partition to its end, whatever lies in it: the records of the last who wrote, each key's last."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.structs import TopicPartition
from confluent_kafka import Producer

from stream.edge.store import sizes
from stream.edge.store.reader import _read
from tests.kafka import Cluster, Message
from tests.kafka.cluster import SILENT

pytestmark = pytest.mark.kafka


async def read(kafka: Cluster, topic: str = "g.state") -> tuple[dict[bytes, bytes | None], list[tuple[int, int]]]:
    """Return what a shard would take, by key, and the progress that was told."""
    found: dict[bytes, bytes | None] = {}
    told = []
    async with asyncio.timeout(60):
        async for records, *progress in _read({"bootstrap_servers": kafka.addresses}, TopicPartition(topic, 0)):
            found |= {record.key: record.value for record in records}
            told.append((progress[0], progress[1]))
    return found, told


async def test_an_empty_partition_is_read_at_once(kafka: Cluster) -> None:
    """There is nothing to wait for."""
    kafka.create_topic("g.state", 1, cleanup_policy="compact")
    assert ({}, []) == await read(kafka)


async def test_all_is_read_with_progress(kafka: Cluster) -> None:
    """The last value of each key, tombstones too; progress grows to the whole."""
    kafka.create_topic("g.state", 1, cleanup_policy="compact")
    for first in range(0, 20_000, 1_000):  # each is a batch of its own, or more than one
        messages = [Message(b"%d" % number, b"k%d" % (number % 7_000)) for number in range(first, first + 1_000)]
        kafka.produce("g.state", messages)
    kafka.produce("g.state", [Message(None, b"k0")])
    found, told = await read(kafka)
    assert {b"k0": None} | {b"k%d" % (n % 7_000): b"%d" % n for n in range(13_000, 20_000) if n % 7_000} == found
    assert sorted(told) == told
    assert (20_001, 20_001) == told[-1]
    assert len(told) > 10


async def test_how_much_there_is_is_known_before_it_is_read(kafka: Cluster) -> None:
    """By partition, empty ones too."""
    kafka.create_topic("g.state", 3, cleanup_policy="compact")
    kafka.produce("g.state", [Message(b"v", b"k%d" % number, partition=2 * (number % 2)) for number in range(9)])
    assert {0: 5, 1: 0, 2: 4} == await sizes({"bootstrap_servers": kafka.addresses}, "g.state", [0, 1, 2])


async def test_what_was_never_committed_is_not_there_and_does_not_hold_the_reader_up(kafka: Cluster) -> None:
    """Transactions that were taken back, the last one too, and the markers at the end."""
    kafka.create_topic("g.state", 1, cleanup_policy="compact")
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": "t", **SILENT})
    producer.init_transactions()
    for number, commit in enumerate((True, False, True, False)):
        producer.begin_transaction()
        producer.produce("g.state", key=b"k%d" % number, value=b"v")
        producer.flush()
        (producer.commit_transaction if commit else producer.abort_transaction)()
    assert {b"k0": b"v", b"k2": b"v"} == (await read(kafka))[0]
