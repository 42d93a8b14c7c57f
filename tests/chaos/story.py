"""The story of a run: events of a desk in the order in which they are told, doubled and shuffled, from a seed alone."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple

from stream.core.clocks import NEVER
from stream.core.times import HOUR, MINUTE, SECOND, parse_rfc3339, rfc3339
from tests.chaos.lives import ANSWERS, LIVES

ORIGIN: Final = parse_rfc3339("2026-03-02T08:00:00Z")
"""When every story begins; the past, for Kafka refuses records that are dated too far in the future."""
LONGEST: Final = 35 * MINUTE
"""No life is longer. So whatever is told late is told before a policy that holds what has ended for an hour forgets."""
TOPIC: Final = {
    "ticket": "support.tickets",
    "chat": "support.chats",
    "survey": "support.surveys",
    "agent": "support.agents",
    "customer": "support.customers",
}
KEY: Final = {"ticket": "ticket_id", "chat": "chat_id", "agent": "agent_id", "customer": "customer_id"}
BAD: Final = (
    b"",
    b"no event",
    b"[1]",
    b'{"event_id": "x"}',
    b'{"type": "ticket.created", "event_id": "e", "ticket_id": "T"}',
    b'{"type": "ticket.created", "event_id": "e", "ticket_id": "T", "occurred_at": "2026-03-02T09:00:00"}',
    b'{"type": "ticket.created", "event_id": "e", "ticket_id": 5, "occurred_at": "2026-03-02T09:00:00Z"}',
)
"""Messages that belong on the dead-letter topic."""
STRANGE: Final = b'{"type": "printer.jammed", "event_id": "e", "occurred_at": "2026-03-02T09:00:00Z"}'
"""A message of a type that nobody knows: it is passed over, and no letter."""


class Message(NamedTuple):
    """One message of the story.

    Attributes:
        due: when it is told, on the desk's clock in microseconds.
        at: when it happened.
        topic, key, value: as Kafka carries them.
        fresh: the first telling of an event; the others are doubles of it.
        counts: the type of the event, and the group that its creation says; "bad" or "strange" for what is none.
    """

    due: int
    at: int
    topic: str
    key: bytes
    value: bytes
    fresh: bool
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Telling:
    """How a story is told.

    Attributes:
        span: how long the desk is looked at, microseconds.
        doubled: share of the events that are told twice.
        astray: share of the tellings that come up to `far` late; all others come up to `near` late, or up to
            `early` before they happened, as from a source whose clock is fast.
        bad: share of messages that are no events.
        ended: share of tickets and contacts that come to their end, if that comes before `LONGEST`.
        latest: no end comes later after the beginning, microseconds.
    """

    span: int = 2 * HOUR
    doubled: float = 0.10
    astray: float = 0.02
    early: int = 20 * SECOND
    near: int = MINUTE
    far: int = 15 * MINUTE
    bad: float = 0.005
    ended: float = 0.7
    latest: int = NEVER


def story(seed: int, events: int, telling: Telling) -> list[Message]:
    """Return the messages of so many events in the order in which they are told."""
    rng = random.Random(seed)
    told: list[Message] = []
    for at, topic, key, value, counts in islice(_happenings(rng, telling), events):
        dues = sorted(_due(rng, at, telling) for _ in range(1 + (rng.random() < telling.doubled)))
        told += [Message(due, at, topic, key, value, number == 0, counts) for number, due in enumerate(dues)]
        if rng.random() < telling.bad:
            none, what = (STRANGE, "strange") if rng.random() < 0.2 else (rng.choice(BAD), "bad")
            told.append(Message(dues[0], at, topic, key, none, fresh=True, counts=(what,)))
    told.sort(key=lambda message: message.due)
    return told


def _due(rng: random.Random, at: int, telling: Telling) -> int:
    if rng.random() < telling.astray:
        return at + rng.randrange(telling.far)
    return at + rng.randrange(-telling.early, telling.near)


def _happenings(rng: random.Random, telling: Telling) -> Iterator[tuple[int, str, bytes, bytes, tuple[str, ...]]]:
    """Yield time, topic, key and value of events, life after life and for ever, with what they count in."""
    number = 0
    while True:
        ((letter, life, _),) = rng.choices(LIVES, [weight for *_, weight in LIVES])
        key = f"{letter}{number}"
        number += 1
        begins = ORIGIN + rng.randrange(telling.span * 9 // 10)
        steps = list(life.walk(rng, telling.ended, telling.latest))
        if letter in "TC" and rng.random() < 0.3:
            kind, least, most = rng.choice(ANSWERS)
            answer = {"kind": kind, "scale_min": least, "scale_max": most, "score": rng.randint(least, most)}
            steps.append((steps[-1][0] + rng.randrange(5 * MINUTE), "survey.answered", answer))
        for place, (after, kind, says) in enumerate(steps):
            at = begins + after
            if after < LONGEST and at < ORIGIN + telling.span:
                topic, value = TOPIC[kind.partition(".")[0]], _value(key, place, at, kind, says)
                yield at, topic, key.encode(), value, _counts(kind, says)


def _value(key: str, place: int, at: int, kind: str, says: dict[str, Any]) -> bytes:
    subject = KEY.get(kind.partition(".")[0], "subject_id")
    body = {"type": kind, "event_id": f"{key}-{place}", "occurred_at": rfc3339(at), "seq": place, subject: key}
    return json.dumps(body | {"source": "desk"} | says).encode()


def _counts(kind: str, says: dict[str, Any]) -> tuple[str, ...]:
    if kind == "ticket.created":
        return kind, says["queue"], says["channel"], says["priority"]
    if kind == "ticket.status_changed":
        return kind, says["status"]
    return (kind,)
