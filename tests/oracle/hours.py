"""When a desk is open: every minute is asked what its local time is, and whether that lies in an interval.

Intervals begin and end on whole minutes, and the zones used here differ from UTC by whole minutes, so that a minute is
open from its first to its last microsecond or not at all.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from tests.oracle.times import MINUTE

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY = 1440
"""Minutes of a day."""


class Hours:
    """A row of `schedules`, as the policy file has it; `None` is 24x7."""

    def __init__(self, said: dict[str, Any] | None) -> None:
        said = said or {}
        self.zone = ZoneInfo(said.get("zone", "UTC"))
        self.intervals: dict[int, list[tuple[int, int]]] = {weekday: [] for weekday in range(7)}
        for days, intervals in said.get("hours", {}).items():
            for weekday in _weekdays(days):
                self.intervals[weekday] += [_interval(text) for text in intervals]
        self.always = not any(self.intervals.values())
        self.holidays: set[date] = set()
        for holiday in said.get("holidays", []):
            if isinstance(holiday, str):
                self.holidays.add(date.fromisoformat(holiday))
            else:
                years = range(2010, 2031)
                self.holidays |= set(holidays.country_holidays(holiday["country"], holiday.get("state"), years=years))
        self.local_day = lru_cache(None)(self._local_day)
        self.utc_day = lru_cache(None)(self._utc_day)

    def is_open(self, minute: int) -> bool:
        """Say whether the desk is open during a minute, counted since 1970 in UTC."""
        return self.utc_day(minute // DAY)[minute % DAY] == 1

    def _local_day(self, day: date) -> bytes:
        """Return for each minute of a local day whether it lies in an interval."""
        today, before = day, day - timedelta(days=1)
        minutes = bytearray(DAY)
        for start, end in self.intervals[today.weekday()] if today not in self.holidays else []:
            for minute in range(start, end if end > start else DAY):
                minutes[minute] = 1
        for start, end in self.intervals[before.weekday()] if before not in self.holidays else []:
            for minute in range(end if end <= start else 0):
                minutes[minute] = 1
        return bytes(minutes)

    def _utc_day(self, day: int) -> bytes:
        """Return for each minute of a day in UTC whether the desk is open; no zone changes twice within an hour."""
        if self.always:
            return b"\1" * DAY
        minutes = bytearray()
        for hour in range(24):
            first = day * DAY + hour * 60
            ahead = self._minutes_ahead(first)
            changes = ahead != self._minutes_ahead(first + 59)
            for minute in range(first, first + 60):
                local = minute + (self._minutes_ahead(minute) if changes else ahead)
                minutes.append(self.local_day(date(1970, 1, 1) + timedelta(days=local // DAY))[local % DAY])
        return bytes(minutes)

    def _minutes_ahead(self, minute: int) -> int:
        offset = datetime.fromtimestamp(60 * minute, UTC).astimezone(self.zone).utcoffset()
        assert offset is not None
        return offset // timedelta(minutes=1)

    def open_time(self, start: int, end: int) -> int:
        """Return how long the desk is open from one moment to another."""
        first, last = start // MINUTE, end // MINUTE
        whole = 0
        for day in range(first // DAY, last // DAY + 1):
            whole += self.utc_day(day).count(1, max(0, first - day * DAY), max(0, last - day * DAY))
        return whole * MINUTE - self._within_minute(start) + self._within_minute(end)

    def _within_minute(self, moment: int) -> int:
        return moment % MINUTE if self.is_open(moment // MINUTE) else 0

    def moment_after(self, start: int, length: int) -> int:
        """Return the first moment at which the desk has been open for so long, minute by minute from `start`."""
        if length == 0:
            return start
        minute, left = start // MINUTE, length + self._within_minute(start)
        while True:
            if self.is_open(minute):
                if left <= MINUTE:
                    return minute * MINUTE + left
                left -= MINUTE
            minute += 1


def _weekdays(text: str) -> set[int]:
    """Return the weekdays that `mon-fri`, `fri-mon` or `sat, sun` names."""
    found = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        weekday = WEEKDAYS.index(first)
        found.add(weekday)
        while last and WEEKDAYS[weekday] != last:
            weekday = (weekday + 1) % 7
            found.add(weekday)
    return found


def _interval(text: str) -> tuple[int, int]:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return start, end
