"""What may happen to a ticket, a contact, an agent, a customer, and how often: walks in which anything may follow.

The rules of the desk have to cope with every order, so no walk is kept sensible: tickets are reopened, answered after
they were solved, merged and restored, and some begin without having been created.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stream.core.times import MINUTE, SECOND

QUEUES: Final = ("billing", "tech", "sales", "returns")
PRIORITIES: Final = ("normal", "high", "urgent")
AGENTS: Final = tuple(f"a{number}" for number in range(40))
PUBLIC: Final = ("public",)

Choices = Mapping[str, Sequence[Any]]
Step = tuple[int, str, dict[str, Any]]
"""When, in microseconds since the life began; the type of the event; what it says."""


@dataclass(frozen=True)
class Life:
    """One kind of life.

    Attributes:
        begins: the first event, and
        steps: those that may follow, each with its weight; a field is one of the values given.
        ends: what ends it.
        gap: mean time between two events, microseconds.
        most: the largest number of steps.
        unborn: the share of lives whose first event is never told.
    """

    begins: tuple[str, Choices]
    steps: Sequence[tuple[float, str, Choices]]
    ends: tuple[str, Choices] | None
    gap: int
    most: int
    unborn: float = 0.0

    def walk(self, rng: random.Random, ended: float, latest: int) -> Iterator[Step]:
        """Yield what happens; `ended` is the share of lives that end, `latest` when they do at the latest."""
        at = 0
        if rng.random() >= self.unborn:
            yield at, self.begins[0], _chosen(rng, self.begins[1])
        weights = [weight for weight, *_ in self.steps]
        for _, kind, choices in rng.choices(self.steps, weights, k=rng.randint(1, self.most)):
            at += 1 + int(rng.expovariate(1 / self.gap))
            yield at, kind, _chosen(rng, choices)
        if self.ends is not None and rng.random() < ended:
            at = min(at + 1 + int(rng.expovariate(1 / self.gap)), latest)
            yield at, self.ends[0], _chosen(rng, self.ends[1])


def _chosen(rng: random.Random, choices: Choices) -> dict[str, Any]:
    return {field: value for field, values in choices.items() if (value := rng.choice(values)) is not None}


TICKET: Final = Life(
    begins=(
        "ticket.created",
        {
            "channel": ("email", "web"),
            "queue": QUEUES,
            "priority": PRIORITIES,
            "opened_by": ("customer", "customer", "customer", "agent"),
            "customer_tier": (None, "gold"),
        },
    ),
    steps=(
        (6, "ticket.message", {"author": ("customer",), "visibility": PUBLIC}),
        (4, "ticket.message", {"author": ("agent",), "visibility": PUBLIC, "agent_id": AGENTS}),
        (2, "ticket.message", {"author": ("agent",), "visibility": ("internal",), "agent_id": AGENTS}),
        (1, "ticket.message", {"author": ("bot", "system"), "visibility": PUBLIC}),
        (2, "ticket.assigned", {"agent_id": AGENTS}),
        (1, "ticket.assigned", {"queue": QUEUES}),
        (4, "ticket.status_changed", {"status": ("pending", "on_hold", "open")}),
        (3, "ticket.status_changed", {"status": ("solved", "solved", "closed")}),
        (1, "ticket.priority_changed", {"priority": PRIORITIES}),
        (0.5, "ticket.escalated", {}),
        (0.3, "ticket.merged", {}),
        (0.3, "ticket.deleted", {}),
        (0.6, "ticket.restored", {}),
    ),
    ends=("ticket.status_changed", {"status": ("solved", "closed")}),
    gap=4 * MINUTE,
    most=9,
    unborn=0.02,
)
CONTACT: Final = Life(
    begins=(
        "chat.started",
        {
            "channel": ("chat", "voice"),
            "queue": QUEUES,
            "priority": PRIORITIES,
            "handled_by": ("queue", "queue", "bot"),
        },
    ),
    steps=(
        (2, "chat.queued", {"queue": QUEUES}),
        (1, "chat.offered", {"agent_id": AGENTS}),
        (0.5, "chat.missed", {"agent_id": AGENTS}),
        (3, "chat.accepted", {"agent_id": AGENTS}),
        (3, "chat.message", {"author": ("customer", "agent"), "visibility": PUBLIC}),
        (0.7, "chat.transferred", {"queue": QUEUES}),
        (0.6, "chat.abandoned", {}),
        (0.3, "chat.callback_requested", {}),
        (0.6, "chat.ended", {"ended_by": (None, "customer", "agent"), "resolved": (None, True, False)}),
        (0.6, "chat.wrapped_up", {}),
    ),
    ends=("chat.ended", {"ended_by": (None, "customer", "agent"), "resolved": (None, True, False)}),
    gap=30 * SECOND,
    most=7,
    unborn=0.02,
)
_STATE: Final = (
    "agent.state_changed",
    {"state": ("offline", "available", "busy", "break", "wrap_up"), "queues": (["billing"], ["tech", "sales"], [])},
)
AGENT: Final = Life(begins=_STATE, steps=((1.0, *_STATE),), ends=None, gap=3 * MINUTE, most=12)
_CHANGE: Final = (
    "customer.changed",
    {"status": ("active", "active", "lost"), "plan_value": (None, 10, 25.5), "kind": (None, "recurring", "expansion")},
)
CUSTOMER: Final = Life(begins=_CHANGE, steps=((1.0, *_CHANGE),), ends=None, gap=6 * MINUTE, most=6)

LIVES: Final = (("T", TICKET, 60), ("C", CONTACT, 35), ("K", CUSTOMER, 3), ("A", AGENT, 2))
"""First letter of the key, kind of life, and how many of a hundred there are."""

ANSWERS: Final = (("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7), ("qa", 0, 4))
"""Kinds of surveys, and the lowest and the highest score."""
