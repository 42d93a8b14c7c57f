"""What may happen to tickets, contacts, agents and customers, and what surveys may say."""

from __future__ import annotations

from itertools import product
from typing import Any

Kind = tuple[str, dict[str, Any]]
"""The type of an event, and what it says."""


def _each(named: str, /, **values: list[Any]) -> list[Kind]:
    """Return an event of every combination of values; `...` stands for a field that is not there."""
    return [
        (named, {name: value for name, value in zip(values, chosen, strict=True) if value is not ...})
        for chosen in product(*values.values())
    ]


def _said(kind: str) -> list[Kind]:
    return [
        *_each(kind, author=["customer", "agent"], visibility=["public"]) * 4,
        *_each(kind, author=["customer", "agent"], visibility=["internal"]),
        *_each(kind, author=["bot", "system"], visibility=["public"]),
    ]


CREATED = _each(
    "ticket.created",
    channel=["email", "email", "web", ...],
    queue=["billing", "tech", ...],
    priority=["low", "high", ...],
    opened_by=[..., "customer", "agent"],
    status=[..., "new", "open", "pending", "solved"],
    customer_tier=[..., "gold"],
    agent_id=[..., "a1"],
)
TICKET: list[Kind] = [
    *_said("ticket.message"),
    *_each("ticket.status_changed", status=["open", "solved", "pending", "on_hold", "closed", "new"]),
    *_each("ticket.status_changed", status=["open", "solved", "pending", "solved"]),
    *_each("ticket.assigned", queue=["billing", "tech"]),
    *_each("ticket.assigned", queue=["billing", ...], agent_id=["a1", "a2", None]),
    *_each("ticket.priority_changed", priority=["low", "high"]),
    ("ticket.escalated", {}),
    ("ticket.merged", {}),
    ("ticket.deleted", {}),
    ("ticket.restored", {}),
    ("ticket.restored", {}),
]
STARTED = _each(
    "chat.started",
    handled_by=["bot", "queue", ...],
    channel=["voice", "chat", ...],
    queue=["billing", "tech", ...],
    priority=["low", "high", ...],
    customer_tier=[..., "gold"],
)
CONTACT: list[Kind] = [
    *_said("chat.message"),
    *_each("chat.queued", queue=["billing", "tech", ...], priority=[..., "high"]),
    *_each("chat.queued", queue=["tech"], channel=["voice", "messaging"]),
    *_each("chat.accepted", agent_id=["a1", "a1", "a2", ...]) * 2,
    *_each("chat.transferred", queue=["billing", "tech"]),
    *_each("chat.ended", ended_by=["customer", "agent", ...], resolved=[..., True, False]),
    *_each("chat.wrapped_up", resolved=[..., ..., True, False]),
    ("chat.abandoned", {}),
    ("chat.callback_requested", {}),
    ("chat.offered", {"agent_id": "a1"}),
    ("chat.missed", {"agent_id": "a2"}),
]

SURVEY: list[Kind] = [
    *_each("survey.answered", kind=["csat"], score=[1, 3, 4, 5], scale_min=[1], scale_max=[5]),
    *_each("survey.answered", kind=["csat", "ces", "qa"], score=[0, 2, 2.25, 3], scale_min=[0], scale_max=[3]),
    *_each("survey.answered", kind=["ces", "qa", "csat"], score=[-1, 0.1, 4, 6], scale_min=[-1], scale_max=[6]),
    *_each("survey.answered", kind=["nps", "enps"], score=[0, 6, 6.5, 7, 9, 10], scale_min=[0], scale_max=[10]),
]
ABOUT: list[dict[str, Any]] = [
    {name: value for name, value in zip(("queue", "channel", "agent_id"), chosen, strict=True) if value is not ...}
    for chosen in product([..., ..., "billing", "tech"], [..., ..., "email"], [..., "a2", None])
]
"""What else the answer to a survey may say."""

AGENT = _each(
    "agent.state_changed",
    queues=[["billing"], ["billing", "tech"], ["tech", "tech"], [], ["vip", "billing"]],
    state=["available", "busy", "busy", "wrap_up", "break", "offline"],
    capacity=[...],
)
CUSTOMER = [
    *_each(
        "customer.changed",
        status=["active"],
        plan_value=[..., 0, 10, 12.5, 0.1, 29.99],
        kind=[..., ..., "recurring", "expansion", "contracted", None],
    ),
    *_each("customer.changed", status=["lost"], plan_value=[..., 99], kind=[..., "contracted"]) * 3,
]
