"""Writing what changed in a shard: one transaction after the other, under an id that only one worker can have."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

from stream.edge.store.ending import at_most
from stream.edge.store.letters import send_letter
from stream.edge.store.refusals import HOPELESS, TOO_LARGE, kind_of
from stream.edge.store.topic import BATCH_BYTES, STATE_CONFIG
from stream.errors import BrokerError, CommitError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence

    from stream.edge.store.letters import Letter

START_S = 20.0
"""How long the broker may take to fence an older producer; one that has died in a transaction is waited for."""
REQUEST_TIMEOUT_MS = 15_000
MAX_REQUEST_BYTES = 1 << 30
"""How large a message may be is the topic's to say, not the client's."""
CLOSE_S = 1.0
_NO_HEADERS: list[tuple[str, bytes]] = []
FAILURES = (KafkaError, IllegalOperation, OSError, TimeoutError, AssertionError)
"""What aiokafka raises where a transaction fails; the second and the last where it had failed before."""


@dataclass(frozen=True, slots=True)
class Places:
    """The topics that a transaction writes to."""

    state: str
    sla: str
    dead: str


class _Sent(NamedTuple):
    topic: str
    largest: int
    delivery: Awaitable[Any]


class Writer:
    """The transactional producer of one shard.

    Args:
        client: keyword arguments of every client of aiokafka: the brokers and how to reach them.
        transactional_id: of the shard; who starts with it last is the only one who can write.
        places: the topics.
        number: of the shard, and so of its state partition.
        bound_s: how long a transaction may take.
    """

    def __init__(
        self, client: Mapping[str, Any], transactional_id: str, places: Places, number: int, bound_s: float
    ) -> None:
        self._places = places
        self._number = number
        self._bound_s = bound_s
        self._id = transactional_id
        self._producer: Any = AIOKafkaProducer(
            **client,
            client_id=f"deskpulse-{number}",
            transactional_id=transactional_id,
            acks="all",
            max_batch_size=BATCH_BYTES,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            transaction_timeout_ms=int(bound_s * 1_000),
        )

    async def start(self) -> None:
        """Fence every other producer of this shard, and end the transaction that it may have left.

        Raises:
            BrokerError: the broker does not allow it.
            CommitError: it cannot be done now.
        """
        try:
            async with asyncio.timeout(START_S):
                await self._producer.start()
        except FAILURES as error:
            raise self._judged(error) from error

    async def commit(
        self,
        records: Sequence[tuple[bytes, bytes | None]],
        transitions: Sequence[tuple[bytes, bytes]],
        letters: Sequence[Letter],
    ) -> None:
        """Write all of it, or nothing.

        Args:
            records: keys and values for the state topic; None takes back what is there.
            transitions: keys and values for the topic of SLA events.
            letters: messages that are no events.

        Raises:
            BrokerError: the broker will never take it.
            CommitError: it is not on record, or nobody knows: the shard must be opened again.
        """
        producer = self._producer
        try:
            async with asyncio.timeout(self._bound_s):
                await producer.begin_transaction()
                sent = [
                    *await self._send(self._places.state, self._number, records),
                    *await self._send(self._places.sla, self._number, transitions),
                    *[await self._bury(letter) for letter in letters],
                ]
                outcomes = await asyncio.gather(*(one.delivery for one in sent), return_exceptions=True)
                for one, outcome in zip(sent, outcomes, strict=True):
                    if isinstance(outcome, BaseException):
                        raise self._judged(outcome, one) from outcome
                await producer.commit_transaction()
        except FAILURES as error:
            raise self._judged(self._cause() or error) from error

    async def close(self) -> None:
        """Let go of the connection; a transaction that is under way is ended by the next who starts with this id."""
        producer = self._producer
        await at_most(producer.stop(), CLOSE_S)
        sender = producer._sender.sender_task  # noqa: SLF001  `stop` may not have come so far
        if sender is not None:
            sender.cancel()
        await at_most(producer.client.close(), CLOSE_S)

    async def _send(self, topic: str, number: int, records: Sequence[tuple[bytes, bytes | None]]) -> list[_Sent]:
        if not records:
            return []
        partition = number % len(await self._producer.partitions_for(topic))
        sent = []
        for batch, largest in self._batches(records):
            delivery = await self._producer.send_batch(batch, topic, partition=partition)
            sent.append(_Sent(topic, largest, delivery))
            await asyncio.sleep(0)
        return sent

    def _batches(self, records: Iterable[tuple[bytes, bytes | None]]) -> Iterator[tuple[Any, int]]:
        """Yield batches full of these records, each with the size of its largest.

        A batch's own `append` asks for each record again what is the same for all: it costs more than all else here.
        """
        now = int(time.time() * 1_000)
        batch = self._producer.create_batch()
        append, count, largest = batch._builder.append, 0, 0  # noqa: SLF001
        for key, value in records:
            if append(count, now, key, value, _NO_HEADERS) is None:
                yield _closed(batch, count), largest
                batch = self._producer.create_batch()
                append, count, largest = batch._builder.append, 0, 0  # noqa: SLF001
                append(count, now, key, value, _NO_HEADERS)
            count += 1
            largest = max(largest, len(key) + len(value or b""))
        yield _closed(batch, count), largest

    async def _bury(self, letter: Letter) -> _Sent:
        topic = self._places.dead
        size = len(letter.key or b"") + len(letter.value or b"")
        return _Sent(topic, size, await send_letter(self._producer, topic, letter))

    def _cause(self) -> BaseException | None:
        """Why the producer itself has failed, which later calls do not tell."""
        sender = self._producer._sender.sender_task  # noqa: SLF001
        return sender.exception() if sender is not None and sender.done() and not sender.cancelled() else None

    def _judged(self, error: BaseException, sent: _Sent | None = None) -> BrokerError:
        kind = kind_of(error)
        if not isinstance(error, HOPELESS):
            return CommitError(f"the transaction of {self._id} is not on record ({kind})")
        if isinstance(error, TOO_LARGE) and sent is not None:
            wanted = max(int(STATE_CONFIG["max.message.bytes"]), 2 * sent.largest)
            return BrokerError(
                f"{sent.topic} refuses a record of {sent.largest} bytes ({kind}); "
                f"set max.message.bytes of {sent.topic} to {wanted} and start the worker again"
            )
        places = self._places
        return BrokerError(
            f"the broker refuses the transaction of {self._id} ({kind}: {error}); allow this worker to use that "
            f"transactional id and to write to {places.state}, {places.sla} and {places.dead}"
        )


def _closed(batch: Any, count: int) -> Any:
    """Return a batch that was filled with so many records beside its own `append`."""
    batch._relative_offset = count  # noqa: SLF001
    batch.close()
    return batch
