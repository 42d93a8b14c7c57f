"""Targets: what one clock is measured against, and for which subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stream.core.calendar import Schedule

NONE: Final = "none"
"""The value of a queue, channel, priority, tier or tenant that an event lacks, as in the labels."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which subjects a target is for; None matches any value, and one that is absent is `none`."""

    queue: frozenset[str] | None = None
    channel: frozenset[str] | None = None
    priority: frozenset[str] | None = None
    tier: frozenset[str] | None = None
    tenant: frozenset[str] | None = None

    def accepts(
        self, queue: str | None, channel: str | None, priority: str | None, tier: str | None, tenant: str | None
    ) -> bool:
        """Return whether all that is asked for is there."""
        return (
            (self.queue is None or (queue or NONE) in self.queue)
            and (self.channel is None or (channel or NONE) in self.channel)
            and (self.priority is None or (priority or NONE) in self.priority)
            and (self.tier is None or (tier or NONE) in self.tier)
            and (self.tenant is None or (tenant or NONE) in self.tenant)
        )

    def covers(self, other: Match) -> bool:
        """Return whether it accepts all that `other` accepts."""
        pairs = (
            (self.queue, other.queue),
            (self.channel, other.channel),
            (self.priority, other.priority),
            (self.tier, other.tier),
            (self.tenant, other.tenant),
        )
        return all(mine is None or (theirs is not None and theirs <= mine) for mine, theirs in pairs)


@dataclass(frozen=True)
class Target:
    """What one clock is measured against: a row of `targets`, or of `service_level` where `clock` is `wait`.

    Attributes:
        index: its position in `Policy.targets`.
        name: the label of its series, unique.
        clock: one of `CLOCKS`.
        match: the subjects it is for.
        within: open time until the deadline, in microseconds, above 0.
        schedule: when time counts.
        objective: share of clocks that should be met, above 0, at most 1.
        warn: open time before the deadline from which the clock is imminent; None: never.
        pause_on: statuses that pause the clock.
        restart: whether a reopened ticket starts from zero, rather than with what has elapsed.
        short_abandon: for `wait` only: an abandon after at most this is short; None: none is.
        formula: for `wait` only: one of `FORMULAS`.
    """

    index: int
    name: str
    clock: str
    match: Match
    within: int
    schedule: Schedule
    objective: float
    warn: int | None = None
    pause_on: frozenset[str] = frozenset()
    restart: bool = False
    short_abandon: int | None = None
    formula: str | None = None
