"""Windows and histograms at their very edges: what a rule that is off by one would get wrong."""

from __future__ import annotations

from itertools import pairwise

from stream.core.times import DAY, SECOND
from stream.core.windows import bucket_of, fine_bounds, quantile, representative

BOUNDS = fine_bounds([20 * SECOND])


def test_bounds_grow_by_nine_percent() -> None:
    """The first bounds are 0, 1, 2, 3 µs; each is 9 % above the one before, or 1 µs, up to a century."""
    bounds = fine_bounds([])
    assert bounds[:4] == (0, 1, 2, 3)
    assert all(high == max(low + 1, int(low * 1.09)) for low, high in pairwise(bounds[1:]))
    assert 91 * 366 * DAY < bounds[-1] < 100 * 366 * DAY


def test_a_bound_of_the_policy_is_one_of_the_bounds() -> None:
    """A target's own bound stands among the others, and a value that equals it lies below it."""
    assert set(BOUNDS) - set(fine_bounds([])) == {20 * SECOND}
    assert BOUNDS[bucket_of(BOUNDS, 20 * SECOND)] == 20 * SECOND
    assert bucket_of(BOUNDS, 20 * SECOND + 1) == bucket_of(BOUNDS, 20 * SECOND) + 1


def test_what_is_longer_than_all_bounds_is_shown_as_the_longest() -> None:
    """A value above the last bound has a bucket of its own, and is told as that bound."""
    beyond = bucket_of(BOUNDS, BOUNDS[-1] + 1)
    assert beyond == len(BOUNDS)
    assert representative(BOUNDS, beyond) == BOUNDS[-1]
    assert quantile(BOUNDS, {beyond: 3}, 0.5) == BOUNDS[-1]


def test_a_bucket_is_told_as_the_harmonic_mean_of_its_ends() -> None:
    """Of 11 to 20 µs that is 14.2: as far from the one as from the other, in parts of them."""
    assert [representative((0, 10, 20), bucket) for bucket in range(3)] == [0, 2, 14]


def test_a_bucket_that_was_emptied_has_no_value() -> None:
    """The smallest value is that of the first bucket that holds any."""
    assert quantile(BOUNDS, {0: 0, 3: 2}, 0.0) == 3


def test_a_rank_is_no_share_too_far() -> None:
    """Nine of ten values are at most the ninth, though 0.9 * 10 is no exact float; the tenth begins above it."""
    buckets = {bucket_of(BOUNDS, value): 1 for value in range(1, 11)}
    assert [quantile(BOUNDS, buckets, share) for share in (0.1, 0.5, 0.9, 0.90001, 1.0)] == [1, 5, 9, 10, 10]
