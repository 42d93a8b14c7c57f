"""The figures that are made of others: every row of the table of formulas, for one tally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream.core.clocks import KINDS
from stream.core.formulas import ARRIVED, BY_KEY, FORMULAS, Scope
from stream.core.formulas.formula import add_up
from stream.core.windows.slots import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stream.core.figures.tally import Tally
    from stream.core.policy import Policy


def kpis(tally: Tally, policy: Policy, *, everybody: bool = False) -> dict[str, Any]:
    """Return every figure of a window for a group, or for a sum of groups: None where its denominator is empty.

    Args:
        tally: the counts.
        policy: whose targets and numbers are used.
        everybody: whether the sum is over all groups: then agents of several queues count once.
    """
    return evaluate(Scope.WINDOW, parts(tally, policy, everybody=everybody), policy)


def evaluate(scope: Scope, counts: Mapping[str, int], policy: Policy) -> dict[str, Any]:
    """Return every figure of one scope; those of several members are nested."""
    numbers = policy_numbers(policy)
    figures: dict[str, Any] = {}
    for row in FORMULAS:
        if row.scope is not scope:
            continue
        figure = row.of(counts, numbers)
        if row.times and figure is not None:
            factor = BY_KEY[row.times, ""].of(counts, numbers)
            figure = None if factor is None else figure * factor
        if row.member:
            figures.setdefault(row.key, {})[row.member] = figure
        else:
            figures[row.key] = figure
    return figures


def policy_numbers(policy: Policy) -> dict[str, float | None]:
    """Return the numbers of the policy that formulas ask for."""
    lifespan = policy.customers.lifespan
    return {
        "agent_hour": policy.cost.agent_hour,
        "lifespan": None if lifespan is None else lifespan / policy.customers.period,
    }


def parts(tally: Tally, policy: Policy, *, everybody: bool = False) -> dict[str, int]:
    """Return everything that formulas are made of, by the name that they use."""
    found = dict(tally.counts)
    for kind, (met, breached) in outcomes(tally, policy).items():
        found[f"{kind}_met"], found[f"{kind}_breached"] = met, breached
    for name, duration in tally.durations.items():
        found[f"{name}_count"], found[f"{name}_time"] = duration.count, duration.total
    if everybody:
        found |= {f"{state}_time": tally.counts[f"all_{state}_time"] for state in STATES}
    return found


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
    return add_up(ARRIVED, tally.counts)
