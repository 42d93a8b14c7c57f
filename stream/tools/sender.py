"""Sends events to their topics: keyed, in order, each acknowledged by all replicas, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from stream.errors import BrokerError

if TYPE_CHECKING:
    from stream.edge.pipeline import Connection

BATCH_BYTES = 256 * 1024
IN_FLIGHT = 32
"""Batches that wait for their acknowledgement at most."""
REQUEST_BYTES = 64 << 20


class Sender:
    """An async context manager; `send` what is to be sent, and leave the block once all is acknowledged.

    Args:
        connection: brokers, and how they are reached.

    Attributes:
        sent: events handed over so far, by topic.
    """

    def __init__(self, connection: Connection) -> None:
        self.sent: Counter[str] = Counter()
        self._connection = connection
        self._producer: Any = None
        self._partitioner = DefaultPartitioner()  # murmur2, as Kafka's own clients do it
        self._partitions: dict[str, list[int]] = {}
        self._batches: dict[tuple[str, int], Any] = {}
        self._waiting: set[asyncio.Future[Any]] = set()

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(
            client_id="deskpulse-produce",
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            **self._connection.options(),
        )
        try:
            await self._producer.start()
        except KafkaError as error:
            await self._producer.stop()
            await self._connection.check()
            raise self._lost(error) from None
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self.flush()
        finally:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(self._producer.stop(), 10.0 if kind is None else 1.0)

    async def send(self, topic: str, key: str, value: bytes, stamp_ms: int | None = None) -> None:
        """Put one event into the batch of its partition; sends the batch when it is full.

        Args:
            topic: where to.
            key: id of the subject; decides the partition.
            value: the message.
            stamp_ms: the record's own time in milliseconds; now where absent.

        Raises:
            BrokerError: the broker refuses, or is gone for good.
        """
        raw_key = key.encode()
        numbers = self._partitions.get(topic) or await self._numbers(topic)
        place = topic, self._partitioner(raw_key, numbers, numbers)
        batch = self._batches.get(place)
        if batch is None:
            batch = self._batches[place] = self._producer.create_batch()
        if batch.append(key=raw_key, value=value, timestamp=stamp_ms) is None:
            await self._dispatch(place)
            batch = self._batches[place] = self._producer.create_batch()
            batch.append(key=raw_key, value=value, timestamp=stamp_ms)
        self.sent[topic] += 1

    async def flush(self) -> None:
        """Return once everything is acknowledged."""
        for place in list(self._batches):
            await self._dispatch(place)
        while self._waiting:
            await self._settle(asyncio.ALL_COMPLETED)

    async def _numbers(self, topic: str) -> list[int]:
        try:
            found = self._partitions[topic] = sorted(await self._producer.partitions_for(topic))
        except KafkaError as error:
            raise self._lost(error) from None
        return found

    async def _dispatch(self, place: tuple[str, int]) -> None:
        batch = self._batches.pop(place)
        batch.close()
        try:
            self._waiting.add(await self._producer.send_batch(batch, place[0], partition=place[1]))
        except KafkaError as error:
            raise self._lost(error) from None
        if len(self._waiting) >= IN_FLIGHT:
            await self._settle(asyncio.FIRST_COMPLETED)

    async def _settle(self, when: str) -> None:
        done, self._waiting = await asyncio.wait(self._waiting, return_when=when)
        for acknowledged in done:
            error = acknowledged.exception()
            if error is not None:
                raise self._lost(error) from None

    def _lost(self, error: BaseException) -> BrokerError:
        kind = type(error).__name__.removesuffix("Error")
        return BrokerError(f"{self._connection.address} did not take the events ({kind}); is a broker running there?")
