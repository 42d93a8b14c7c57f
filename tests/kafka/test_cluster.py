"""The broker of the tests does what tests rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kafka import Cluster, Message, Record, Way

pytestmark = pytest.mark.kafka


def test_what_is_sent_is_read_back_to_the_byte(kafka: Cluster) -> None:
    """Keys, nulls, headers, times from 1999 and messages of five megabytes come back as they were sent."""
    kafka.create_topic("support.tickets", partitions=2, max_message_bytes=8_000_000)
    sent = [
        Message(b"\xff\x00", b"T1", [("a", b"1"), ("a", None)], 915_148_800_000, partition=1),
        Message(None, b"T1", partition=1),
        Message(b"x" * 5_000_000, None, timestamp_ms=0, partition=1),
    ]
    kafka.produce("support.tickets", sent)
    records = kafka.read("support.tickets")
    assert [1, 1, 1] == [record.partition for record in records]
    assert [0, 1, 2] == [record.offset for record in records]
    assert [message.value for message in sent] == [record.value for record in records]
    assert [message.key for message in sent] == [record.key for record in records]
    assert (915_148_800_000, [("a", b"1"), ("a", None)]) == (records[0].timestamp_ms, records[0].headers)
    assert {0: 0, 1: 3} == kafka.end_offsets("support.tickets")


def test_each_test_gets_a_broker_without_topics(kafka: Cluster) -> None:
    """What an earlier test left behind is gone, and an empty topic reads as empty."""
    assert set() == kafka.topics()
    kafka.create_topic("support.tickets", partitions=4)
    assert [] == kafka.read("support.tickets")


def test_many_messages_are_sent_quickly_and_keyed_as_java_does(kafka: Cluster) -> None:
    """Keys spread over partitions by murmur2, as Kafka's own clients do it, and none is lost."""
    kafka.create_topic("t", partitions=4)
    kafka.produce("t", (Message(b"%d" % number, b"key-%d" % (number % 50)) for number in range(50_000)))
    records = kafka.read("t")
    assert {b"%d" % number for number in range(50_000)} == {record.value for record in records}
    places = {record.key: record.partition for record in records}
    assert (50, {0, 1, 2, 3}) == (len(places), set(places.values()))
    assert _murmur2_partition(b"key-7", 4) == places[b"key-7"]


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_an_outage_loses_nothing(kafka: Cluster, *, kill: bool) -> None:
    """A broker that was stopped or killed comes back at the same address with what it had acknowledged."""
    kafka.create_topic("t")
    kafka.produce("t", [b"before"])
    kafka.stop(kill=kill)
    assert not kafka.running()
    kafka.start()
    kafka.produce("t", [b"after"])
    assert [b"before", b"after"] == [record.value for record in kafka.read("t")]


def test_three_brokers_make_a_cluster(kafka_way: Way, tmp_path: Path) -> None:
    """A topic on three brokers is written and read while one of them is dead."""
    if kafka_way.most < 3:
        pytest.skip("three brokers need Java; Docker runs one")
    with Cluster(kafka_way, tmp_path, nodes=3) as cluster:
        cluster.create_topic("t", partitions=3)
        cluster.produce("t", [Message(b"1", partition=number) for number in range(3)])
        cluster.stop(2, kill=True)
        cluster.produce("t", [Message(b"2", partition=number) for number in range(3)])
        read: list[Record] = cluster.read("t")
        assert [b"1", b"2"] * 3 == [record.value for record in read]


def _murmur2_partition(key: bytes, partitions: int) -> int:
    from aiokafka.partitioner import murmur2

    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
