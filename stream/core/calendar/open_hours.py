"""Weekly open hours in a time zone, compiled year by year into open stretches of UTC.

An instant is open if its local time lies in an interval of the week. So a local stretch is mapped to UTC once
for each offset that the zone has in that year, and clipped to where that offset holds: an hour that is skipped
in spring maps to nothing, an hour that comes twice in autumn is open twice, without any rule of its own.

    local   ──[08:00 ──────── 17:00)────        one stretch of a day
    UTC     ──[07:00 ──────── 16:00)────  +1 h  kept where +1 h holds
            ──[06:00 ──────── 15:00)────  +2 h  kept where +2 h holds

Then every question is one or two bisections in `starts`, `ends` and `before` (the open time before each start).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from stream.core.calendar.holidays import Holidays
from stream.core.calendar.hours import Week
from stream.core.calendar.schedule import Schedule
from stream.core.calendar.zones import offsets, zone
from stream.core.times import DAY, MINUTE, to_micros

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
"""Hours are kept for these years (UTC); all time before and after counts as open, so that every deadline exists."""

_FAR: Final = 1 << 60


class _Table(NamedTuple):
    """What is compiled: complete for the years `first` to `last`, that is for `[low, high)`."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int
    low: int
    high: int
    first: int
    last: int


class OpenHours(Schedule):
    """A week of open hours in a zone, less its holidays.

    Args:
        name: as the policy calls it.
        place: name of the zone.
        hours: the local week; at least one interval.
        holidays: days on which no shift starts; one that started the day before runs on.

    Attributes:
        zone: the time zone in which the hours are meant.
    """

    __slots__ = ("_holidays", "_place", "_table", "_week", "zone")

    def __init__(self, name: str, place: str, hours: Week, holidays: Holidays | None = None) -> None:
        super().__init__(name)
        if not any(hours):
            raise ValueError(f"schedule {name!r} has no open hour; it is 24x7")
        self.zone = zone(place)
        self._week = hours
        self._holidays = holidays or Holidays()
        self._place: int = 0
        self._table = _Table([], [], [], 0, _FAR, -_FAR, LAST_YEAR + 1, LAST_YEAR)

    def open_between(self, start: int, end: int) -> int:
        """Return how much of `[start, end)` is open."""
        starts, ends, before, _, low, high, _, _ = self._table
        if start < low or end > high:
            starts, ends, before, _, low, high, _, _ = self._cover(start, end)
        first = self._place_of(start, starts)
        last = self._place_of(end, starts)
        if last < 0:
            return 0
        passed = min(ends[last], end) + before[last] - starts[last]
        if first < 0:
            return passed
        return passed - (min(ends[first], start) + before[first] - starts[first])

    def deadline(self, start: int, amount: int) -> int:
        """Return the earliest instant at which `amount` of open time has passed since `start`."""
        if amount <= 0:
            return start
        starts, ends, before, total, low, high, _, _ = self._table
        if start < low or start >= high:
            starts, ends, before, total, low, high, _, _ = self._cover(start, start + 1)
        here = self._place_of(start, starts)
        goal = amount if here < 0 else min(ends[here], start) + before[here] - starts[here] + amount
        if goal > total:
            self._cover(start, high + goal - total)
            return self.deadline(start, amount)
        # Most deadlines are in the stretch that their clock started in, or in the next one.
        there = max(here, 0)
        if there + 2 >= len(before) or goal > before[there + 2]:
            there = bisect_left(before, goal) - 1
        elif goal > before[there + 1]:
            there += 1
        return starts[there] + goal - before[there]

    def _place_of(self, at: int, starts: list[int]) -> int:
        """Return the last stretch that has begun at an instant, or -1: mostly that of the question before."""
        place = self._place
        if not (place + 1 < len(starts) and starts[place] <= at < starts[place + 1]):
            place = self._place = bisect_right(starts, at) - 1
        return place

    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is open of `[start, end)`, in order; compiles no further than it is read."""
        while start < end:
            table = self._table
            if start < table.low or start >= table.high:
                table = self._cover(start, start + 1)
            here = bisect_right(table.ends, start)
            if here == len(table.ends):
                start = table.high
                continue
            closing = table.ends[here]
            while closing == table.high and closing < end:
                table = self._cover(start, closing + 1)
                closing = table.ends[bisect_right(table.ends, start)]
            opening = max(start, table.starts[bisect_right(table.ends, start)])
            if opening < end:
                yield opening, min(closing, end)
            start = closing

    def _cover(self, start: int, end: int) -> _Table:
        """Compile the years that `[start, end)` needs and that are missing."""
        old = self._table
        stretches = list(zip(old.starts, old.ends, strict=True))
        first, last = old.first, old.last
        if first > last:
            first = last = _year(start)
            stretches += self._stretches(first)
        while _bounds(first)[0] > start:
            first -= 1
            stretches += self._stretches(first)
        while _bounds(last)[1] < end:
            last += 1
            stretches += self._stretches(last)
        # One reference is replaced at the end, so that a reader in another thread sees a whole table.
        self._table = table = _compiled(_united(stretches), first, last)
        return table

    def _stretches(self, year: int) -> list[tuple[int, int]]:
        """Return the open stretches of a year (UTC), or all the time before or after the calendar."""
        low, high = _bounds(year)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return [(low, high)]
        local = _united(self._shifts(year))
        found = []
        for since, until, offset in offsets(self.zone, low, high):
            place = bisect_right(local, (since + offset, _FAR)) - 1
            for opening, closing in local[max(place, 0) :]:
                if opening >= until + offset:
                    break
                if closing > since + offset:
                    found.append((max(opening - offset, since), min(closing - offset, until)))
        return _united(found)

    def _shifts(self, year: int) -> Iterator[tuple[int, int]]:
        """Yield the shifts that may touch a year of UTC, in local microseconds: no offset is as much as a day."""
        closed = frozenset().union(*(self._holidays.of(near) for near in (year - 1, year, year + 1)))
        day = date(year, 1, 1) - timedelta(days=2)
        last = date(year + 1, 1, 1)
        midnight = (day - date(1970, 1, 1)).days * DAY
        while day <= last:
            if day not in closed:
                for opening, closing in self._week[day.weekday()]:
                    yield midnight + opening * MINUTE, midnight + closing * MINUTE
            day += timedelta(days=1)
            midnight += DAY


def _year(at: int) -> int:
    """Return the block that holds an instant: a year of the calendar, or the one before or after it."""
    if at < _bounds(FIRST_YEAR)[0]:
        return FIRST_YEAR - 1
    if at >= _bounds(LAST_YEAR)[1]:
        return LAST_YEAR + 1
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).year


def _bounds(year: int) -> tuple[int, int]:
    low = -_FAR if year < FIRST_YEAR else to_micros(datetime(year, 1, 1, tzinfo=UTC))
    high = _FAR if year > LAST_YEAR else to_micros(datetime(year + 1, 1, 1, tzinfo=UTC))
    return low, high


def _united(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same stretches in order, those that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for opening, closing in sorted(stretches):
        if merged and opening <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(closing, merged[-1][1])
        else:
            merged.append((opening, closing))
    return merged


def _compiled(stretches: list[tuple[int, int]], first: int, last: int) -> _Table:
    """Return the table of the years `first` to `last`."""
    before = list(accumulate((closing - opening for opening, closing in stretches), initial=0))
    total = before.pop()
    starts = [opening for opening, _ in stretches]
    ends = [closing for _, closing in stretches]
    return _Table(starts, ends, before, total, _bounds(first)[0], _bounds(last)[1], first, last)
