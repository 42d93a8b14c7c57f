"""Events as messages of Kafka, with the disorder of real ones: some come late, some twice, a few are broken."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from stream.core.events import AgentStateChanged, ContactEvent, CustomerChanged, SurveyAnswered, TicketEvent
from stream.core.times import SECOND
from stream.tools.demo.desk import EventFields

TWICE: Final = 0.01
LATE: Final = 0.01
LATEST_S: Final = 600.0
BROKEN: Final = 0.001

_PLACES: Final = {
    "ticket": (TicketEvent.topic, "ticket_id"),
    "chat": (ContactEvent.topic, "chat_id"),
    "survey": (SurveyAnswered.topic, "subject_id"),
    "agent": (AgentStateChanged.topic, "agent_id"),
    "customer": (CustomerChanged.topic, "customer_id"),
}
"""Topic and key of an event, by the first word of its type."""


class Message(NamedTuple):
    """What is sent, and when: `at` is simulated time in microseconds, and the Kafka record's own time."""

    at: int
    topic: str
    key: str
    value: bytes


def messages(events: Iterable[tuple[int, EventFields]], seed: int = 1) -> Iterator[Message]:
    """Yield events as messages in the order in which they are sent; the same seed gives the same disorder."""
    chance = random.Random(f"disorder {seed}")  # noqa: S311  no secret
    held: list[Message] = []
    for at, event in events:
        while held and held[0].at <= at:
            yield heapq.heappop(held)
        topic, id_field = _PLACES[event["type"].partition(".")[0]]
        message = Message(at, topic, event[id_field], encode(event))
        fate = chance.random()
        # The beginning of a story comes in time: a chat of an unknown queue would be a riddle on the board.
        if fate < LATE and not event["type"].endswith((".created", ".started")):
            heapq.heappush(held, message._replace(at=_later(at, chance)))
            continue
        if fate < LATE + TWICE:
            heapq.heappush(held, message._replace(at=_later(at, chance)))
        elif fate < LATE + TWICE + BROKEN:
            # It is sent besides the true one, so that the desk's story stays whole.
            yield message._replace(value=chance.choice(BREAKAGES)(event))
        yield message


def encode(event: EventFields) -> bytes:
    """Return an event as compact JSON."""
    return json.dumps(event, separators=(",", ":")).encode()


def _later(at: int, chance: random.Random) -> int:
    return at + int(min(chance.expovariate(1 / 60.0), LATEST_S) * SECOND)


def _cut_off(event: EventFields) -> bytes:
    whole = encode(event)
    return whole[: len(whole) // 2]


def _without_offset(event: EventFields) -> bytes:
    return encode({**event, "occurred_at": event["occurred_at"].removesuffix("Z")})


def _without_id(event: EventFields) -> bytes:
    return encode({name: value for name, value in event.items() if name != "event_id"})


def _quoted_number(event: EventFields) -> bytes:
    return encode({**event, "seq": str(event["seq"])})


def _in_latin_1(event: EventFields) -> bytes:
    return encode(event).replace(b'"source":"', b'"source":"B\xfcro ')


BREAKAGES: Final[tuple[Callable[[EventFields], bytes], ...]] = (
    _cut_off,
    _without_offset,
    _without_id,
    _quoted_number,
    _in_latin_1,
)
"""Ways in which producers get it wrong."""
