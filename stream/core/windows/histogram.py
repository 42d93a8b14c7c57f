"""The fine histogram: bounds close enough for 5 %, and exact at every bound of the policy.

Bounds grow by a constant factor, as in DDSketch (Masson, Rim & Lee, VLDB 2019, doi 10.14778/3352063.3352135):
a value of `first` to `high` is shown as `2 first high / (first + high)`, which is off by at most
`(GROWTH - 1) / (GROWTH + 1)` of it. Values are whole microseconds, so `first` is one above the bound below. The
policy's own bounds are put between them, which only makes buckets narrower.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GROWTH: Final = 1.09
"""Ratio of neighbouring bounds: a value is shown within 4.4 % of what it was."""
_LARGEST: Final = 100 * 366 * 86_400 * 1_000_000


def fine_bounds(exact: Iterable[int]) -> tuple[int, ...]:
    """Return the upper bounds in microseconds of every bucket, `exact` ones among them, ascending from 0."""
    bounds = set(exact)
    edge = 0
    while edge < _LARGEST:
        bounds.add(edge)
        edge = max(int(edge * GROWTH), edge + 1)
    return tuple(sorted(bounds))


def bucket_of(bounds: Sequence[int], value: int) -> int:
    """Return the index of the bucket of `value`: the first bound that is not below it, or the number of bounds."""
    return bisect_left(bounds, value)


def quantile(bounds: Sequence[int], buckets: Mapping[int, int], share: float) -> int | None:
    """Return the value at rank `ceil(share * count)` in microseconds, within 5 %; None without values.

    `share` is at most 1.
    """
    count = sum(buckets.values())
    if count <= 0:
        return None
    # A share such as 0.9 has no exact float: 0.9 * 10 may come out a hair above 9.
    rank = max(1, ceil(share * count - 1e-9))
    order = sorted(buckets)
    seen = accumulate(buckets[bucket] for bucket in order)
    return representative(bounds, order[next(place for place, so_far in enumerate(seen) if so_far >= rank)])


def representative(bounds: Sequence[int], bucket: int) -> int:
    """Return the value in microseconds that stands for all of a bucket."""
    if bucket >= len(bounds):
        return bounds[-1]
    high = bounds[bucket]
    if bucket == 0:
        return high
    first = bounds[bucket - 1] + 1
    return round(2 * first * high / (first + high))


def at_most(bounds: Sequence[int], buckets: Mapping[int, int], bound: int) -> int:
    """Return how many values are at most `bound`, which is one of `bounds`: exact."""
    last = bisect_left(bounds, bound)
    return sum(count for bucket, count in buckets.items() if bucket <= last)
