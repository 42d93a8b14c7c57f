"""Bytes to events: what is refused, why, and which field is said to be at fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream.core.events import REASONS, TOPICS, decode, reject_future
from stream.errors import EventError
from tests.core.build import created

GOOD: dict[str, Any] = {
    "type": "ticket.created",
    "event_id": "e1",
    "occurred_at": "2026-03-02T09:00:00Z",
    "ticket_id": "T1",
    "channel": "email",
    "queue": "billing",
    "priority": "high",
}


def raw(**changes: Any) -> bytes:
    """Return the good message with some fields changed; a field set to `...` is left out."""
    return json.dumps({k: v for k, v in (GOOD | changes).items() if v is not ...}).encode()


BAD: tuple[tuple[str, bytes | None, str, str | None], ...] = (
    ("no value at all", None, "null", None),
    ("empty", b"", "not_json", None),
    ("not UTF-8", b'{"type":"\xff"}', "not_utf8", None),
    ("Latin-1", raw(queue="Zürich").decode("unicode_escape").encode("latin-1"), "not_utf8", None),
    ("not UTF-8 in a field nobody knows", raw(x="?").replace(b"?", b"\xff"), "not_utf8", None),
    ("not JSON", b"hello", "not_json", None),
    ("cut off", raw()[:-5], "not_json", None),
    ("two objects", raw() + raw(), "not_json", None),
    ("a list", b"[]", "not_an_object", None),
    ("a number", b"17", "not_an_object", None),
    ("null in JSON", b"null", "not_an_object", None),
    ("nesting 10,000 deep", b"[" * 10_000 + b"]" * 10_000, "too_deep", None),
    ("nesting in a field", b'{"type":"ticket.created","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep", None),
    ("5 MB", b'{"type":"ticket.created","x":"' + b"x" * 5_000_000 + b'"}', "too_large", None),
    ("no type", raw(type=...), "missing_field", "type"),
    ("a type of a number", raw(type=5), "wrong_type", "type"),
    ("no id", raw(ticket_id=...), "missing_field", "ticket_id"),
    ("no event id", raw(event_id=...), "missing_field", "event_id"),
    ("no time", raw(occurred_at=...), "missing_field", "occurred_at"),
    ("a naive time", raw(occurred_at="2026-03-02T09:00:00"), "naive_time", "occurred_at"),
    ("a time as a number", raw(occurred_at=1772442000), "wrong_type", "occurred_at"),
    ("no such day", raw(occurred_at="2026-02-30T09:00:00Z"), "bad_time", "occurred_at"),
    ("words for a time", raw(occurred_at="yesterday"), "bad_time", "occurred_at"),
    ("an id of a number", raw(ticket_id=17), "wrong_type", "ticket_id"),
    ("an empty id", raw(ticket_id=""), "bad_value", "ticket_id"),
    ("a label of 300 characters", raw(queue="q" * 300), "bad_value", "queue"),
    ("a status that is none", raw(status="resolved"), "bad_value", "status"),
    ("a seq in quotes", raw(seq="1"), "wrong_type", "seq"),
    ("a seq with a fraction", raw(seq=1.5), "wrong_type", "seq"),
    ("a seq beyond 64 bits", raw(seq=2**70), "bad_value", "seq"),
)


@pytest.mark.parametrize(("message", "reason", "field"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input(message: bytes | None, reason: str, field: str | None) -> None:
    """What is no event is refused with its reason and the field at fault."""
    with pytest.raises(EventError) as refused:
        decode(message)
    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert reason in REASONS


@pytest.mark.parametrize(("score", "low", "high", "kind"), [(6, 1, 5, "csat"), (3, 5, 1, "csat"), (3, 1, 5, "nps")])
def test_impossible_scores(score: int, low: int, high: int, kind: str) -> None:
    """A score outside its scale, a scale upside down and an NPS on another scale are refused."""
    survey = GOOD | {
        "type": "survey.answered",
        "subject_id": "T1",
        "kind": kind,
        "score": score,
        "scale_min": low,
        "scale_max": high,
    }
    with pytest.raises(EventError) as refused:
        decode(json.dumps(survey).encode())
    assert refused.value.reason == "bad_value"


def test_unknown_fields_and_null_options_are_taken() -> None:
    """Producers may add fields, and may say null for what they do not know."""
    event = decode(raw(mood="fine", queue=None, customer_tier=None, nested={"a": [1]}))
    assert event is not None
    assert event.key == "T1"


def test_unknown_type_is_skipped() -> None:
    """A type of tomorrow is neither an event nor a mistake."""
    assert decode(raw(type="ticket.starred")) is None


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-03-02T09:00:00Z", 1772442000000000),
        ("2026-03-02T10:00:00+01:00", 1772442000000000),
        ("2026-03-02T09:00:00.000001Z", 1772442000000001),
        ("1999-01-01T00:00:31+02:00", 915141631000000),
        ("1969-12-31T23:59:59.999999Z", -1),
    ],
)
def test_event_time_is_exact(text: str, micros: int) -> None:
    """Every microsecond of an event time survives."""
    event = decode(raw(occurred_at=text))
    assert event is not None
    assert event.at == micros


def test_future_events_are_refused_beyond_the_skew() -> None:
    """An event may lie `clock_skew` after its record's own time, and not a second more."""
    event = created("09:05:00")
    record_ms = (event.at - 300_000_000) // 1000
    reject_future(event, record_ms, 300_000_000)
    with pytest.raises(EventError) as refused:
        reject_future(event, record_ms - 1_000, 300_000_000)
    assert refused.value.reason == "future"


def test_every_topic_is_named_once() -> None:
    """The source topics are the ones that the events name."""
    assert len(set(TOPICS)) == len(TOPICS) == 5
