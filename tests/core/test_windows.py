"""Windows and histograms against a count that keeps everything."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from stream.core.policy import load_policy
from stream.core.times import SECOND
from stream.core.windows import Windows, at_most, bucket_of, fine_bounds, quantile

RULES = load_policy("version: 1\nwindows: [30s, 7m, 100m, 3d]", "test.yaml")
BOUNDS = fine_bounds(RULES.bounds)

contributions = st.lists(
    st.tuples(st.integers(-(10**11), 6 * 10**11), st.integers(0, 3), st.integers(-2, 3)), max_size=40
)


@given(batches=st.lists(st.tuples(contributions, st.integers(-(10**11), 6 * 10**11)), max_size=8))
def test_running_sums_equal_a_recount(batches: list[tuple[list[tuple[int, int, int]], int]]) -> None:
    """At any time a window holds exactly the panes that end after T - length and start at or before T."""
    windows = Windows(RULES.windows, BOUNDS)
    everything: list[tuple[int, int, int]] = []
    now = None
    for added, step in batches:
        for at, key, amount in added:
            windows.add(at, key, amount)
        everything += added
        now = step if now is None else max(now, step)
        windows.advance(now)
        windows.settle()
        for window in windows.all:
            expected: dict[int, int] = {}
            for at, key, amount in everything:
                start = at // window.pane * window.pane
                if start + window.pane > now - window.length and start <= now:
                    expected[key] = expected.get(key, 0) + amount
            assert window.sums == {key: amount for key, amount in expected.items() if amount}


@given(batches=st.lists(st.tuples(contributions, st.integers(-(10**11), 6 * 10**11)), max_size=8))
def test_reading_in_between_changes_nothing(batches: list[tuple[list[tuple[int, int, int]], int]]) -> None:
    """Windows that were read at every step equal windows that are read once, at the end."""
    often, once = Windows(RULES.windows, BOUNDS), Windows(RULES.windows, BOUNDS)
    now = -(10**12)
    for added, step in batches:
        now = max(now, step)
        for windows in (often, once):
            for contribution in added:
                windows.add(*contribution)
            windows.advance(now)
        often.settle()
    once.settle()
    assert [window.sums for window in often.all] == [window.sums for window in once.all]


@given(batches=st.lists(st.tuples(contributions, st.integers(-(10**11), 6 * 10**11)), max_size=8))
def test_who_follows_is_told_what_became_of_the_sums(batches: list[tuple[list[tuple[int, int, int]], int]]) -> None:
    """What was said adds up to the sums at any time, and nobody changes it later; who is told too much begins anew."""
    windows = Windows(RULES.windows, BOUNDS)
    told: dict[str, dict[int, int]] = {}
    said: list[tuple[dict[int, int], dict[int, int]]] = []
    now = -(10**12)
    for added, step in batches:
        for contribution in added:
            windows.add(*contribution)
        now = max(now, step)
        windows.advance(now)
        windows.settle()
        for window in windows.all:
            if not window.is_followed("me"):
                window.follow("me")
                told[window.name] = {}
            mine = told[window.name]
            for amounts, sign in window.changes("me"):
                said.append((amounts, amounts.copy()))
                for key, amount in amounts.items():
                    mine[key] = mine.get(key, 0) + sign * amount
            assert window.sums == {key: amount for key, amount in mine.items() if amount}
    assert all(amounts == before for amounts, before in said)


@given(values=st.lists(st.integers(0, 10**14), min_size=1, max_size=60), share=st.sampled_from([0.5, 0.9, 0.99]))
def test_quantiles_lie_within_five_percent(values: list[int], share: float) -> None:
    """The value at rank ceil(q n) is told within 5 % of what it was, from a microsecond to three years."""
    buckets: dict[int, int] = {}
    for value in values:
        bucket = bucket_of(BOUNDS, value)
        buckets[bucket] = buckets.get(bucket, 0) + 1
    true = sorted(values)[max(1, math.ceil(share * len(values) - 1e-9)) - 1]
    told = quantile(BOUNDS, buckets, share)
    assert told is not None
    assert abs(told - true) <= 0.05 * true


@given(values=st.lists(st.integers(0, 10**13), max_size=60), bound=st.sampled_from(RULES.bounds))
def test_shares_within_a_bound_of_the_policy_are_exact(values: list[int], bound: int) -> None:
    """How many are at most a target or bucket of the policy is exact, also exactly at it."""
    values = [*values, bound, bound + 1, bound - 1]
    buckets: dict[int, int] = {}
    for value in values:
        bucket = bucket_of(BOUNDS, value)
        buckets[bucket] = buckets.get(bucket, 0) + 1
    assert at_most(BOUNDS, buckets, bound) == sum(value <= bound for value in values)


def test_nothing_has_no_quantile() -> None:
    """Without a value there is no quantile."""
    assert quantile(BOUNDS, {}, 0.5) is None


def test_panes_are_a_sixtieth_in_whole_seconds() -> None:
    """30 s make panes of 1 s, 7 min of 7 s, 100 min of 100 s, 3 d of 72 min."""
    assert [window.pane // SECOND for window in RULES.windows] == [1, 7, 100, 4320]
