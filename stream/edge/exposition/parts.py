"""Where Prometheus finds the parts of formulas: the one place that says which series shows which part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stream.core.policy.model import CLOCKS
from stream.core.windows.slots import DURATIONS as DURATION_NAMES
from stream.core.windows.slots import STATES
from stream.edge.exposition import names
from stream.edge.exposition.kins import KINS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.edge.exposition.metric import Name


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a formula.

    Attributes:
        name: the metric that shows it.
        series: which of its series.
        picked: label values that pick it out of the series.
        shown_by: parts of which each, where it is above 0, makes sure that this one is shown, if only as 0.
        per: so many of the part make one of the series.
        once: the part that takes its place where there is no label `queue`, so that nobody counts twice.
    """

    name: Name
    series: str
    picked: tuple[tuple[str, str], ...]
    shown_by: frozenset[str]
    per: int = 1
    once: Part | None = None


def _counts() -> Iterator[tuple[str, Part]]:
    for kin in KINS:
        for counter in kin.counters:
            name = names.COUNTS[counter]
            yield counter, Part(name, name.series[0], (), kin.shown_by, name.per)


def _outcomes() -> Iterator[tuple[str, Part]]:
    for clock in CLOCKS:
        both = frozenset({f"{clock}_met", f"{clock}_breached"})
        for outcome in ("met", "breached"):
            picked = (("clock", clock), ("outcome", outcome))
            yield f"{clock}_{outcome}", Part(names.OUTCOMES, names.OUTCOMES.series[0], picked, both)


def _durations() -> Iterator[tuple[str, Part]]:
    for duration in DURATION_NAMES:
        name = names.DURATIONS[duration]
        _, count, total = name.series
        shown_by = frozenset({f"{duration}_count"})
        yield f"{duration}_count", Part(name, count, (), shown_by)
        yield f"{duration}_time", Part(name, total, (), shown_by, name.per)


def _agents() -> Iterator[tuple[str, Part]]:
    times = frozenset(f"{state}_time" for state in STATES)
    for state in STATES:
        once, by_queue = (
            Part(name, name.series[0], (("state", state),), times, name.per)
            for name in (names.ALL_AGENT_SECONDS, names.AGENT_SECONDS)
        )
        yield f"{state}_time", Part(by_queue.name, by_queue.series, by_queue.picked, times, by_queue.per, once)


def _customers() -> Iterator[tuple[str, Part]]:
    for part, name in names.CUSTOMERS.items():
        yield part, Part(name, name.series[0], (), frozenset(names.CUSTOMERS), name.per)


PARTS: Final = dict((*_counts(), *_outcomes(), *_durations(), *_agents(), *_customers()))
"""By the name that formulas use."""

NUMBERS: Final = {"agent_hour": names.AGENT_HOUR, "lifespan": names.LIFESPAN}
"""The metrics of the policy's numbers, by the name that formulas use."""
