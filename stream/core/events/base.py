"""What every event carries: identity, event time, order, origin."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from stream.core.times import to_micros

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256)]
"""An id or a label value: 1 to 256 characters."""

TicketStatus = Literal["new", "open", "pending", "on_hold", "solved", "closed"]
Author = Literal["customer", "agent", "bot", "system"]
Visibility = Literal["public", "internal"]

_INT64 = 2**63 - 1


class Event(BaseModel):
    """One message of a source topic.

    Unknown extra fields are ignored, so that producers may add some; known fields are never
    coerced: a number in quotes is a wrong type.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    topic: ClassVar[str]
    """The topic that usually carries the event; any source topic may."""

    type: str
    event_id: Identifier
    """Unique; a second event of one subject with the same id changes nothing."""
    occurred_at: AwareDatetime
    """Event time, RFC 3339 with an offset: every duration and window uses it."""
    seq: Annotated[int, Field(ge=-_INT64, le=_INT64)] | None = None
    """Order of the events of one subject with the same `occurred_at`."""
    source: Identifier | None = None
    tenant: Identifier | None = None

    @property
    def at(self) -> int:
        """Event time in microseconds since the Unix epoch."""
        return to_micros(self.occurred_at)

    @property
    def key(self) -> str:
        """The Kafka key: the id of the subject, so that all about it stays in one partition, in order."""
        raise NotImplementedError
