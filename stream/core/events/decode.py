"""Bytes of a Kafka message to an event, or to the reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.events.models import decode_by_model
from stream.core.events.wire import REFUSALS, decode_wire
from stream.errors import EventError

if TYPE_CHECKING:
    from stream.core.events.base import Event

MAX_BYTES: Final = 1 << 20
"""The largest message that is read as an event; a larger one is a mistake of its producer."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
"""Years that an event may lie in, by its own offset: at the ends of the calendar a deadline is no date any more."""

_TIME_SLACK: Final = 1_000
"""A Kafka record's own time has whole milliseconds only."""


def decode(raw: bytes | None) -> Event | None:
    """Return the event in `raw`, or None where its `type` is not known here.

    What comes back has the attributes of its model, and is either that model or the struct of it.

    Raises:
        EventError: with one of `REASONS`, the field at fault and what was found there.
    """
    if raw is None:
        raise EventError("null", None, "the message has no value; expected a JSON object")
    if len(raw) > MAX_BYTES:
        raise EventError("too_large", None, f"{len(raw)} bytes; at most {MAX_BYTES} are read as an event")
    try:
        # A struct passes over the text of fields that it does not know; what is not ASCII is looked at whole.
        if not raw.isascii():
            raw.decode("utf-8")
        event = decode_wire(raw)
    except REFUSALS:
        event = decode_by_model(raw)
        if event is None:
            return None
    year = event.occurred_at.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise EventError("bad_time", "occurred_at", f"year {year}; {FIRST_YEAR} to {LAST_YEAR} is expected")
    return event  # type: ignore[no-any-return]  # a cast would cost a call


def reject_future(event: Event, record_ms: int, skew: int) -> None:
    """Refuse an event that lies more than `skew` microseconds after its Kafka record's own time.

    Raises:
        EventError: reason `future`.
    """
    ahead = event.at - record_ms * 1_000
    if ahead > skew + _TIME_SLACK:
        raise EventError(
            "future",
            "occurred_at",
            f"{event.occurred_at.isoformat()} is {ahead / 1e6:.0f} s after the record's own time; "
            f"clock_skew allows {skew / 1e6:.0f} s",
        )
