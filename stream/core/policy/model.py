"""What a policy says, once it has been read: frozen, typed, times in int microseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from stream.core.calendar import Schedule
from stream.core.policy.target import Match, Target

CLOCKS: Final = ("first_response", "next_response", "resolution", "ownership", "wait")
"""The clocks that a target may be for; those of `wait` stand under `service_level`."""
FORMULAS: Final = (
    "strict",
    "short_abandons_removed",
    "short_abandons_credited",
    "abandons_in_target_ignored",
    "abandons_in_target_positive",
    "answered_only",
)
"""The formulas of the service level."""
GROUP_KEYS: Final = ("queue", "channel", "priority")
"""What figures may be grouped by, in the order of their labels."""
_REMEMBERED: Final = 8192


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the search for a target; one without target matches too, and ends the search.

    Attributes:
        key: where it stands in the file, such as `targets[0]`.
        clock: one of `CLOCKS`.
        match: the subjects it is for.
        target: None where its time is 0 or null.
    """

    key: str
    clock: str
    match: Match
    target: Target | None


@dataclass(frozen=True, slots=True)
class Window:
    """A sliding window.

    Attributes:
        name: as it is written in the policy.
        length: microseconds.
        pane: microseconds of one of its panes: a sixtieth in whole seconds, at least one second.
    """

    name: str
    length: int
    pane: int


@dataclass(frozen=True, slots=True)
class Band:
    """From where on a figure is good, and from where on it is bad; seconds for durations.

    With `good` above `bad` more is better, with `good` below it less is.
    """

    good: float
    bad: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What an hour of an agent costs; None: unknown, so nothing is computed from it."""

    agent_hour: float | None
    currency: str


@dataclass(frozen=True, slots=True)
class Customers:
    """The period of churn and revenue, and a customer's lifespan in microseconds; None: 1 / churn."""

    period: int
    lifespan: int | None


@dataclass(frozen=True, slots=True)
class Agents:
    """Whether figures per agent are exported, and for how many agents at most."""

    export: bool
    max: int


@dataclass(frozen=True, slots=True)
class Team:
    """Who is called when a queue is in trouble."""

    name: str
    queues: frozenset[str]
    receiver: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """When an alert may fire, which priorities may ring a phone, and whose."""

    min_events: int
    page_priorities: frozenset[str]
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A whole policy.

    Attributes:
        targets: every real target, those of `service_level` last.
        rows: what `target` searches, in order.
        windows: by length, shortest first.
        group_by: a part of `GROUP_KEYS`, in that order.
        max_groups: how many groups of queues that the policy does not name are kept apart.
        queues_named: queues that are never folded into `other`.
        bounds: bounds of the histograms in microseconds, ascending: the buckets and all times of all targets.
        reopen: how long a solved ticket is held, in microseconds.
        clock_skew: how far in the future an event may lie, in microseconds.
        ticket_url: address of a ticket with `{id}` in it; None: no links.
        bands: by key of the KPI.
        cost: what agents cost.
        customers: how churn and revenue are counted.
        agents: whether and how many agents are exported.
        alerts: when and whom to call.
        schedules: by name; `24x7` is always among them.
        target: returns the target of the first row that matches a clock, queue, channel, priority, tier and tenant;
            None where it has none, or where no row matches.
        text: what it was read from.
        fingerprint: SHA-256 of the content in hex digits; comments, order of keys and spelling do not change it.
    """

    targets: tuple[Target, ...]
    rows: tuple[Row, ...]
    windows: tuple[Window, ...]
    group_by: tuple[str, ...]
    max_groups: int
    queues_named: frozenset[str]
    bounds: tuple[int, ...]
    reopen: int
    clock_skew: int
    ticket_url: str | None
    bands: Mapping[str, Band]
    cost: Cost
    customers: Customers
    agents: Agents
    alerts: Alerts
    schedules: Mapping[str, Schedule]
    text: str
    fingerprint: str
    target: Callable[[str, str | None, str | None, str | None, str | None, str | None], Target | None] = field(
        init=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "target", lru_cache(_REMEMBERED)(self._search))

    def _search(self, clock: str, *subject: str | None) -> Target | None:
        for row in self.rows:
            if row.clock == clock and row.match.accepts(*subject):
                return row.target
        return None
