"""Formulas: every ratio as a row of data, made of counts that may be added over groups, shards and workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stream.core.clocks import KINDS
from stream.core.times import SECOND

if TYPE_CHECKING:
    from stream.core.figures.tally import Tally
    from stream.core.policy import Policy

Terms = tuple[tuple[int, str], ...]
"""A sum: sign and counter, such as ((1, "answered"), (-1, "short_abandons"))."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A formula of two sums of counters.

    Attributes:
        key: its name in `replay`, in the reference and in the recording rules.
        numerator: over `denominator`; an empty denominator gives no figure.
    """

    key: str
    numerator: Terms
    denominator: Terms

    def of(self, counts: dict[str, int]) -> float | None:
        """Return the figure, or None where there is nobody to serve."""
        denominator = _sum(self.denominator, counts)
        return _sum(self.numerator, counts) / denominator if denominator else None


_ANSWERED: Final = ((1, "answered"), (-1, "answered_without_target"))
_REACHED: Final = (*_ANSWERED, (1, "abandoned"), (-1, "abandoned_without_target"))
_IN_TARGET: Final = ((1, "answered_in_target"),)

SERVICE_LEVELS: Final = (
    Ratio("strict", _IN_TARGET, _REACHED),
    Ratio("short_abandons_removed", _IN_TARGET, (*_REACHED, (-1, "short_abandons"))),
    Ratio("short_abandons_credited", (*_IN_TARGET, (1, "short_abandons")), _REACHED),
    Ratio("abandons_in_target_ignored", _IN_TARGET, (*_REACHED, (-1, "abandoned_in_target"))),
    Ratio("abandons_in_target_positive", (*_IN_TARGET, (1, "abandoned_in_target")), _REACHED),
    Ratio("answered_only", _IN_TARGET, _ANSWERED),
)
"""The six formulas of service level, by the name that a policy's `formula` takes."""

_ARRIVED: Final = ((1, "created"), (1, "offered"))

RATIOS: Final = (
    Ratio("abandonment_rate", ((1, "abandoned"),), ((1, "answered"), (1, "abandoned"))),
    Ratio("reopen_rate", ((1, "reopened"),), ((1, "solved"),)),
    Ratio("resolution_rate", ((1, "solved"),), ((1, "created"),)),
    Ratio("escalation_rate", ((1, "escalated"),), _ARRIVED),
    Ratio("transfer_rate", ((1, "transferred"),), _ARRIVED),
)
"""Ratios of counters."""


def kpis(tally: Tally, policy: Policy) -> dict[str, Any]:
    """Return every KPI of a group, or of a sum of groups: None where its denominator is empty."""
    counts = tally.counts
    attainment: dict[str, float | None] = {}
    for kind, (met, breached) in outcomes(tally, policy).items():
        attainment[kind] = met / (met + breached) if met + breached else None
    wait, handle = tally.durations.get("wait"), tally.durations.get("handle")
    answered = counts["answered"]
    return {
        "service_level": {row.key: row.of(counts) for row in SERVICE_LEVELS},
        "sla_attainment": attainment,
        "average_speed_of_answer_s": (wait.total if wait else 0) / SECOND / answered if answered else None,
        "average_handle_time_s": handle.total / SECOND / handle.count if handle and handle.count else None,
        **{row.key: row.of(counts) for row in RATIOS},
    }


def outcomes(tally: Tally, policy: Policy) -> dict[str, tuple[int, int]]:
    """Return by clock how often it was met and breached, over all of its targets."""
    sums = {kind: [0, 0] for kind in KINDS}
    for index, (met, breached) in tally.outcomes.items():
        row = sums[policy.targets[index].clock]
        row[0] += met
        row[1] += breached
    return {kind: (met, breached) for kind, (met, breached) in sums.items()}


def arrivals(tally: Tally) -> int:
    """Return how many tickets and contacts came."""
    return _sum(_ARRIVED, tally.counts)


def _sum(terms: Terms, counts: dict[str, int]) -> int:
    return sum(sign * counts.get(name, 0) for sign, name in terms)
