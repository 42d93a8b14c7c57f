"""Arrivals by full hour, kept for eight days: what volume is compared with."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from stream.core.times import DAY, HOUR

_KEPT: Final = 8 * DAY // HOUR
_WEEK: Final = 7 * DAY // HOUR


class Hours:
    """How much arrived in each full hour of UTC, by key.

    Attributes:
        changed: hours whose counts are not what was last written down, or None where nobody writes them down.
    """

    def __init__(self) -> None:
        self.changed: set[int] | None = None
        self._hours: dict[int, dict[Any, int]] = {}
        self._now = 0
        self._read: dict[int, tuple[Counter[int], Counter[int]]] = {}

    def add(self, at: int, key: int, amount: int) -> None:
        """Count arrivals at an instant."""
        hour = at // HOUR
        counts = self._hours.get(hour)
        if counts is None:
            counts = self._hours[hour] = {}
        place: Any = key
        counts[place] = counts.get(place, 0) + amount
        if self.changed is not None:
            self.changed.add(hour)
        if hour < self._now:
            # The hour that runs is in no answer: usually what was computed stays true.
            self._read.clear()

    def advance(self, now: int) -> None:
        """Move to `now`: hours that are more than eight days old are let go."""
        hour = now // HOUR
        if hour == self._now:
            return
        self._now = hour
        self._read.clear()
        for old in [each for each in self._hours if each < hour - _KEPT]:
            del self._hours[old]
            if self.changed is not None:
                self.changed.add(old)

    def of(self, hour: int) -> dict[int, int] | None:
        """Return what arrived in an hour by key, None where nothing is kept of it."""
        return self._hours.get(hour)

    def against_last_week(self, hours: int) -> tuple[Counter[int], Counter[int]]:
        """Return by key what arrived in the last so many full hours, and in the same hours seven days before."""
        found = self._read.get(hours)
        if found is None:
            found = self._read[hours] = (self._sum(self._now, hours), self._sum(self._now - _WEEK, hours))
        return found

    def _sum(self, end: int, hours: int) -> Counter[int]:
        total: Counter[int] = Counter()
        for hour in range(end - hours, end):
            total.update(self._hours.get(hour, ()))
        return total
