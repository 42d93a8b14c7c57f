"""Events of tickets: work that may wait for hours and is answered in writing."""

from __future__ import annotations

from typing import ClassVar, Literal

from stream.core.events.base import Author, Event, Identifier, TicketStatus, Visibility


class TicketEvent(Event):
    """An event of one ticket."""

    topic: ClassVar[str] = "support.tickets"
    ticket_id: Identifier

    @property
    def key(self) -> str:
        """The ticket's id."""
        return self.ticket_id


class TicketCreated(TicketEvent):
    """A ticket came into being; always folded first, whatever its time."""

    type: Literal["ticket.created"]
    channel: Identifier | None = None
    queue: Identifier | None = None
    priority: Identifier | None = None
    status: TicketStatus = "new"
    opened_by: Literal["customer", "agent"] = "customer"
    customer_tier: Identifier | None = None
    agent_id: Identifier | None = None
    tags: tuple[str, ...] | None = None


class TicketMessage(TicketEvent):
    """Somebody wrote: only a human agent's public message is a reply."""

    type: Literal["ticket.message"]
    author: Author
    visibility: Visibility
    agent_id: Identifier | None = None


class TicketAssigned(TicketEvent):
    """A ticket was given to an agent, a queue or both; a changed queue is a transfer."""

    type: Literal["ticket.assigned"]
    agent_id: Identifier | None = None
    queue: Identifier | None = None


class TicketStatusChanged(TicketEvent):
    """A ticket's status was set."""

    type: Literal["ticket.status_changed"]
    status: TicketStatus


class TicketPriorityChanged(TicketEvent):
    """A ticket's priority was set; its targets are selected anew."""

    type: Literal["ticket.priority_changed"]
    priority: Identifier


class TicketEscalated(TicketEvent):
    """A ticket was escalated."""

    type: Literal["ticket.escalated"]


class TicketMerged(TicketEvent):
    """A ticket went up in another one: it leaves every live figure."""

    type: Literal["ticket.merged"]
    into: Identifier | None = None


class TicketDeleted(TicketEvent):
    """A ticket was deleted: it leaves every live figure."""

    type: Literal["ticket.deleted"]


class TicketRestored(TicketEvent):
    """A merge or deletion was taken back: clocks go on, the time between counts."""

    type: Literal["ticket.restored"]
