"""Messages that are no events, byte for byte, to the dead-letter topic: none is lost, whatever the broker does."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from stream.edge.store import HOPELESS, TOO_LARGE, Letter, kind_of, send_letter
from stream.errors import BrokerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.edge.pipeline.apply import Bad
    from stream.edge.pipeline.settings import Settings

log = logging.getLogger("deskpulse.worker")

RETRY_S = 1.0
IN_FLIGHT_BYTES = 32 << 20
MAX_REQUEST_BYTES = 1 << 30
"""How large a message may be is the topic's to say, not the client's."""


class DeadLetters:
    """Writes dead letters; connects when the first one comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Any = None

    async def write(self, letters: Sequence[Bad]) -> None:
        """Return once every letter is acknowledged by all in-sync replicas; as long as the broker is away, wait.

        Raises:
            BrokerError: the broker will never take one of them.
        """
        start = size = 0
        for index, letter in enumerate(letters):
            size += len(letter.record.value or b"")
            if size >= IN_FLIGHT_BYTES:
                await self._write(letters[start : index + 1])
                start, size = index + 1, 0
        await self._write(letters[start:])

    async def close(self) -> None:
        """Disconnect; nothing is pending unless `write` was cancelled."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(producer.stop(), 2.0)

    async def _write(self, letters: Sequence[Bad]) -> None:
        left = list(letters)
        while left:
            producer = await self._connect()
            results = await asyncio.gather(*(self._send(producer, letter) for letter in left), return_exceptions=True)
            failed = [(letter, error) for letter, error in zip(left, results, strict=True) if error is not None]
            for letter, error in failed:
                self._judge(letter, error)
            left = [letter for letter, _ in failed]
            if failed:
                log.warning("%d dead letters are not written yet (%s); trying again", len(left), kind_of(failed[0][1]))
                # A producer whose sequence broke stays broken.
                await self.close()
                await asyncio.sleep(RETRY_S)

    async def _connect(self) -> Any:
        while self._producer is None:
            producer = AIOKafkaProducer(
                **self._settings.options(),
                client_id="deskpulse-dead",
                acks="all",
                enable_idempotence=True,
                max_request_size=MAX_REQUEST_BYTES,
                request_timeout_ms=15_000,
                linger_ms=5,
            )
            try:
                await producer.start()
            except KafkaError:
                await producer.stop()
                await asyncio.sleep(RETRY_S)
            else:
                self._producer = producer
        return self._producer

    async def _send(self, producer: Any, letter: Bad) -> None:
        await (await send_letter(producer, self._settings.dead_topic, letter_of(letter)))

    def _judge(self, letter: Bad, error: BaseException) -> None:
        record = letter.record
        place = f"{letter.topic} partition {letter.partition} offset {record.offset}"
        if isinstance(error, HOPELESS):
            size = len(record.value or b"")
            topic = self._settings.dead_topic
            remedy = f"allow this worker to write to {topic}"
            if isinstance(error, TOO_LARGE):
                wanted = max(self._settings.dead_message_bytes, size + (1 << 20))
                remedy = f"set max.message.bytes of {topic} to {wanted}"
            raise BrokerError(
                f"{topic} refuses the dead letter of {size} bytes from {place} ({kind_of(error)}); "
                f"{remedy} and start the worker again"
            )
        if not isinstance(error, KafkaError):
            raise error


def headers_of(letter: Bad) -> list[tuple[str, bytes]]:
    """The record's own headers, then where it came from, why it is no event, and the field at fault."""
    topic, partition, record, reason, field = letter
    return [
        *record.headers,
        ("deskpulse.topic", topic.encode()),
        ("deskpulse.partition", str(partition).encode()),
        ("deskpulse.offset", str(record.offset).encode()),
        ("deskpulse.reason", reason.encode()),
        ("deskpulse.field", (field or "").encode()),
    ]


def letter_of(bad: Bad) -> Letter:
    """Return the dead letter of a bad record."""
    return Letter(bad.record.key, bad.record.value, headers_of(bad))
