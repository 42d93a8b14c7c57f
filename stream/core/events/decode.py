"""Bytes of a Kafka message to an event, or to the reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

from pydantic import Field, TypeAdapter, ValidationError

from stream.core.events.contacts import (
    ChatAbandoned,
    ChatAccepted,
    ChatCallbackRequested,
    ChatEnded,
    ChatMessage,
    ChatMissed,
    ChatOffered,
    ChatQueued,
    ChatStarted,
    ChatTransferred,
    ChatWrappedUp,
)
from stream.core.events.people import AgentStateChanged, CustomerChanged, SurveyAnswered
from stream.core.events.tickets import (
    TicketAssigned,
    TicketCreated,
    TicketDeleted,
    TicketEscalated,
    TicketMerged,
    TicketMessage,
    TicketPriorityChanged,
    TicketRestored,
    TicketStatusChanged,
)
from stream.core.events.wire import REFUSALS, decode_wire
from stream.errors import EventError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from stream.core.events.base import Event

_Union = (
    TicketCreated
    | TicketMessage
    | TicketAssigned
    | TicketStatusChanged
    | TicketPriorityChanged
    | TicketEscalated
    | TicketMerged
    | TicketDeleted
    | TicketRestored
    | ChatStarted
    | ChatQueued
    | ChatOffered
    | ChatMissed
    | ChatAccepted
    | ChatMessage
    | ChatTransferred
    | ChatAbandoned
    | ChatCallbackRequested
    | ChatEnded
    | ChatWrappedUp
    | SurveyAnswered
    | AgentStateChanged
    | CustomerChanged
)
AnyEvent = Annotated[_Union, Field(discriminator="type")]
"""The discriminated union of every event, told apart by `type`."""

ADAPTER: Final[TypeAdapter[Any]] = TypeAdapter(AnyEvent)

MAX_BYTES: Final = 1 << 20
"""The largest message that is read as an event; a larger one is a mistake of its producer."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
"""Years that an event may lie in, by its own offset: at the ends of the calendar a deadline is no date any more."""

REASONS: Final = (
    "null",
    "too_large",
    "not_utf8",
    "not_json",
    "too_deep",
    "not_an_object",
    "missing_field",
    "wrong_type",
    "naive_time",
    "bad_time",
    "bad_value",
    "future",
)
"""Every `EventError.reason`: the closed set of values of the metrics' label."""

_REASON_OF_PYDANTIC: Final = {
    "missing": "missing_field",
    "union_tag_not_found": "missing_field",
    "timezone_aware": "naive_time",
    "datetime_parsing": "bad_time",
    "datetime_from_date_parsing": "bad_time",
    "datetime_object_invalid": "bad_time",
    "model_attributes_type": "not_an_object",
    "model_type": "not_an_object",
    "dict_type": "not_an_object",
}
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
        event = _decode_by_model(raw)
        if event is None:
            return None
    year = event.occurred_at.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise EventError("bad_time", "occurred_at", f"year {year}; {FIRST_YEAR} to {LAST_YEAR} is expected")
    return event  # type: ignore[no-any-return]  # a cast would cost a call


def _decode_by_model(raw: bytes) -> Event | None:
    try:
        event: Event = ADAPTER.validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "union_tag_invalid":
            kind = first["input"]["type"]
            if isinstance(kind, str):
                return None
            raise EventError("wrong_type", "type", f"text is expected, found {_beginning(kind)}") from None
        _refuse(raw, first)
    return event


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


def _refuse(raw: bytes, first: ErrorDetails) -> NoReturn:
    kind = first["type"]
    if kind == "json_invalid":
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise EventError("not_utf8", None, f"byte {raw[error.start]:#04x} at {error.start}") from None
        detail = str(first.get("ctx", {}).get("error", first["msg"]))
        raise EventError("too_deep" if "recursion" in detail else "not_json", None, detail)
    # The location starts with the union's tag, which is no field of the message.
    path = [str(part) for part in first["loc"] if not (isinstance(part, str) and "." in part)]
    field = ".".join(path) or ("type" if kind == "union_tag_not_found" else None)
    reason = _REASON_OF_PYDANTIC.get(kind)
    if reason is None:
        reason = "wrong_type" if kind.endswith("_type") else "bad_value"
    if kind == "model_attributes_type" and field is not None:
        reason = "wrong_type"
    shown = "" if reason == "missing_field" else f", found {_beginning(first['input'])}"
    message = first["msg"]
    if kind == "union_tag_not_found":
        message = "a `type` of text is expected"
    raise EventError(reason, field, f"{message}{shown}")


def _beginning(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 80 else text[:77] + "..."
