"""Random small desks: a policy, what happens, and in which order it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, product
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.oracle.desk import Happening, Promise, Rules

CLOCKS = ("first_response", "next_response", "resolution", "ownership", "wait")
FIRST = 7 * 60 + 30
"""Minute before which nothing happens: half past seven on a Monday."""

Kind = tuple[str, dict[str, Any]]
"""The type of an event, and what it says."""


@dataclass(frozen=True)
class Told:
    """What a shard is told next: an event, or what time it is."""

    event: Happening | None = None
    now: int | None = None


@dataclass(frozen=True)
class Desk:
    """A policy, everything that happened, the way in which it is told, and when the figures are looked at."""

    rules: Rules
    happenings: tuple[Happening, ...]
    telling: tuple[Told, ...]
    now: int


@lru_cache(1000)
def rules_of(seed: int) -> Rules:
    """Return a random policy: for each clock some promises to some, then perhaps one to all who are left."""
    chance = Random(seed)
    drawn: list[Promise] = []
    for clock in CLOCKS:
        drawn += [_promise(chance, clock, to_all=False) for _ in range(chance.choice([0, 0, 1, 1, 2]))]
        if chance.random() < 0.7:
            drawn.append(_promise(chance, clock, to_all=True))
    return Rules(
        tuple(replace(promise, name=f"p{number}") for number, promise in enumerate(drawn)),
        windows=chance.choice([(60,), (1440,), (10, 240), (60, 1440)]),
        group_by=chance.choice([("queue", "channel", "priority"), ("queue",), ("channel", "priority")]),
    )


def _promise(chance: Random, clock: str, *, to_all: bool) -> Promise:
    within = chance.choice([30, 60, 10, 20, 90, 150, 1, 0])
    match: dict[str, list[str]] = {}
    if not to_all:
        label, values = chance.choice(
            [
                ("queue", ["billing"]),
                ("queue", ["tech"]),
                ("queue", ["billing", "none"]),
                ("priority", ["high"]),
                ("priority", ["low", "none"]),
                ("channel", ["email"]),
                ("tier", ["gold"]),
            ]
        )
        match[label] = values
    if clock == "wait":
        return Promise("", clock, within, match, short=chance.choice([None, 5, 10]))
    warn = chance.choice([None, 10, 30])
    return Promise(
        "",
        clock,
        within,
        match,
        schedule=chance.choice(["24x7", "office", "night"]),
        warn=warn if warn is None or warn <= within else None,
        pause_on=chance.choice([None, None, (), ("pending",), ("open", "on_hold")]),
        restart=chance.random() < 0.3,
    )


def _each(kind: str, **values: list[Any]) -> list[Kind]:
    """Return an event of every combination of values; `...` stands for a field that is not there."""
    return [
        (kind, {name: value for name, value in zip(values, chosen, strict=True) if value is not ...})
        for chosen in product(*values.values())
    ]


def _said(kind: str) -> list[Kind]:
    return [
        *_each(kind, author=["customer", "agent"], visibility=["public"]) * 4,
        *_each(kind, author=["customer", "agent"], visibility=["internal"]),
        *_each(kind, author=["bot", "system"], visibility=["public"]),
    ]


_CREATED = _each(
    "ticket.created",
    channel=["email"],
    queue=["billing", "tech", ...],
    priority=["low", "high", ...],
    opened_by=[..., "customer", "agent"],
    status=[..., "new", "open", "pending", "solved"],
    customer_tier=[..., "gold"],
    agent_id=[..., "a1"],
)
_TICKET: list[Kind] = [
    *_said("ticket.message"),
    *_each("ticket.status_changed", status=["open", "solved", "pending", "on_hold", "closed", "new"]),
    *_each("ticket.status_changed", status=["open", "solved", "pending"]),
    *_each("ticket.assigned", queue=["billing", "tech"]),
    *_each("ticket.assigned", queue=["billing", ...], agent_id=["a1", None]),
    *_each("ticket.priority_changed", priority=["low", "high"]),
    ("ticket.escalated", {}),
    ("ticket.merged", {}),
    ("ticket.deleted", {}),
    ("ticket.restored", {}),
    ("ticket.restored", {}),
]
_STARTED = _each(
    "chat.started",
    handled_by=["bot", "queue", ...],
    channel=["voice", "chat", ...],
    queue=["billing", "tech", ...],
    priority=["low", "high", ...],
    customer_tier=[..., "gold"],
)
_CONTACT: list[Kind] = [
    *_said("chat.message"),
    *_each("chat.queued", queue=["billing", "tech", ...], priority=[..., "high"]),
    *_each("chat.accepted", agent_id=["a1", "a1", ...]) * 2,
    *_each("chat.transferred", queue=["billing", "tech"]),
    *_each("chat.ended", ended_by=["customer", "agent", ...]),
    ("chat.abandoned", {}),
    ("chat.callback_requested", {}),
    ("chat.wrapped_up", {}),
    ("chat.offered", {"agent_id": "a1"}),
]
# Mostly tens: so that answers fall on deadlines, and deadlines on closing times.
_gaps = st.sampled_from([10, 0, 0, 0, 10, 20, 30, 60, 90, 1, 9])
_starts = st.integers(0, 17).map(lambda tens: FIRST + 10 * tens)


@st.composite
def _life(draw: st.DrawFn, subject: str, *, contact: bool) -> list[Happening]:
    opening, kinds = (_STARTED, _CONTACT) if contact else (_CREATED, _TICKET)
    openings = draw(st.sampled_from([1, 1, 1, 1, 0, 2]))
    chosen = draw(st.lists(st.sampled_from(opening), min_size=openings, max_size=openings))
    chosen += draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=14))
    gaps = draw(st.lists(_gaps, min_size=len(chosen), max_size=len(chosen)))
    moments = list(accumulate(gaps[1:], initial=draw(_starts)))
    if draw(st.sampled_from([False, False, False, True])):
        # Mostly a life makes sense; here anything may precede anything, and before its beginning.
        draw(st.randoms(use_true_random=False)).shuffle(moments)
    return [
        Happening(subject, moment, seq, kind, says)
        for seq, ((kind, says), moment) in enumerate(zip(chosen, moments, strict=True))
    ]


@st.composite
def desks(draw: st.DrawFn, policies: int) -> Desk:
    """Draw a desk of up to three tickets and contacts, whose events arrive in any order, some of them twice.

    `policies` is the number of different policies.
    """
    happenings: list[Happening] = []
    tickets, contacts = draw(st.sampled_from([(1, 0), (0, 1), (1, 1), (2, 0), (2, 1)]))
    for number in range(tickets):
        happenings += draw(_life(f"s{number}", contact=False))
    for number in range(contacts):
        # A ticket and a contact may have the same id.
        happenings += draw(_life(f"s{number}", contact=True))
    now = max(one.minute for one in happenings) + draw(st.sampled_from([0, 0, 1, 10, 30, 95, 300]))
    told = sorted(happenings, key=lambda one: (one.minute, one.seq))
    if draw(st.booleans()):
        told += draw(st.lists(st.sampled_from(happenings), max_size=4))
        draw(st.randoms(use_true_random=False)).shuffle(told)
    telling = [Told(event=one) for one in told]
    looks = sorted(FIRST + minutes for minutes in draw(st.lists(st.integers(0, now - FIRST), max_size=6)))
    places = sorted(draw(st.lists(st.integers(0, len(telling)), min_size=len(looks), max_size=len(looks))))
    for look, place in reversed(list(zip(looks, places, strict=True))):
        telling.insert(place, Told(now=look))
    return Desk(rules_of(draw(st.integers(0, policies - 1))), tuple(happenings), tuple(telling), now)
