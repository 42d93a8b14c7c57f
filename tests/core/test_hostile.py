"""Whatever stands in a field of a message, it is an event or a dead letter: nothing stops a worker, nothing grows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream.core.events import REASONS, Event, decode
from stream.core.policy import default_policy
from stream.core.shard import Shard
from stream.errors import EventError
from tests.core.build import at, created, figures

POLICY = default_policy()
SENT = {"event_id": "e1", "occurred_at": "2026-03-02T09:00:00Z", "seq": 1, "source": "s", "tenant": "t"}
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "ticket.created", "ticket_id": "T1", "channel": "email", "queue": "q", "priority": "high", "tags": ["a"]},
    {"type": "ticket.message", "ticket_id": "T1", "author": "customer", "visibility": "public"},
    {"type": "ticket.assigned", "ticket_id": "T1", "agent_id": "a", "queue": "q"},
    {"type": "ticket.status_changed", "ticket_id": "T1", "status": "solved"},
    {"type": "ticket.merged", "ticket_id": "T1", "into": "T2"},
    {"type": "chat.started", "chat_id": "C1", "channel": "chat", "queue": "q", "handled_by": "queue"},
    {"type": "chat.accepted", "chat_id": "C1", "agent_id": "a"},
    {"type": "chat.ended", "chat_id": "C1", "resolved": True},
    {"type": "survey.answered", "subject_id": "T1", "kind": "csat", "score": 3, "scale_min": 1, "scale_max": 5},
    {"type": "agent.state_changed", "agent_id": "a", "queues": ["q"], "state": "available", "capacity": 3},
    {"type": "customer.changed", "customer_id": "c", "status": "active", "plan_value": 3.0, "kind": "recurring"},
)
NUMBERS = ("0", "-0", "-1", "1e3", "0.1", "5e-324", "1e308", "-1e308", "1e400", "NaN", "Infinity", "9" * 5_000)
TIMES = (
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00+23:59",
    "2026-03-02T24:00:00Z", "2026-06-30T23:59:60Z", "2999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999-14:00",
)  # fmt: skip
TEXTS = ("", " ", "\x00", '\n"{}', "x" * 256, "x" * 257, "x" * 900_000, "ü" * 256, "\U0001f389" * 256, *TIMES)
LISTS: tuple[Any, ...] = (
    [],
    [None],
    [[]],
    {},
    {"x": {"y": []}},
    ["q"] * 1_000,
    ["q"] * 100_000,
    [f"q{n}" for n in range(60_000)],
)
VALUES = (
    *NUMBERS, *map(json.dumps, TEXTS), *map(json.dumps, LISTS), "null", "true", '"\\ud800"', "[" * 5_000 + "]" * 5_000,
)  # fmt: skip


def message(event: dict[str, Any], field: str, value: str) -> bytes:
    """Return the message with one field that says something else, in JSON that Python itself might not write."""
    parts = [f"{json.dumps(name)}: {json.dumps(told)}" for name, told in event.items() if name != field]
    return f"{{{', '.join([*parts, f'{json.dumps(field)}: {value}'])}}}".encode()


def decoded(raw: bytes) -> Event | EventError | None:
    """Return the event, or why it is none."""
    try:
        return decode(raw)
    except EventError as error:
        return error


@pytest.mark.parametrize("event", EVENTS, ids=[event["type"] for event in EVENTS])
def test_any_value_in_any_field_is_an_event_or_a_dead_letter(event: dict[str, Any]) -> None:
    """An event can be applied, shown and explained in JSON; a dead letter has a known reason and a short text."""
    whole = SENT | event
    for field in (*whole, "unknown"):
        for value in VALUES:
            shard = Shard(POLICY)
            shard.apply(created("08:00", queue="q"))
            told = decoded(message(whole, field, value))
            if isinstance(told, EventError):
                assert told.reason in REASONS
                assert len(str(told)) < 500
                continue
            if told is None:
                assert "type" == field
                continue
            shard.apply(told, told.at)
            shard.advance(at("10:00"))
            json.dumps(figures(shard), allow_nan=False)
            json.dumps([shard.explain(told.key), shard.at_risk(None, 50)], allow_nan=False).encode()


@pytest.mark.parametrize(
    ("when", "taken"), [("1899-12-31", False), ("1900-01-01", True), ("2999-12-31", True), ("3000-01-01", False)]
)
@pytest.mark.parametrize("kind", [0, 10], ids=["by struct", "by model"])
def test_a_year_in_which_no_desk_was_open_is_refused(kind: int, when: str, taken: bool) -> None:
    """At the ends of the calendar a deadline has no date; both ways of decoding draw the same line."""
    raw = json.dumps(SENT | EVENTS[kind] | {"occurred_at": f"{when}T12:00:00Z"}).encode()
    if taken:
        assert decode(raw) is not None
        return
    with pytest.raises(EventError) as refused:
        decode(raw)
    assert ("bad_time", "occurred_at") == (refused.value.reason, refused.value.field)
    assert "1900 to 2999 is expected" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "field", "most"),
    [(8, "scale_max", 1e6), (9, "queues", ["q"] * 1_000), (10, "plan_value", 1e12)],
)
def test_what_adds_up_is_bounded(kind: int, field: str, most: Any) -> None:
    """Scores, money and queues have a largest value, so that no sum of them leaves the numbers."""
    assert decode(json.dumps(SENT | EVENTS[kind] | {field: most}).encode()) is not None
    more = [*most, "q"] if isinstance(most, list) else most * 1.001
    with pytest.raises(EventError) as refused:
        decode(json.dumps(SENT | EVENTS[kind] | {field: more}).encode())
    assert ("bad_value", field) == (refused.value.reason, refused.value.field)
