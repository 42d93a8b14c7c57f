"""One event, as the message says it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle.times import moment_of

KEYS = {
    "ticket": "ticket_id",
    "chat": "chat_id",
    "survey": "subject_id",
    "agent": "agent_id",
    "customer": "customer_id",
}
"""Which field of which kind of event names its subject."""


@dataclass(frozen=True, eq=False)
class Event:
    """What a message says: about whom, when, what."""

    kind: str
    subject: str
    event_id: str
    at: int
    seq: int
    type: str
    says: dict[str, Any]


def read(message: bytes | str) -> Event:
    """Return what a message says."""
    says: dict[str, Any] = json.loads(message)
    kind = says["type"].split(".")[0]
    at = moment_of(says["occurred_at"])
    return Event(kind, says[KEYS[kind]], says["event_id"], at, says.get("seq", 0), says["type"], says)


def once(events: Sequence[Event]) -> list[Event]:
    """Return the events without repetitions, in the order in which they happened: time, `seq`, arrival."""
    first: dict[tuple[str, str, str], Event] = {}
    for event in events:
        first.setdefault((event.kind, event.subject, event.event_id), event)
    return sorted(first.values(), key=lambda event: (event.at, event.seq))
