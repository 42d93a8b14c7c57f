"""The broker in the box: enough Kafka for a demo."""

from __future__ import annotations

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from stream.core.events import TOPICS
from stream.edge.pipeline import Connection, Settings, prepare_topics
from stream.tools.demo.broker import PARTITIONS, EmbeddedBroker
from stream.tools.sender import Sender


async def test_it_keeps_what_it_is_sent() -> None:
    """Records come back with key, value and time, all of one key from one partition, on every topic."""
    with EmbeddedBroker() as broker:
        async with Sender(Connection((broker.address,))) as sender:
            for number in range(300):
                key = f"T-{number % 30}"
                await sender.send(TOPICS[number % len(TOPICS)], key, str(number).encode(), 1_772_442_000_000 + number)
        consumer = AIOKafkaConsumer(*TOPICS, bootstrap_servers=broker.address, auto_offset_reset="earliest")
        await consumer.start()
        records = [await consumer.getone() for _ in range(300)]
        await consumer.stop()
    assert {str(number).encode() for number in range(300)} == {record.value for record in records}
    assert all(record.timestamp == 1_772_442_000_000 + int(record.value) for record in records)
    places = {(record.key, record.partition) for record in records}
    assert 30 == len(places) == len({key for key, _ in places})


async def test_its_topics_are_as_a_worker_wants_them() -> None:
    """All source topics and the dead letters' are there, equally divided."""
    with EmbeddedBroker() as broker:
        settings = Settings(brokers=(broker.address,), create_topics=False, state="none")
        assert PARTITIONS == await prepare_topics(settings)


async def test_it_listens_to_this_machine_only_and_not_for_ever() -> None:
    """Its address is a loopback one; once closed, nobody answers there, and closing again does nothing."""
    broker = EmbeddedBroker(("support.tickets",))
    assert broker.address.startswith("127.0.0.1:")
    broker.close()
    broker.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address)
    with pytest.raises(KafkaConnectionError):
        await consumer.start()
    await consumer.stop()
