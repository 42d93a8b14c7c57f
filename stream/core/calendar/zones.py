"""Time zones of the package `tzdata`, and the stretches of time in which a zone keeps one offset.

The zone files of the machine are not looked at: the same policy must give the same deadlines everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

from stream.core.times import DAY, SECOND

ZONES: Final = frozenset((resources.files("tzdata") / "zones").read_text("utf-8").split())
"""Every name of a zone."""

_STRIDE: Final = 3 * DAY
"""Two changes of one zone since 1970 lie almost seven days apart at the least, so none hides between two looks."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone `name`; a KeyError where there is none."""
    if name not in ZONES:
        raise KeyError(name)
    with (resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offsets(place: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches `(from, to, offset)` of `[start, end)` whose local time is UTC + offset, in microseconds."""
    since, offset = start, _offset(place, start)
    low = start
    while low < end:
        high = min(low + _STRIDE, end)
        later = _offset(place, high)
        if later != offset:
            change = _change(place, low, high, offset)
            yield since, change, offset
            since, offset = change, later
        low = high
    if since < end:
        yield since, end, offset


def _offset(place: ZoneInfo, at: int) -> int:
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(place).replace(tzinfo=UTC)
    return (local - _EPOCH) // timedelta(microseconds=1) - at


def _change(place: ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the first whole second after `low` at which `offset` no longer holds."""
    while high - low > SECOND:
        middle = low + (high - low) // (2 * SECOND) * SECOND
        if _offset(place, middle) == offset:
            low = middle
        else:
            high = middle
    return high
