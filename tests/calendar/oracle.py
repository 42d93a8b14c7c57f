"""Open hours by brute force: ask the zone for the local time of every step, then look at the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from stream.core.times import MINUTE


@dataclass(frozen=True)
class Wall:
    """A week on the wall: pairs of minutes for each day from Monday; what ends after 1440 runs into the next day."""

    zone: str
    days: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()

    def open_at(self, at: int) -> bool:
        """Tell whether the local time at an instant lies in an interval of its day, or of the day before."""
        local = datetime.fromtimestamp(at / 1e6, UTC).astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        today, before = local.date(), local.date() - timedelta(days=1)
        return any(start <= minute < end for start, end in self._shifts(today)) or any(
            start <= minute + 1440 < end for start, end in self._shifts(before)
        )

    def open_between(self, start: int, end: int, step: int = MINUTE) -> int:
        """Count the open steps of `[start, end)`; exact where all edges and both ends are multiples of the step."""
        return sum(step for at in range(start, end, step) if self.open_at(at))

    def deadline(self, start: int, amount: int, step: int = MINUTE) -> int:
        """Walk until `amount` of open steps has passed."""
        at = start
        while amount > 0:
            amount -= step if self.open_at(at) else 0
            at += step
        return at

    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the runs of open minutes of `[start, end)`."""
        opened = None
        for at in range(start, end, MINUTE):
            if self.open_at(at) and opened is None:
                opened = at
            elif not self.open_at(at) and opened is not None:
                yield opened, at
                opened = None
        if opened is not None:
            yield opened, end

    def _shifts(self, day: date) -> tuple[tuple[int, int], ...]:
        return () if day in self.holidays else self.days[day.weekday()]
