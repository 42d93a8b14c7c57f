"""The quick way from bytes to an event: the models again, as structs that are decoded several times faster.

The structs are made from the pydantic models, so the models stay the one place where events are described. What a
struct does not take is given to the models, which say why, or take it after all; the few events about surveys,
agents and customers always go there. A test holds both ways against each other.
"""

from __future__ import annotations

from datetime import datetime
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Union, cast, get_args, get_origin

import msgspec

from stream.core.events import contacts, tickets
from stream.core.events.base import Identifier
from stream.core.times import to_micros

if TYPE_CHECKING:
    from stream.core.events.base import Event

_INT64: Final = 2**63 - 1
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
_FIELDS: Final[dict[str, Any]] = {
    "event_id": _Label,
    "occurred_at": Annotated[datetime, msgspec.Meta(tz=True)],
    "seq": Annotated[int, msgspec.Meta(ge=-_INT64, le=_INT64)] | None,
}
"""Types that are not the model's own: where pydantic's annotations carry its own kind of bounds."""


class Wire(msgspec.Struct, frozen=True, gc=False, tag_field="type"):
    """An event as it was read; it has the attributes of its model."""

    type: ClassVar[str]
    topic: ClassVar[str]
    key_field: ClassVar[str]
    event_id: _Label
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]

    @property
    def at(self) -> int:
        """Event time in microseconds since the Unix epoch."""
        return to_micros(self.occurred_at)

    @property
    def key(self) -> str:
        """The Kafka key: the id of the subject."""
        key: str = getattr(self, self.key_field)
        return key


def _type_of(annotation: Any) -> Any:
    """Return msgspec's type of a model's field: labels keep their bounds, all else is as it is."""
    if annotation is str or annotation == Identifier:
        return _Label
    if get_origin(annotation) in {Union, UnionType}:
        return Union[tuple(_type_of(part) for part in get_args(annotation))]  # noqa: UP007  made at run time
    return annotation


def _struct(model: type[Event], key_field: str) -> type[Wire]:
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for name, info in model.model_fields.items():
        if name == "type":
            continue
        kind = _FIELDS.get(name) or _type_of(info.annotation)
        if info.is_required():
            fields.append((name, kind))
        elif model is tickets.TicketAssigned and name == "agent_id":
            # Null is nobody; a field that is not there leaves the agent who is.
            fields.append((name, kind | msgspec.UnsetType, msgspec.UNSET))
        else:
            fields.append((name, kind, info.default))
    (tag,) = get_args(model.model_fields["type"].annotation)
    namespace = {"topic": model.topic, "key_field": key_field, "type": tag}
    made = msgspec.defstruct(
        model.__name__, fields, bases=(Wire,), namespace=namespace, tag=tag, kw_only=True, frozen=True, gc=False
    )
    return cast("type[Wire]", made)


def _structs(family: type[Event], key_field: str) -> dict[type[Event], type[Wire]]:
    return {model: _struct(model, key_field) for model in family.__subclasses__()}


WIRES: Final = _structs(tickets.TicketEvent, "ticket_id") | _structs(contacts.ContactEvent, "chat_id")
"""The struct of each model."""

_decoder: Final = msgspec.json.Decoder(Union[tuple(WIRES.values())])  # noqa: UP007  made at run time
decode_wire: Final = _decoder.decode
"""Return the event in some bytes; a `REFUSALS` where a struct does not take it, for whatever reason."""

REFUSALS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError, ValueError)
"""What `decode_wire` raises."""
