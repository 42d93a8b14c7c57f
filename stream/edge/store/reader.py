"""Reading what a shard has on record, from the start of its state partition to the end."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from stream.core.notebook import Recovery
from stream.edge.store.ending import at_most
from stream.edge.store.raw import raw_records
from stream.edge.store.refusals import HOPELESS, kind_of
from stream.errors import BrokerError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping

    from stream.core.shard import Shard

PAGE_RECORDS = 1_000
"""Records that are taken before anything else may run: a few milliseconds."""
FETCH_BYTES = 4 << 20
"""A larger single record is still delivered, whole."""
FETCH_WAIT_MS = 100
WAIT_S = 0.5
CLOSE_S = 1.0
READING = 0.125
"""What reading a record counts in the progress; the rest is folding it into the shard, which takes longer."""


async def load(
    client: Mapping[str, Any], topic: str, shard: Shard, told: Callable[[int, int], None]
) -> dict[str, tuple[int, int | None]]:
    """Fill an empty shard with what is on record of it, and return the cursors of its sources, by topic.

    Nobody else may write to the partition any more, so the shard's producer must have been started before.

    Args:
        client: keyword arguments of every client of aiokafka: the brokers and how to reach them.
        topic: the state topic; the shard's number is the partition.
        shard: an empty one that keeps notes.
        told: is told again and again how many records are done, of how many; what it raises ends the loading.

    Raises:
        BrokerError: the broker does not allow it.
        KafkaError: the broker is out of reach.
        StateError: what is on record cannot be read by this version, or is not this shard's.
    """
    recovery = Recovery(shard)
    of = 0
    try:
        async with aclosing(_read(client, TopicPartition(topic, shard.number))) as pages:
            async for records, read, of in pages:
                told(int(READING * read), of)
                recovery.take_all(records)
                await asyncio.sleep(0)
    except HOPELESS as error:
        raise BrokerError(f"the broker refuses {topic} ({kind_of(error)}); allow this worker to read it") from error
    found = len(recovery)
    for folded in recovery.fold():
        told(int(of * (READING + (1 - READING) * folded / found)), of)
        await asyncio.sleep(0)
    told(of, of)
    return dict(recovery.cursors)


async def sizes(client: Mapping[str, Any], topic: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return how many offsets there are to read in partitions of a state topic, by number.

    Raises:
        KafkaError: the broker is out of reach.
    """
    partitions = [TopicPartition(topic, number) for number in numbers]
    async with _consumer(client) as consumer:
        first, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        return {partition.partition: end[partition] - first[partition] for partition in partitions}


async def _read(client: Mapping[str, Any], partition: TopicPartition) -> AsyncGenerator[tuple[list[Any], int, int]]:
    """Yield records, and how many offsets are read by then, of how many."""
    async with _consumer(client) as consumer:
        consumer.assign([partition])
        first = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        consumer.seek(partition, first)
        state = consumer._subscription.subscription.assignment.state_value(partition)  # noqa: SLF001
        while state.position < end:
            records = (await raw_records(consumer._fetcher, [partition], WAIT_S, PAGE_RECORDS)).get(partition, [])  # noqa: SLF001
            yield records, min(state.position, end) - first, end - first


@asynccontextmanager
async def _consumer(client: Mapping[str, Any]) -> AsyncGenerator[Any]:
    consumer = AIOKafkaConsumer(
        **client,
        client_id="deskpulse-state",
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await at_most(consumer.stop(), CLOSE_S)
