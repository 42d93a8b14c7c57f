"""Two things that must be equal, and the list of what is not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import islice
from typing import Final, TypeVar

from tests.chaos.oracle import Page

SHOWN: Final = 40
K = TypeVar("K", bound=Hashable)


def pages(who: str, expected: Page, actual: Page) -> list[str]:
    """Return the series that differ, with both values."""
    both = ((series, expected.get(series, 0), actual.get(series, 0)) for series in sorted({*expected, *actual}))
    return [f"{who}: {series} is {shown:.17g}, true is {true:.17g}" for series, true, shown in both if true != shown]


def counts(what: str, expected: Mapping[K, int], actual: Mapping[K, int]) -> list[str]:
    """Return the things that do not stand as often as they should."""
    wrong = [key for key in {*expected, *actual} if expected.get(key, 0) != actual.get(key, 0)]
    lines = (f"{what}: {key} stands {actual.get(key, 0)} times, not {expected.get(key, 0)}" for key in wrong)
    return sorted(lines)


def shortened(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    if len(lines) <= SHOWN:
        return lines
    return [*islice(lines, SHOWN), f"… and {len(lines) - SHOWN} more"]
