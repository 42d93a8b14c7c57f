"""A small desk at which everything happens that a formula counts, within the last hour."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from stream.core.events import Event, decode
from stream.core.policy import Policy
from stream.core.shard import Shard
from tests.core.build import at, event
from tests.core.build import policy as policy_of

NOW = "10:30:00"
TARGETS = """
clock: first_response, within: 5m
clock: next_response, within: 5m
clock: resolution, within: 30m, warn: 10m
clock: ownership, within: 15m
"""


def busy_policy(**parts: str) -> Policy:
    """Return a policy with a target for each clock, a cost, and bands."""
    usual = {
        "service_level": "[{match: {queue: [billing, sales]}, within: 20s, short_abandon: 5s}]",
        "windows": "[1h, 24h]",
        "cost": "{agent_hour: 32.5, currency: EUR}",
        "bands": "{csat: {good: 0.8, bad: 0.7}}",
        "agents": "{export: true}",
    }
    return policy_of(TARGETS, **usual | parts)


def busy_events() -> Iterator[Event]:
    """Yield the events of three queues; that of returns has neither contacts, agents nor answers, sales no mail."""
    for number, queue in enumerate(("billing", "billing", "billing", "returns")):
        yield from _ticket(f"T{number}", number, queue)
    for number, queue in enumerate(("billing", "billing", "sales", "hotline")):
        yield from _contact(f"C{number}", number, queue)
    yield from _bot()
    # A wait whose beginning was not seen is counted and has no duration.
    yield event("chat.accepted", "10:00", chat_id="C9", agent_id="a2")
    yield from _surveys()
    yield from _agents()
    yield from _customers()
    # A week ago, and in the full hour before this one.
    for number, when in enumerate(("2026-02-23T09:10:00Z", "2026-02-23T09:50:00Z", "2026-03-02T09:15:00Z")):
        yield event("ticket.created", when, ticket_id=f"W{number}", queue="billing", channel="email", priority="low")


def _ticket(name: str, number: int, queue: str) -> Iterator[Event]:
    of = {"ticket_id": name}
    fields = {"queue": queue, "channel": "email", "priority": ("low", "high")[number % 2]}
    yield event("ticket.created", f"10:0{number}", agent_id="a1", **of, **fields)
    yield event("ticket.message", f"10:0{number}:30", author="customer", visibility="public", **of)
    yield event("ticket.message", f"10:0{2 + 2 * number}", author="agent", visibility="public", **of)
    if number:
        yield event("ticket.message", f"10:1{number}", author="customer", visibility="public", **of)
        yield event("ticket.message", f"10:1{4 + number}", author="agent", visibility="public", **of)
    if number == 1:
        yield event("ticket.escalated", "10:19", **of)
        yield event("ticket.assigned", "10:20", queue="sales", **of)
        return
    yield event("ticket.status_changed", f"10:2{number}", status="solved", **of)
    if number == 2:
        yield event("ticket.status_changed", "10:28", status="open", **of)


def _contact(name: str, number: int, queue: str) -> Iterator[Event]:
    of = {"chat_id": name}
    yield event("chat.started", f"10:0{number}", channel="voice", handled_by="queue", queue=queue, **of)
    yield event("chat.queued", f"10:0{number}", queue=queue, **of)
    if number == 1:
        yield event("chat.abandoned", "10:01:04", **of)
        return
    yield event("chat.accepted", f"10:0{number}:{10 + 20 * (number % 3 // 2)}", agent_id=f"a{number}", **of)
    if number == 2:
        yield event("chat.transferred", "10:04", queue="billing", **of)
        yield event("chat.accepted", "10:05", agent_id="a1", **of)
    yield event("chat.ended", f"10:1{number}", ended_by="customer", **of)
    yield event("chat.wrapped_up", f"10:1{number}:30", **of)


def _bot() -> Iterator[Event]:
    for number in range(3):
        of = {"chat_id": f"B{number}"}
        yield event("chat.started", "10:00", channel="chat", handled_by="bot", queue="sales", **of)
        if number:
            yield event("chat.ended", f"10:0{number}", ended_by="customer", resolved=number == 1, **of)
        else:
            yield event("chat.queued", "10:01", queue="sales", **of)


def _surveys() -> Iterator[Event]:
    asked: tuple[tuple[str, str, float, float, float], ...] = (
        ("csat", "T0", 5, 1, 5), ("csat", "T1", 2, 1, 5), ("csat", "T2", 4, 1, 5), ("csat", "C2", 4, 1, 5),
        ("ces", "T0", 2, 1, 7), ("ces", "C2", 3, 1, 5),
        ("nps", "T0", 10, 0, 10), ("nps", "T1", 9, 0, 10), ("nps", "T2", 3, 0, 10), ("nps", "C2", 7, 0, 10),
        ("qa", "T0", 70, 0, 100), ("qa", "C2", 1, 0, 3),
        ("enps", "a1", 9, 0, 10), ("enps", "a2", 1, 0, 10), ("enps", "a3", 8, 0, 10),
    )  # fmt: skip
    for kind, subject, score, low, high in asked:
        yield answer("10:29", kind, subject, score, low, high)


def answer(when: str, kind: str, subject: str, score: float = 10, low: float = 0, high: float = 10) -> Event:
    """Return an answer to a survey."""
    fields = {"kind": kind, "subject_id": subject, "score": score, "scale_min": low, "scale_max": high}
    return _with_kind("survey.answered", f"2026-03-02T{when}:00Z", fields)


def _agents() -> Iterator[Event]:
    states: tuple[tuple[str, str, str, list[str]], ...] = (
        ("a1", "08:00", "available", ["billing", "sales"]),
        ("a1", "10:00", "busy", ["billing", "sales"]),
        ("a1", "10:20:00.5", "wrap_up", ["billing", "sales"]),
        ("a2", "10:10", "available", ["billing"]),
        ("a2", "10:20", "break", ["billing"]),
        ("a3", "09:00", "busy", []),
        ("a3", "10:15", "offline", []),
    )
    for agent, when, state, queues in states:
        yield event("agent.state_changed", when, agent_id=agent, state=state, queues=queues)


def _customers() -> Iterator[Event]:
    changes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("K1", "2026-01-05T00:00:00Z", {"status": "active", "plan_value": 100}),
        ("K2", "2026-01-06T00:00:00Z", {"status": "active", "plan_value": 50.25}),
        ("K3", "2026-01-07T00:00:00Z", {"status": "active", "plan_value": 70}),
        ("K1", "2026-02-20T00:00:00Z", {"status": "active", "plan_value": 130.5, "kind": "expansion"}),
        ("K2", "2026-02-21T00:00:00Z", {"status": "lost"}),
        ("K3", "2026-02-22T00:00:00Z", {"status": "active", "plan_value": 60, "kind": "contracted"}),
        ("K4", "2026-02-23T00:00:00Z", {"status": "active", "plan_value": 20}),
    )
    for name, when, fields in changes:
        yield customer(when, name, **fields)


def customer(when: str, name: str, **fields: Any) -> Event:
    """Return a change of a customer."""
    return _with_kind("customer.changed", when, {"customer_id": name, **fields})


def _with_kind(type_: str, when: str, fields: dict[str, Any]) -> Event:
    """Return an event of a type that has a field `kind`."""
    body = {"type": type_, "event_id": f"{type_} {fields}", "occurred_at": when, **fields}
    made = decode(json.dumps(body).encode())
    assert made is not None
    return made


def spread(policy: Policy, events: Iterable[Event], shards: int, until: str = NOW) -> tuple[Shard, ...]:
    """Return so many shards that have seen the events, each its own part."""
    made = tuple(Shard(policy, number) for number in range(shards))
    for each in sorted(events, key=lambda each: each.at):
        made[zlib.crc32(each.key.encode()) % shards].apply(each)
    for shard in made:
        shard.advance(at(until))
    return made
