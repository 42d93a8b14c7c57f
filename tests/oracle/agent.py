"""What agents do: in which state each of them is from when to when, and for which queues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.oracle.event import Event
from tests.oracle.policy import Group, Rules

STATES = ["available", "busy", "wrap_up", "break"]
"""All but offline."""


@dataclass(frozen=True)
class Shift:
    """One agent in one state, from one moment to another: in the groups of the queues."""

    state: str
    groups: frozenset[Group]
    start: int
    end: int
    lasts: bool
    """It is the agent's state now."""


def shifts(rules: Rules, events: Sequence[Event], now: int) -> list[Shift]:
    """Return the shifts of one agent up to `now`, told from its events in order."""
    found = []
    for place, event in enumerate(events):
        last = place == len(events) - 1
        labels = [{"queue": queue, "channel": None, "priority": None} for queue in event.says["queues"]]
        groups = frozenset(rules.group(row) for row in labels)
        found.append(Shift(event.says["state"], groups, event.at, now if last else events[place + 1].at, last))
    return found


def time_by_state(worked: Iterable[Shift], start: int, now: int) -> dict[str, int]:
    """Return how long agents were in each state between two moments."""
    found = dict.fromkeys(STATES, 0)
    for shift in worked:
        if shift.state in found:
            found[shift.state] += max(0, min(shift.end, now) - max(shift.start, start))
    return found


def number_by_state(worked: Iterable[Shift]) -> dict[str, int]:
    """Return how many agents are in each state now."""
    states = [shift.state for shift in worked if shift.lasts]
    return {state: states.count(state) for state in STATES}
