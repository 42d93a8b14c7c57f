"""Facts: what the desk keeps of an event, as small as it can be.

A fact is a tuple that starts with its order, `(at, seq, arrival)`, so that facts sort by themselves,
followed by its code, the event's tenant and what the event says. The event's id stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from stream.core.desk.scores import MILLION, answer_of
from stream.core.events import contacts, people, tickets
from stream.core.events.wire import WIRES

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.core.events import Event

Fact = tuple[int, int, int, int, str | None, Any]
AT: Final = 0
SEQ: Final = 1
ARRIVAL: Final = 2
CODE: Final = 3
TENANT: Final = 4
SAID: Final = 5

# `created` and `started` have the lowest code: the fold puts them first.
CREATED: Final = 0
MESSAGE_CUSTOMER: Final = 1
MESSAGE_AGENT: Final = 2
MESSAGE_OTHER: Final = 3
SURVEY: Final = 4
ASSIGNED: Final = 5
STATUS: Final = 6
PRIORITY: Final = 7
ESCALATED: Final = 8
GONE: Final = 9
RESTORED: Final = 10

STARTED: Final = 0
QUEUED: Final = 5
RANG: Final = 6
ACCEPTED: Final = 7
TRANSFERRED: Final = 8
ABANDONED: Final = 9
CALLBACK: Final = 10
ENDED: Final = 11
WRAPPED_UP: Final = 12

CHANGED: Final = 1
"""The only code of agents and customers."""

SOLVED: Final = frozenset({"solved", "closed"})
"""Statuses of a ticket on which nobody works any more."""

NOT_SAID: Final = ""
"""What `ticket.assigned` says of the agent where it names none; None is nobody. No id is empty."""


def _message(author: str, visibility: str) -> int:
    if visibility != "public":
        return MESSAGE_OTHER
    return {"customer": MESSAGE_CUSTOMER, "agent": MESSAGE_AGENT}.get(author, MESSAGE_OTHER)


_MESSAGE: Final = {
    visibility: {author: _message(author, visibility) for author in ("customer", "agent", "bot", "system")}
    for visibility in ("public", "internal")
}


def _assigned(event: tickets.TicketAssigned) -> tuple[int, Any]:
    agent = event.agent_id if "agent_id" in event.model_fields_set else NOT_SAID
    return ASSIGNED, (agent, event.queue)


def _assigned_wire(event: Any) -> tuple[int, Any]:
    return ASSIGNED, (NOT_SAID if event.agent_id is UNSET else event.agent_id, event.queue)


def _surveyed(event: people.SurveyAnswered) -> tuple[int, Any]:
    answer = answer_of(event.kind, event.score, event.scale_min, event.scale_max)
    return SURVEY, (answer, event.queue, event.channel, event.agent_id)


def _changed(event: people.CustomerChanged) -> tuple[int, Any]:
    plan = None if event.plan_value is None else round(event.plan_value * MILLION)
    return CHANGED, (event.status, plan, event.kind)


SAYS: Final[dict[type, Callable[[Any], tuple[int, Any]]]] = {
    tickets.TicketCreated: lambda e: (
        CREATED,
        (e.queue, e.channel, e.priority, e.customer_tier, e.status, e.opened_by, e.agent_id),
    ),
    tickets.TicketMessage: lambda e: (_MESSAGE[e.visibility][e.author], None),
    tickets.TicketAssigned: _assigned,
    tickets.TicketStatusChanged: lambda e: (STATUS, e.status),
    tickets.TicketPriorityChanged: lambda e: (PRIORITY, e.priority),
    tickets.TicketEscalated: lambda _: (ESCALATED, None),
    tickets.TicketMerged: lambda e: (GONE, ("merged", e.into)),
    tickets.TicketDeleted: lambda _: (GONE, ("deleted", None)),
    tickets.TicketRestored: lambda _: (RESTORED, None),
    contacts.ChatStarted: lambda e: (STARTED, (e.queue, e.channel, e.priority, e.customer_tier, e.handled_by)),
    contacts.ChatQueued: lambda e: (QUEUED, (e.queue, e.channel, e.priority)),
    contacts.ChatOffered: lambda _: (RANG, None),
    contacts.ChatMissed: lambda _: (RANG, None),
    contacts.ChatAccepted: lambda e: (ACCEPTED, e.agent_id),
    contacts.ChatMessage: lambda e: (_MESSAGE[e.visibility][e.author], None),
    contacts.ChatTransferred: lambda e: (TRANSFERRED, e.queue),
    contacts.ChatAbandoned: lambda _: (ABANDONED, None),
    contacts.ChatCallbackRequested: lambda _: (CALLBACK, None),
    contacts.ChatEnded: lambda e: (ENDED, (e.ended_by, e.resolved)),
    contacts.ChatWrappedUp: lambda e: (WRAPPED_UP, (e.resolved,)),
    people.SurveyAnswered: _surveyed,
    people.AgentStateChanged: lambda e: (CHANGED, (e.state, e.queues)),
    people.CustomerChanged: _changed,
}
"""By the class of an event: its code, and what it says."""
SAYS.update({wire: SAYS[model] for model, wire in WIRES.items()})
SAYS[WIRES[tickets.TicketAssigned]] = _assigned_wire


def fact_of(event: Event, at: int, arrival: int) -> Fact:
    """Return the fact in an event, at `at`, the `arrival`-th of its shard."""
    code, said = SAYS[type(event)](event)
    return (at, event.seq or 0, arrival, code, event.tenant, said)


def id_of(event: Event, code: int) -> Any:
    """Return what tells a fact from others of its subject: the event's id, and for a survey's answer that it is one."""
    # A survey's answer may have the id of another event of the subject that it is about.
    return event.event_id if code != SURVEY else (SURVEY, event.event_id)
