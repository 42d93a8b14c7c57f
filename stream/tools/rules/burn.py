"""Budget burn: how fast a target's share of misses is used up, in pairs of windows that a support desk's can reach.

The budget is that of the longest window: 1 - objective of its clocks may be missed. A tier fires where a share of it is
used up within the tier's long window, and its short window still burns as fast:

    factor    = share x length of the longest window / length of the tier's long window
    threshold = factor x (1 - objective)                      of all clocks in both windows were missed

With the usual factors of web services (14.4 and 6, Google: "The Site Reliability Workbook", chapter 5) the threshold
would be 1.44 at an objective of 90 %: an alert that can never fire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from stream.core.policy import Policy, Target, Window
from stream.errors import DeskpulseError
from stream.tools.rules.expression import decimal
from stream.tools.rules.rule import Severity


class UnreachableError(DeskpulseError):
    """No tier of a policy's budget could ever fire."""


@dataclass(frozen=True, slots=True)
class Tier:
    """How fast is too fast.

    Attributes:
        name: the label `burnrate_tier`.
        pair: which pair of neighbouring windows, counted from the longest: 0 is the longest with the one before it.
        share: of the budget that is used up within the pair's longer window.
        severity: of its alert.
        wait: how long it must hold.
    """

    name: str
    pair: int
    share: Fraction
    severity: Severity
    wait: str


TIERS: Final = (
    Tier("fast", 1, Fraction(15, 100), Severity.PAGE, "2m"),
    Tier("slow", 0, Fraction(1), Severity.TICKET, "5m"),
)


@dataclass(frozen=True, slots=True)
class Burn:
    """One tier for the targets of one objective.

    Attributes:
        tier: which.
        short: window that must still burn; the same as `long` where the policy has only one.
        long: window in which the share was used up.
        budget: the longest window.
        objective: of the targets.
        factor: how many times faster than allowed.
        threshold: share of clocks missed, below 1.
        targets: their names.
    """

    tier: Tier
    short: Window
    long: Window
    budget: Window
    objective: Fraction
    factor: Fraction
    threshold: Fraction
    targets: tuple[str, ...]

    @property
    def arithmetic(self) -> str:
        """The threshold, worked out."""
        return _arithmetic(self.tier, self.long, self.budget, self.objective)


def burns(policy: Policy, warnings: list[str], tiers: Sequence[Tier] = TIERS) -> tuple[Burn, ...]:
    """Return every tier of every objective that can be reached.

    Args:
        policy: with its targets and windows.
        warnings: what is left out is told there.
        tiers: from which to choose.

    Raises:
        UnreachableError: a target has no tier left.
    """
    by_objective: defaultdict[Fraction, list[Target]] = defaultdict(list)
    for target in policy.targets:
        if target.objective < 1:
            by_objective[Fraction(str(target.objective))].append(target)
        else:
            warnings.append(f"{target.name}: an objective of 100 % leaves no budget, so no alert on its burn is made")
    if by_objective:
        warnings += _lacking(policy, tiers)
    found: list[Burn] = []
    for objective, targets in sorted(by_objective.items()):
        left = list(_reachable(policy, objective, tuple(target.name for target in targets), warnings, tiers))
        if not left:
            sums = "; ".join(said for tier in tiers if (said := _said(policy, tier, objective)))
            raise UnreachableError(
                f"{', '.join(target.name for target in targets)}: no tier of budget burn can ever fire: {sums}; "
                "raise the objective, or name longer windows"
            )
        found += left
    return tuple(found)


def _reachable(
    policy: Policy, objective: Fraction, targets: tuple[str, ...], warnings: list[str], tiers: Sequence[Tier]
) -> Iterator[Burn]:
    for tier in tiers:
        pair = _pair(policy, tier)
        if pair is None:
            continue
        short, long = pair
        budget = policy.windows[-1]
        factor = _factor(tier, long, budget)
        threshold = factor * (1 - objective)
        if threshold >= 1:
            warnings.append(
                f"{', '.join(targets)}: tier {tier.name} is left out, its threshold can never be passed: "
                f"{_arithmetic(tier, long, budget, objective)}"
            )
            continue
        yield Burn(tier, short, long, budget, objective, factor, threshold, targets)


def _pair(policy: Policy, tier: Tier) -> tuple[Window, Window] | None:
    windows = policy.windows
    place = len(windows) - 1 - tier.pair
    if place > 0:
        return windows[place - 1], windows[place]
    return (windows[0], windows[0]) if len(windows) == 1 and tier.pair == 0 else None


def _lacking(policy: Policy, tiers: Sequence[Tier]) -> Iterator[str]:
    """Iterate over what the policy has too few windows for."""
    named = ", ".join(window.name for window in policy.windows)
    for tier in tiers:
        pair = _pair(policy, tier)
        if pair is None:
            yield (
                f"windows: [{named}] make no pair for tier {tier.name}, so no budget burn makes a {tier.severity}; "
                f"name {tier.pair + 2} windows or more"
            )
        elif pair[0] is pair[1]:
            yield (
                f"windows: [{named}] has no shorter one, so tier {tier.name} goes by it alone and ends up to {named} "
                "after the desk has recovered; name a shorter one, too"
            )


def _factor(tier: Tier, long: Window, budget: Window) -> Fraction:
    return tier.share * budget.length / long.length


def _said(policy: Policy, tier: Tier, objective: Fraction) -> str:
    pair = _pair(policy, tier)
    return f"{tier.name}: {_arithmetic(tier, pair[1], policy.windows[-1], objective)}" if pair else ""


def _arithmetic(tier: Tier, long: Window, budget: Window, objective: Fraction) -> str:
    factor = _factor(tier, long, budget)
    numbers = (
        f"{decimal(float(factor))} x (1 - {decimal(float(objective))}) = {decimal(float(factor * (1 - objective)))}"
    )
    return f"{decimal(float(tier.share * 100))} % of {budget.name} within {long.name} is {numbers}"
