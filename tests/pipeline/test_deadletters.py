"""Dead letters: every bad message once, byte for byte, with its key, its headers, and why."""

from __future__ import annotations

import asyncio
import json
import random
from asyncio import Future
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)

from stream.edge.pipeline import Settings, deadletters
from stream.edge.pipeline.apply import Bad
from stream.edge.pipeline.deadletters import DeadLetters, headers_of
from stream.errors import BrokerError
from tests.kafka import Cluster, Message, Record
from tests.pipeline.build import created, record
from tests.pipeline.process import TOPICS, Worker, events_of

GOOD = 10_000
DEEP = b"[" * 10_000 + b"]" * 10_000
KINDS: tuple[tuple[bytes | None, str, str], ...] = (
    (None, "null", ""),
    (b"", "not_json", ""),
    (b"\xff\xfe\x00", "not_utf8", ""),
    (b"hello", "not_json", ""),
    (created(1)[:-3], "not_json", ""),
    (DEEP, "too_deep", ""),
    (b"[1]", "not_an_object", ""),
    (created(1, type=None), "wrong_type", "type"),
    (b'{"event_id": "x"}', "missing_field", "type"),
    (created(1, ticket_id=5), "wrong_type", "ticket_id"),
    (b'{"type": "ticket.created", "event_id": "e", "ticket_id": "T"}', "missing_field", "occurred_at"),
    (created(1, occurred_at="2026-03-02T09:00:00"), "naive_time", "occurred_at"),
    (created(1, occurred_at="2026-02-30T09:00:00Z"), "bad_time", "occurred_at"),
    (created(1, status="gone"), "bad_value", "status"),
    (created(1, occurred_at="2999-01-01T00:00:00Z"), "future", "occurred_at"),
)


def mixed(bad: int) -> Iterator[Message]:
    """Yield good messages with bad ones of every kind among them, each with headers of its own."""
    rng = random.Random(7)
    numbers = [*range(GOOD), *(-1 - number for number in range(bad))]
    rng.shuffle(numbers)
    for number in numbers:
        if number >= 0:
            yield Message(created(number, ticket_id=f"T{number}"), f"T{number}".encode())
        else:
            value = KINDS[-number % len(KINDS)][0]
            key = None if number % 10 == 0 else f"k{number}".encode()
            yield Message(value, key, [("trace", b"\x00\xff"), ("n", str(number).encode()), ("empty", None)])


def once(letters: list[Record], sources: dict[str, list[Record]]) -> None:
    """Check that every letter is the message it says it is, and that none comes twice."""
    originals = {(topic, r.partition, r.offset): r for topic, records in sources.items() for r in records}
    places = []
    for letter in letters:
        told = {name: (value or b"").decode() for name, value in letter.headers[-5:]}
        place = told["deskpulse.topic"], int(told["deskpulse.partition"]), int(told["deskpulse.offset"])
        original = originals[place]
        assert (original.key, original.value, original.headers) == (letter.key, letter.value, letter.headers[:-5])
        expected = next(((reason, field) for value, reason, field in KINDS if value == original.value), None)
        assert expected in {(told["deskpulse.reason"], told["deskpulse.field"]), None}
        places.append(place)
    assert len(set(places)) == len(places)


def test_a_letter_says_where_it_came_from_and_why() -> None:
    """The record's own headers come first, unchanged; a fault of the whole message has an empty field."""
    item = record(7, b"x")
    assert [
        ("deskpulse.topic", b"support.chats"),
        ("deskpulse.partition", b"0"),
        ("deskpulse.offset", b"7"),
        ("deskpulse.reason", b"not_json"),
        ("deskpulse.field", b""),
    ] == headers_of(Bad("support.chats", 0, item, "not_json", None))


