"""The events of an invented support desk, in order of time: tickets and chats that live as such things do."""

from __future__ import annotations

import heapq
import itertools
import json
import random
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.kafka import Message

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUEUES = ("billing", "tech", "sales", "returns", "accounts")
PRIORITIES = ("low", "normal", "normal", "high", "urgent")

Step = tuple[float, str, dict[str, Any]]


def until_now(count: int, queues: Sequence[str] = QUEUES) -> Iterator[tuple[str, Message]]:
    """Yield so many events of a desk, the last of which happens now."""
    (_, last) = deque(events(count), maxlen=1)[0]
    length = datetime.fromisoformat(json.loads(last.value or b"")["occurred_at"]) - START
    return events(count, start=datetime.now(UTC) - length, queues=queues)


def events(
    count: int, per_second: float = 1.0, seed: int = 1, start: datetime = START, queues: Sequence[str] = QUEUES
) -> Iterator[tuple[str, Message]]:
    """Yield `count` times a topic and a message; new tickets and chats come at `per_second` from `start` on."""
    rng = random.Random(seed)
    numbers = itertools.count()
    due: list[tuple[float, int, str, str, dict[str, Any]]] = []
    now = 0.0
    for number in range(count):
        if not due or due[0][0] > now:
            now += rng.expovariate(per_second)
            topic, key, steps = (_ticket if rng.random() < 0.6 else _chat)(rng, number, queues)
            for after, kind, fields in steps:
                heapq.heappush(due, (now + after, next(numbers), topic, key, {"type": kind} | fields))
        at, _, topic, key, fields = heapq.heappop(due)
        when = (start + timedelta(seconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body = {"event_id": f"e{number}", "occurred_at": when, "source": "zendesk"} | fields
        yield topic, Message(json.dumps(body).encode(), key.encode())


def _ticket(rng: random.Random, number: int, queues: Sequence[str]) -> tuple[str, str, list[Step]]:
    key = f"T{number}"
    ticket = {"ticket_id": key}
    first = {"channel": rng.choice(("email", "web")), "queue": rng.choice(queues), "priority": rng.choice(PRIORITIES)}
    steps: list[Step] = [(0.0, "ticket.created", ticket | first)]
    at = 0.0
    for _ in range(rng.choice((1, 1, 2, 3))):
        at += rng.expovariate(1 / 1_800)
        agent = f"a{rng.randrange(40)}"
        steps.append((at, "ticket.assigned", ticket | {"agent_id": agent}))
        reply = {"author": "agent", "visibility": "public", "agent_id": agent}
        steps.append((at + rng.expovariate(1 / 600), "ticket.message", ticket | reply))
        if rng.random() < 0.6:
            steps.append((at + 700, "ticket.status_changed", ticket | {"status": "pending"}))
            at += rng.expovariate(1 / 7_200)
            steps.append((at + 701, "ticket.message", ticket | {"author": "customer", "visibility": "public"}))
    steps.append((at + 3_600, "ticket.status_changed", ticket | {"status": "solved"}))
    return "support.tickets", key, steps


def _chat(rng: random.Random, number: int, queues: Sequence[str]) -> tuple[str, str, list[Step]]:
    key = f"C{number}"
    chat = {"chat_id": key}
    start = {"channel": rng.choice(("chat", "voice")), "queue": rng.choice(queues), "handled_by": "queue"}
    steps: list[Step] = [(0.0, "chat.started", chat | start)]
    wait = rng.expovariate(1 / 40)
    if rng.random() < 0.1:
        return "support.chats", key, [*steps, (wait, "chat.abandoned", chat)]
    agent = {"agent_id": f"a{rng.randrange(40)}"}
    steps.append((wait, "chat.accepted", chat | agent))
    for turn in range(rng.randrange(2, 8)):
        author = "agent" if turn % 2 else "customer"
        steps.append((wait + 20.0 * turn + 5, "chat.message", chat | {"author": author, "visibility": "public"}))
    steps.append((wait + 240, "chat.ended", chat | {"ended_by": "customer"}))
    steps.append((wait + 300, "chat.wrapped_up", chat))
    return "support.chats", key, steps
