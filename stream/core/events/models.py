"""The events as pydantic models: what the fast structs refuse is read by these, which say what is wrong with it."""

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


def decode_by_model(raw: bytes) -> Event | None:
    """Return the event in `raw`, or None where its `type` is not known here.

    Raises:
        EventError: with one of `REASONS`, the field at fault and what was found there.
    """
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
