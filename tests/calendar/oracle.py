"""Open hours by brute force: ask the zone for the local time of every step, then look at the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from stream.core.calendar import zone
from stream.core.times import MINUTE, SECOND

QUARTER = 900


@dataclass(frozen=True)
class Wall:
    """A week on the wall: pairs of minutes for each day from Monday; what ends after 1440 runs into the next day."""

    zone: str
    days: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()

    def open_at(self, at: int) -> bool:
        """Tell whether the local time at an instant lies in an interval of its day, or of the day before."""
        local = datetime.fromtimestamp(at / 1e6, UTC).astimezone(zone(self.zone))
        minute = local.hour * 60 + local.minute
        today, before = local.date(), local.date() - timedelta(days=1)
        return any(start <= minute < end for start, end in self._shifts(today)) or any(
            start <= minute + 1440 < end for start, end in self._shifts(before)
        )

    def open_between(self, start: int, end: int, step: int = MINUTE) -> int:
        """Count the open steps of `[start, end)`; exact where all edges and both ends are multiples of the step."""
        return sum(step for at in range(start, end, step) if self.open_at(at))

    def seconds(self, low: int, high: int) -> bytes:
        """Return a 1 for each open second of `[low, high)`, else a 0, as the clock on the wall shows it."""
        first = datetime.fromtimestamp(low // SECOND, UTC).date() - timedelta(days=4)
        painted = bytearray(86_400 * (high // SECOND // 86_400 - low // SECOND // 86_400 + 9))
        for number in range(len(painted) // 86_400 - 1):
            for opening, closing in self._shifts(first + timedelta(days=number)):
                begin = 86_400 * number
                painted[begin + 60 * opening : begin + 60 * closing] = b"\1" * (60 * (closing - opening))
        found = bytearray()
        for at in range(low // SECOND, high // SECOND, QUARTER):
            # No zone changes its offset and changes it back within a quarter of an hour.
            ends = [self._local(second) - 86_400 * first.toordinal() for second in (at, at + QUARTER - 1)]
            if ends[1] - ends[0] == QUARTER - 1:
                found += painted[ends[0] : ends[1] + 1]
            else:
                found += bytes(
                    painted[self._local(second) - 86_400 * first.toordinal()] for second in range(at, at + QUARTER)
                )
        return bytes(found[: (high - low) // SECOND])

    def _local(self, second: int) -> int:
        """Return the seconds of the wall's date and time, counted from the day before the year 1."""
        local = datetime.fromtimestamp(second, UTC).astimezone(zone(self.zone))
        return 86_400 * local.toordinal() + 3_600 * local.hour + 60 * local.minute + local.second

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
