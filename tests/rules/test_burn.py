"""Tiers of budget burn: thresholds that can be passed, or none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stream.core.policy import Policy, load_policy
from stream.tools.rules.burn import TIERS, Tier, UnreachableError, burns
from stream.tools.rules.rule import Severity


def one_target(objective: float, windows: str = "[5m, 1h, 24h]") -> Policy:
    """A policy of one target."""
    return load_policy(
        f"{{version: 1, windows: {windows}, service_level: [], "
        f"targets: [{{name: t, clock: resolution, within: 4h, objective: {objective}}}]}}",
        "test",
    )


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (0.80, {"fast": "0.72", "slow": "0.2"}),
        (0.90, {"fast": "0.36", "slow": "0.1"}),
        (0.995, {"fast": "0.018", "slow": "0.005"}),
    ],
)
def test_the_threshold_is_factor_times_what_may_be_missed(objective: float, expected: dict[str, str]) -> None:
    """15 % of a day's budget in an hour is 3.6 times as fast as allowed, all of it in a day once."""
    found = {burn.tier.name: burn for burn in burns(one_target(objective), [])}
    assert expected == {name: f"{float(burn.threshold):g}" for name, burn in found.items()}
    assert ("5m", "1h") == (found["fast"].short.name, found["fast"].long.name)
    assert ("1h", "24h") == (found["slow"].short.name, found["slow"].long.name)


def test_a_tier_that_can_never_fire_is_left_out_with_its_arithmetic() -> None:
    """At an objective of 72 % the fast tier would have to see 100.8 % missed."""
    warnings: list[str] = []
    assert ["slow"] == [burn.tier.name for burn in burns(one_target(0.72), warnings)]
    assert [
        "t: tier fast is left out, its threshold can never be passed: 15 % of 24h within 1h is 3.6 x (1 - 0.72) = 1.008"
    ] == warnings


def test_the_thresholds_of_web_services_are_refused() -> None:
    """Where no tier is left nothing is made, and the line says why: 14.4 x (1 - 0.9) = 1.44."""
    usual = (Tier("fast", 1, Fraction(6, 10), Severity.PAGE, "2m"),)
    with pytest.raises(
        UnreachableError, match=r"t: no tier of budget burn can ever fire: .*14\.4 x \(1 - 0\.9\) = 1\.44"
    ):
        burns(one_target(0.9), [], usual)


def test_one_window_has_the_slow_tier_alone() -> None:
    """All of a budget within its own window needs no second one; what that costs, and what is left out, is told."""
    warnings: list[str] = []
    (burn,) = burns(one_target(0.9, "[24h]"), warnings)
    assert ("slow", "24h", "24h", "0.1") == (
        burn.tier.name, burn.short.name, burn.long.name, f"{float(burn.threshold):g}",
    )  # fmt: skip
    fast, slow = warnings
    assert "windows: [24h] make no pair for tier fast, so no budget burn makes a page; name 3 windows or more" == fast
    assert "tier slow goes by it alone and ends up to 24h after the desk has recovered" in slow


def test_two_windows_have_the_slow_tier() -> None:
    """The pair of a policy with two windows is that of the slow tier; that nothing can page is told."""
    warnings: list[str] = []
    (burn,) = burns(one_target(0.9, "[1h, 24h]"), warnings)
    assert ("slow", "1h", "24h") == (burn.tier.name, burn.short.name, burn.long.name)
    assert [
        "windows: [1h, 24h] make no pair for tier fast, so no budget burn makes a page; name 3 windows or more"
    ] == warnings


def test_an_objective_without_budget_makes_no_alert() -> None:
    """100 % met leaves nothing to burn, and a warning says so."""
    warnings: list[str] = []
    assert () == burns(one_target(1.0), warnings)
    assert ["t: an objective of 100 % leaves no budget, so no alert on its burn is made"] == warnings


def test_tiers_are_told_apart() -> None:
    """No two tiers share a name or a pair of windows."""
    assert len(TIERS) == len({tier.name for tier in TIERS}) == len({tier.pair for tier in TIERS})
