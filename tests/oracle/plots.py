"""Lives of tickets and contacts that make sense: at each step one of a few things happens."""

from __future__ import annotations

from tests.oracle.lives import CONTACT, CREATED, STARTED, TICKET, Kind

Plot = list[list[Kind]]


def _of(kinds: list[Kind], named: str, **said: str) -> list[Kind]:
    """Return the events of a type, or those of them that say so."""
    return [(kind, says) for kind, says in kinds if kind == named and said.items() <= says.items()]


_PUBLIC = {"visibility": "public"}
_BOT = _of(STARTED, "chat.started", handled_by="bot")
_IN_QUEUE = [one for one in STARTED if one not in _BOT]
_QUEUED = _of(CONTACT, "chat.queued")
_TRANSFERRED = _of(CONTACT, "chat.transferred")
_ACCEPTED = _of(CONTACT, "chat.accepted")
_WANTS = _of(CONTACT, "chat.message", author="customer", **_PUBLIC)
_GETS = _of(CONTACT, "chat.message", author="agent", **_PUBLIC)
_CALLBACK = _of(CONTACT, "chat.callback_requested")
_ENDED = [*_of(CONTACT, "chat.ended"), *_of(CONTACT, "chat.abandoned") * 4]
_WRAPPED = _of(CONTACT, "chat.wrapped_up")

CONTACTS: list[Plot] = [
    [],
    [_BOT, _WANTS, _ENDED],
    [_BOT, [*_QUEUED, *_TRANSFERRED], _ACCEPTED, _GETS, _WANTS, _GETS, _ENDED, _WRAPPED],
    [_BOT, _ACCEPTED, _ENDED, _WRAPPED],
    [_IN_QUEUE, _ENDED],
    [_IN_QUEUE, _CALLBACK, _ACCEPTED, _ENDED],
    [_IN_QUEUE, _ACCEPTED, _GETS, _ENDED, _WRAPPED],
    [_IN_QUEUE, _ACCEPTED, _GETS, _WANTS, _TRANSFERRED, _ACCEPTED, _ENDED, _WRAPPED],
    [_IN_QUEUE, _ACCEPTED, _ENDED, _QUEUED, _ACCEPTED, _ENDED],
    [_ACCEPTED, _ENDED],
]

_ASKED = _of(TICKET, "ticket.message", author="customer", **_PUBLIC)
_ANSWERED = _of(TICKET, "ticket.message", author="agent", **_PUBLIC)
_ASSIGNED = _of(TICKET, "ticket.assigned")
_PAUSED = _of(TICKET, "ticket.status_changed", status="pending") + _of(
    TICKET, "ticket.status_changed", status="on_hold"
)
_OPENED = _of(TICKET, "ticket.status_changed", status="open") + _of(TICKET, "ticket.status_changed", status="new")
_SOLVED = _of(TICKET, "ticket.status_changed", status="solved") + _of(TICKET, "ticket.status_changed", status="closed")
_GONE = _of(TICKET, "ticket.merged") + _of(TICKET, "ticket.deleted")
_BACK = _of(TICKET, "ticket.restored")
_PRIORITY = _of(TICKET, "ticket.priority_changed")

TICKETS: list[Plot] = [
    [],
    [CREATED, CREATED],
    [CREATED, _ANSWERED, _ASKED, _ASSIGNED],
    [CREATED, _ANSWERED, _SOLVED, _OPENED, _ANSWERED, _SOLVED],
    [CREATED, _ANSWERED, _SOLVED, _ASKED, _OPENED, _ANSWERED],
    [CREATED, _ASKED, _ANSWERED, _ASKED, _ANSWERED, _PAUSED, _OPENED, _SOLVED],
    [CREATED, _ASSIGNED, _PAUSED, _ASSIGNED, _OPENED, _ANSWERED, _SOLVED],
    [CREATED, _GONE, [*_PRIORITY, *_ASSIGNED], _BACK, _ANSWERED],
    [CREATED, _ANSWERED, _ASKED, _GONE, [*_PAUSED, *_SOLVED], _BACK, _OPENED],
]
