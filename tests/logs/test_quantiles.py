"""Quantiles from the fine histograms against those of every value of every log, group by group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.logs import exact
from tests.logs.whole_logs import LARGE, SMALL, WholeLogs

QUANTILES = {"p50_s": 0.5, "p90_s": 0.9, "p99_s": 0.99, "max_s": 1.0}


@pytest.mark.parametrize("name", [*SMALL, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_quantiles_lie_within_five_percent_in_every_group(name: str, whole: WholeLogs, logs: Path) -> None:
    """In all and in each group number, sum and shares are exact, quantiles and the largest value at most 5 % off."""
    window = whole[name].window
    values = exact.EXACT[name](logs)
    assert values
    assert set(values) == {shown for shown, row in window["total"]["durations"].items() if row["count"]}
    for duration, groups in values.items():
        rows = {(row["queue"], row["channel"], row["priority"]): row["durations"][duration] for row in window["groups"]}
        assert set(groups) == {labels for labels, row in rows.items() if row["count"]}, duration
        for labels, found in groups.items():
            assert_same(found, rows[labels], f"{duration} of {labels}")
        everything = [value for found in groups.values() for value in found]
        assert_same(everything, window["total"]["durations"][duration], duration)


def assert_same(values: list[int], shown: dict[str, Any], what: str) -> None:
    """Demand that a duration is shown as its values say."""
    assert (len(values), sum(values)) == (shown["count"], shown["sum_s"]), what
    within = {bound: sum(value <= float(bound) for value in values) for bound in shown["within"]}
    assert within == shown["within"], what
    for key, share in QUANTILES.items():
        true = exact.quantile(values, share)
        assert abs(shown[key] - true) <= 0.05 * true, f"{what}: {key} is {shown[key]}, in truth {true}"