@pytest.mark.kafka
def test_a_thousand_bad_messages_among_ten_thousand_good_ones(kafka: Cluster, tmp_path: Path) -> None:
    """1,000 dead letters, once, also after a restart and after a kill; 10,000 events, each time."""
    for topic in TOPICS:
        kafka.create_topic(topic, 4)
    kafka.produce("support.tickets", mixed(1_000))
    with Worker(kafka.addresses, tmp_path) as worker:
        view = worker.ready(4)
        assert events_of(view) == GOOD
        worker.recorded()
        written = kafka.read("support.dead")
        assert len(written) == 1_000
        once(written, {"support.tickets": kafka.read("support.tickets")})
        reasons = Counter(KINDS[(number + 1) % len(KINDS)][1] for number in range(1_000))
        assert {f"support.tickets/{reason}": count for reason, count in reasons.items()} == view["rejected"]
        worker.process.kill()
    with Worker(kafka.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == GOOD
        kafka.produce("support.chats", [Message(b"one more", b"k")])
        worker.until(lambda view: view["rejected"].get("support.chats/not_json") == 1, "the next one is counted")
        assert worker.end() == 0
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.ready(4)
        assert worker.end() == 0
    written = kafka.read("support.dead")
    assert len(written) == 1_001
    once(written, {topic: kafka.read(topic) for topic in ("support.tickets", "support.chats")})


@pytest.mark.kafka
def test_five_megabytes_in_one_message_pass(kafka: Cluster, tmp_path: Path) -> None:
    """Byte for byte, although it is larger than a fetch usually is; the next event is processed."""
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.ready(4)
        big = b'{"type":"ticket.created","x":"' + b"x" * 5_500_000 + b'"}'
        kafka.produce("support.tickets", [Message(big, b"T1", partition=0), Message(created(1), b"T1", partition=0)])
        worker.until(lambda view: events_of(view) == 1, "the next event is processed")
        worker.until(lambda view: sum(view["rejected"].values()) == 1, "the big one is counted")
        assert worker.end() == 0
    (letter,) = kafka.read("support.dead")
    assert (letter.key, letter.value) == (b"T1", big)


@pytest.mark.kafka
def test_dead_letters_wait_for_a_broker_that_is_away(kafka: Cluster, tmp_path: Path) -> None:
    """A broker that is restarted in the middle costs no letter and doubles none that was acknowledged."""
    for topic in TOPICS:
        kafka.create_topic(topic, 4)
    kafka.produce("support.tickets", mixed(1_000))
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.until(lambda view: sum(view["events"].values()) > 0, "it reads")
        kafka.stop()
        kafka.start()
        view = worker.ready(4)
        assert events_of(view) == GOOD
        # A broker that has just come may take its time over a transaction, and a worker that leaves waits for seconds.
        worker.recorded()
        assert worker.end() == 0
    places = {json.dumps([str(value) for _, value in letter.headers[-5:-2]]) for letter in kafka.read("support.dead")}
    assert len(places) == 1_000


class FakeProducer:
    """Answers each send with the next of the class's outcomes: an error, or None for an acknowledgement."""

    outcomes: ClassVar[list[Exception | None]] = []
    starts: ClassVar[list[Exception | None]] = []
    written: ClassVar[list[bytes | None]] = []

    def __init__(self, **_settings: object) -> None:
        pass

    async def start(self) -> None:
        """Connect, or fail."""
        if self.starts and (error := self.starts.pop(0)) is not None:
            raise error

    async def stop(self) -> None:
        """Disconnect."""

    async def send(self, _topic: str, *, value: bytes | None, **_more: object) -> Future[None]:
        """Take one message."""
        answer: Future[None] = asyncio.get_running_loop().create_future()
        error = self.outcomes.pop(0) if self.outcomes else None
        if error is None:
            self.written.append(value)
            answer.set_result(None)
        else:
            answer.set_exception(error)
        return answer


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> type[FakeProducer]:
    """Put the fake in the place of aiokafka's producer, without pauses."""
    monkeypatch.setattr(deadletters, "AIOKafkaProducer", FakeProducer)
    monkeypatch.setattr(deadletters, "RETRY_S", 0.0)
    FakeProducer.outcomes, FakeProducer.starts, FakeProducer.written = [], [], []
    return FakeProducer


def letters(*values: bytes) -> list[Bad]:
    """Return bad records with these values."""
    return [Bad("support.tickets", 0, record(offset, value), "not_json", None) for offset, value in enumerate(values)]


async def test_what_failed_is_sent_again_and_nothing_else(producer: type[FakeProducer]) -> None:
    """A broker that is away at first, then loses one of three: each letter is written once."""
    producer.starts = [KafkaConnectionError(), None, KafkaConnectionError()]
    producer.outcomes = [None, KafkaTimeoutError(), None]
    await DeadLetters(Settings(("k:1",))).write(letters(b"a", b"b", b"c"))
    assert [b"a", b"c", b"b"] == producer.written


async def test_a_letter_that_can_never_be_written_stops_the_worker_and_says_why(producer: type[FakeProducer]) -> None:
    """Too large for the topic: the place of the message, its size, and the setting that helps."""
    producer.outcomes = [None, MessageSizeTooLargeError()]
    with pytest.raises(BrokerError) as raised:
        await DeadLetters(Settings(("k:1",))).write(letters(b"a", b"x" * 20_000_000))
    said = str(raised.value)
    assert "20000000 bytes from support.tickets partition 0 offset 1" in said
    assert "set max.message.bytes of support.dead to 21048576" in said
    assert len(said.splitlines()) == 1


async def test_a_refusal_of_the_topic_is_not_called_a_matter_of_size(producer: type[FakeProducer]) -> None:
    """Without leave to write there, leave is what helps."""
    producer.outcomes = [TopicAuthorizationFailedError()]
    with pytest.raises(BrokerError, match=r"allow this worker to write to support\.dead"):
        await DeadLetters(Settings(("k:1",))).write(letters(b"a"))


async def test_large_letters_do_not_all_wait_in_memory_at_once(producer: type[FakeProducer]) -> None:
    """They go out in groups of bounded size, in order, and none is forgotten."""
    values = [bytes([65 + number]) * 9_000_000 for number in range(9)]
    await DeadLetters(Settings(("k:1",))).write(letters(*values))
    assert values == producer.written
