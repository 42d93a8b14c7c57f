"""What customers pay, who came and who went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracle.event import Event
from tests.oracle.policy import Rules
from tests.oracle.times import in_seconds, text_of
from tests.oracle.window import Window


@dataclass
class Customer:
    """What is known of one customer at some moment.

    Attributes:
        value: what the plan is worth; 0 while not active.
        came: the moments at which the customer became active.
        changes: what changed in value: when, by how much, of which kind.
    """

    active: bool = False
    value: Fraction = Fraction(0)
    came: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    changes: list[tuple[int, Fraction, str]] = field(default_factory=list)


def customer(events: Sequence[Event], before: int) -> Customer:
    """Return what one customer is just before a moment, told from the events in order."""
    one = Customer()
    for event in events:
        if event.at >= before:
            break
        was, kind = one.value, event.says.get("kind") or "recurring"
        if event.says["status"] == "active":
            if not one.active:
                one.came.append(event.at)
            one.active = True
            if event.says.get("plan_value") is not None:
                one.value = Fraction(str(event.says["plan_value"]))
        elif one.active:
            one.left.append(event.at)
            one.active, one.value = False, Fraction(0)
        one.changes.append((event.at, one.value - was, kind))
    return one


def customers(rules: Rules, stories: Sequence[Sequence[Event]], now: int) -> dict[str, Any]:
    """Return the figures of all customers over the policy's period."""
    period = Window(rules.period, now)
    before = [customer(events, period.start) for events in stories]
    today = [customer(events, now + 1) for events in stories]
    at_start = sum(one.active for one in before)
    active = sum(one.active for one in today)
    new = sum(moment in period for one in today for moment in one.came)
    lost = sum(moment in period for one in today for moment in one.left)
    revenue = sum((one.value for one in today), Fraction(0))
    sums = {
        kind: sum(change for one in today for moment, change, of in one.changes if of == kind and moment in period)
        for kind in ("recurring", "expansion", "contracted")
    }
    churn = Fraction(lost, at_start) if at_start else None
    arpu = revenue / active if active else None
    lifespan = Fraction(rules.lifespan, rules.period) if rules.lifespan else 1 / churn if churn else None
    return {
        "period_s": in_seconds(rules.period),
        "from": text_of(period.start),
        "to": text_of(now),
        "active": active,
        "at_start": at_start,
        "new": new,
        "lost": lost,
        "revenue": float(revenue),
        "retention": float(Fraction(active - new, at_start)) if at_start else None,
        "churn": None if churn is None else float(churn),
        "arpu": None if arpu is None else float(arpu),
        "lifespan": None if lifespan is None else float(lifespan),
        "clv": None if arpu is None or lifespan is None else float(arpu * lifespan),
        **{f"{kind}_revenue": float(change) for kind, change in sums.items()},
        "currency": rules.currency,
    }
