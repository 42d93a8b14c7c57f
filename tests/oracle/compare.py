"""What differs between two reports: all must be equal, but quantiles, which are near, and ratios, which are floats."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any

NEAR = {"p50_s", "p90_s", "p99_s", "max_s"}
"""These lie within 5 %."""
RATIOS = {"kpis", "scores", "customers", "by_agent"}
"""What stands below these keys may differ in the last digits of a float."""


def differences(expected: Any, found: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Yield a line for each place in which `found` is not as expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            if key in expected and key in found:
                yield from differences(expected[key], found[key], (*path, key))
            else:
                yield f"{_text(path)}: {key} is {'missing' if key in expected else 'too much'}"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{_text(path)}: expected {expected}, found {found}"
            return
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, (*path, place))
    elif not _equal(expected, found, path):
        yield f"{_text(path)}: expected {expected!r}, found {found!r}"


def _equal(expected: Any, found: Any, path: tuple[str | int, ...]) -> bool:
    if isinstance(expected, int | float) and isinstance(found, int | float):
        if path[-1] in NEAR:
            return abs(expected - found) <= 0.05 * expected
        if RATIOS & set(path) and isinstance(expected, float):
            return isclose(expected, found, rel_tol=1e-9)
    return type(expected) is type(found) and bool(expected == found)


def _text(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path)) or "report"
