"""Office hours of a policy as Alertmanager's time intervals: in their zone, split at midnight, holidays by year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from stream.core.calendar import OpenHours
from stream.core.policy import Policy
from stream.core.times import from_micros, to_micros

YEARS: Final = (2026, 2030)
"""The first and the last year whose holidays are written out, unless told; what is made must not change by itself."""
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Times = tuple[tuple[str, str], ...]
"""Open stretches of one local day, such as (("08:00", "18:00"),)."""


def office_of(policy: Policy) -> OpenHours | None:
    """Return the schedule that most targets count by, of those that ever close; None where none does."""
    used = Counter(target.schedule.name for target in policy.targets)
    closing = [schedule for schedule in policy.schedules.values() if isinstance(schedule, OpenHours)]
    return max(closing, key=lambda each: (used[each.name], each.name), default=None)


def running_out(policy: Policy, years: tuple[int, int], today: date) -> str:
    """Return a warning once the last of the years has begun; empty before, and where no schedule ever closes."""
    if today.year < years[1] or office_of(policy) is None:
        return ""
    return (
        f"holidays are written out for {years[0]} to {years[1]}, and it is {today.year}: "
        f"say --years {today.year}-{today.year + 4}"
    )


def office_hours(schedule: OpenHours, years: tuple[int, int] = YEARS) -> list[dict[str, Any]]:
    """Return the time interval of the ordinary week."""
    alike: defaultdict[Times, list[str]] = defaultdict(list)
    for name, times in zip(_WEEK, _ordinary(_days(schedule, years)), strict=True):
        if times:
            alike[times].append(name)
    return [
        {
            "times": [{"start_time": start, "end_time": end} for start, end in times],
            "weekdays": names,
            "location": schedule.zone.key,
        }
        for times, names in alike.items()
    ]


def holidays(schedule: OpenHours, years: tuple[int, int] = YEARS) -> list[dict[str, Any]]:
    """Return the time interval of the days that are closed and ordinarily are not."""
    days = _days(schedule, years)
    week = _ordinary(days)
    closed = [day for day, times in days.items() if not times and week[day.weekday()]]
    return [
        {
            "days_of_month": [str(day.day) for day in month],
            "months": [str(number)],
            "years": [str(year)],
            "location": schedule.zone.key,
        }
        for (year, number), month in groupby(closed, key=lambda day: (day.year, day.month))
    ]


def _ordinary(days: Mapping[date, Times]) -> Sequence[Times]:
    """Return the times that each weekday has most often."""
    found = [Counter[Times]() for _ in _WEEK]
    for day, times in days.items():
        found[day.weekday()][times] += 1
    return [counted.most_common(1)[0][0] for counted in found]


def _days(schedule: OpenHours, years: tuple[int, int]) -> dict[date, Times]:
    """Return every local day of the years with its open stretches."""
    first, last = date(years[0], 1, 1), date(years[1], 12, 31)
    opened: defaultdict[date, list[tuple[str, str]]] = defaultdict(list)
    midnight = datetime.min.time()
    start, end = (
        to_micros(datetime.combine(day, midnight, schedule.zone)) for day in (first, last + timedelta(days=1))
    )
    for opening, closing in schedule.intervals(start, end):
        for day, stretch in _split(opening, closing, schedule):
            opened[day].append(stretch)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: tuple(opened[day]) for day in days}


def _split(opening: int, closing: int, schedule: OpenHours) -> Iterator[tuple[date, tuple[str, str]]]:
    """Yield an open stretch day by day: no interval of Alertmanager goes over midnight."""
    since, until = (from_micros(at).astimezone(schedule.zone).replace(tzinfo=None) for at in (opening, closing))
    while since < until:
        midnight = datetime.combine(since.date() + timedelta(days=1), datetime.min.time())
        last = min(until, midnight)
        yield since.date(), (f"{since:%H:%M}", "24:00" if last == midnight else f"{last:%H:%M}")
        since = last
