"""The week of a schedule: "mon-fri" and "22:00-06:00" to minutes of the local day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from stream.core.times import MINUTE

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES: Final = 24 * 60

Interval = tuple[int, int]
"""Local minutes since the midnight at which its day starts; a shift over midnight ends after 1440."""
Week = tuple[tuple[Interval, ...], ...]
"""The intervals of each day, from Monday."""

_INTERVAL: Final = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)


def parse_days(text: str) -> tuple[int, ...]:
    """Return the days, 0 = Monday, of "mon", "mon-fri", "fri-mon" or "tue, thu"; names may be written out.

    Raises:
        ValueError: a part is no day.
    """
    days: list[int] = []
    for part in text.split(","):
        first, dash, last = (end.strip() for end in part.partition("-"))
        begin = _day(first, text)
        length = (_day(last, text) - begin) % 7 if dash else 0
        days.extend((begin + step) % 7 for step in range(length + 1))
    return tuple(dict.fromkeys(days))


def parse_interval(text: str) -> Interval:
    """Return the minutes of "08:00-12:00"; "22:00-06:00" ends on the next day, 24:00 is the day's end.

    Raises:
        ValueError: no interval, no such time of day, or nothing between start and end.
    """
    wanted = 'expected an interval such as "08:00-12:00" or "22:00-06:00"'
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no interval; {wanted}")
    hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
    start, end = 60 * hour + minute, 60 * last_hour + last_minute
    if minute > 59 or last_minute > 59 or start >= MINUTES or end > MINUTES:
        raise ValueError(f"{text!r} has no time of day; it starts at 00:00 to 23:59 and ends at 00:00 to 24:00")
    if start == end:
        raise ValueError(f'{text!r} ends where it starts; write "00:00-24:00" for the whole day')
    return start, end if end > start else end + MINUTES


def week(hours: Iterable[tuple[Iterable[int], Iterable[Interval]]]) -> Week:
    """Return the week in which each of the given days has the given intervals; a day named twice has both."""
    days: list[list[Interval]] = [[] for _ in DAYS]
    for names, intervals in hours:
        shifts = tuple(intervals)
        for day in names:
            days[day].extend(shifts)
    return tuple(tuple(sorted(set(shifts))) for shifts in days)


def open_time_a_week(hours: Week) -> int:
    """Return the open microseconds of a week without holidays and changes of the clock."""
    length = 7 * MINUTES
    minutes = bytearray(length)
    for day, shifts in enumerate(hours):
        for start, end in shifts:
            for minute in range(day * MINUTES + start, day * MINUTES + end):
                minutes[minute % length] = 1
    return sum(minutes) * MINUTE


def _day(text: str, whole: str) -> int:
    name = text.lower()
    if len(name) >= 3:
        for number, day in enumerate(DAYS):
            if day.startswith(name):
                return number
    raise ValueError(
        f"{text!r} in {whole!r} is no day; expected mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri"
    )
