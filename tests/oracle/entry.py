"""What a story leaves behind: what is counted of it, and what there is to see of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracle.policy import Group


@dataclass(frozen=True)
class Entry:
    """One thing that is counted: when, for which group, what.

    Attributes:
        size: how long it took where that is a duration, a share in millionths where it is a score.
        agent: the agent to whom it is credited.
    """

    at: int
    group: Group
    what: str
    size: int | None = None
    agent: str | None = None


@dataclass(frozen=True)
class Shown:
    """What there is to see of a subject now: a ticket's status, who waits since when, kind and state of its clocks."""

    status: str | None = None
    unassigned: bool = False
    unanswered_since: int | None = None
    waiting_since: int | None = None
    clocks: list[tuple[str, str]] = field(default_factory=list)
