"""Tells a story to Kafka as the desk's clock goes, and knows what stands in the topics."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from confluent_kafka import Producer

from stream.core.times import rfc3339
from tests.chaos.story import ORIGIN, TOPIC, Message
from tests.kafka.cluster import SILENT

TICK_S: Final = 0.05
"""Between two sendings. All messages of one are acknowledged before the next, so that no partition runs ahead of
another by more than they tell, whatever becomes of its leader."""
ACKNOWLEDGED_S: Final = 120.0
BY_KEY: Final = -1
"""librdkafka's word for a partition that the key chooses."""


class Place(NamedTuple):
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


class Sent:
    """What stands in the source topics, as the brokers acknowledged it.

    Attributes:
        values: the events of each partition.
        letters: where the messages are that belong on the dead-letter topic.
        fresh: how many different events were handed over, by what they count in; never too few.
        newest: the latest time of an event, microseconds.
        behind: the longest time by which the desk's clock was ahead of a message that was due, microseconds.
    """

    def __init__(self) -> None:
        self.values: defaultdict[int, list[bytes]] = defaultdict(list)
        self.letters: list[Place] = []
        self.fresh: Counter[tuple[str, ...]] = Counter()
        self.newest = ORIGIN
        self.behind = 0

    def total(self, *what: str) -> int:
        """Return the number of different events whose counts begin like this."""
        return sum(count for counts, count in list(self.fresh.items()) if counts[: len(what)] == what)


class Sender(threading.Thread):
    """Sends each message when it is due, or as soon after that as its pace allows.

    Args:
        bootstrap: the brokers.
        messages: in the order of their `due`.
        now: the desk's clock, microseconds.
        most: messages a second at most, so that what waited in a calm does not come all at once.
        partitions: of every source topic.

    Attributes:
        failure: why it ended before all was sent, or None.
    """

    def __init__(
        self, bootstrap: str, messages: Sequence[Message], now: Callable[[], int], most: float, partitions: int
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self.sent = Sent()
        self.failure: Exception | None = None
        self.finished = threading.Event()
        self._messages = messages
        self._dues = [message.due for message in messages]
        self._now = now
        self._most = max(1, int(most * TICK_S))
        self._partitions = partitions
        self._markers = 0
        self._going = threading.Event()
        self._quiet = threading.Event()
        self._ending = threading.Event()
        self._quiet.set()
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.timeout.ms": int(ACKNOWLEDGED_S * 1_000),
                **SILENT,
            }
        )

    def run(self) -> None:
        """Send all messages, and let nobody wait for one that failed."""
        try:
            self._tell()
        except Exception as failure:  # noqa: BLE001  the thread that waits raises it
            self.failure = failure
        finally:
            self._quiet.set()
            self.finished.set()

    def go(self) -> None:
        """Send from now on."""
        self._quiet.clear()
        self._going.set()

    def rest(self) -> None:
        """Return once nothing is under way, and send nothing until `go`."""
        self._going.clear()
        while not self._quiet.wait(TICK_S) and not self.finished.is_set():
            pass
        self.check()

    def end(self) -> None:
        """Stop for good, where it was started."""
        self._ending.set()
        self._going.set()
        if self.ident is not None:
            self.join()

    def check(self) -> None:
        """Raise what ended it."""
        if self.failure is not None:
            raise self.failure

    def mark(self) -> int:
        """Put a later event behind everything in every partition of every topic; return the time of the first.

        Who has read them has read all that stands before them. To be called while the sender rests.
        """
        first = self.sent.newest + 1
        for partition in range(self._partitions):
            for topic in TOPIC.values():
                self._markers += 1
                at, agent = self.sent.newest + 1, f"marker-{partition}"
                value = (
                    f'{{"type": "agent.state_changed", "event_id": "m{self._markers}", "occurred_at": "{rfc3339(at)}", '
                    f'"source": "{source_of(partition)}", "agent_id": "{agent}", "queues": [], "state": "available"}}'
                )
                message = Message(at, at, topic, agent.encode(), value.encode(), fresh=True, counts=("marker",))
                self._produce(message, partition)
        self._flush()
        return first

    def _tell(self) -> None:
        start, end = 0, len(self._messages)
        while start < end and not self._ending.is_set():
            if not self._going.is_set():
                self._quiet.set()
                self._going.wait()
                continue
            now = self._now()
            self.sent.behind = max(self.sent.behind, now - self._dues[start])
            stop = max(start, min(bisect_left(self._dues, now), start + self._most))
            for message in self._messages[start:stop]:
                self._produce(message)
            self._flush()
            start = stop
            self._ending.wait(TICK_S)

    def _produce(self, message: Message, partition: int = BY_KEY) -> None:
        sent = self.sent
        if message.fresh:
            sent.fresh[message.counts] += 1
        sent.newest = max(sent.newest, message.at)
        self._producer.produce(
            message.topic,
            key=message.key,
            value=message.value,
            timestamp=self._now() // 1_000,
            partition=partition,
            on_delivery=partial(self._stands, message),
        )

    def _stands(self, message: Message, error: object, record: Any) -> None:
        if error is not None:
            self.failure = RuntimeError(f"the brokers did not take a message of {message.topic}: {error}")
        elif message.counts == ("bad",):
            self.sent.letters.append(Place(record.topic(), record.partition(), record.offset()))
        elif message.counts != ("strange",):
            self.sent.values[record.partition()].append(message.value)

    def _flush(self) -> None:
        left = self._producer.flush(ACKNOWLEDGED_S)
        if left:
            raise RuntimeError(f"{left} messages were not acknowledged within {ACKNOWLEDGED_S:g} s")
        self.check()


def source_of(partition: int) -> str:
    """Return the `source` of a partition's markers."""
    return f"marker-{partition}"
