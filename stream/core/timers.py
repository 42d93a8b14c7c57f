"""Timers of a shard: which subjects have to be looked at when.

They stand in lists by second, and only the seconds are kept in order: a million timers cost little more than the
references to their subjects. One that was moved leaves its old place behind; it is passed over when its time comes.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from stream.core.clocks import NEVER
from stream.core.times import SECOND

if TYPE_CHECKING:
    from stream.core.desk.record import Record


class Timers:
    """Records by the instant of their `timer`."""

    def __init__(self) -> None:
        self._seconds: list[int] = []
        self._records: dict[int, list[Record]] = {}

    def set(self, record: Record, at: int) -> None:
        """Let a record be due at an instant before `NEVER`, and no more when it was."""
        record.timer = at
        second = at // SECOND
        records = self._records.get(second)
        if records is None:
            records = self._records[second] = []
            heappush(self._seconds, second)
        records.append(record)

    def take_due(self, now: int) -> list[Record]:
        """Return the records that are due until and including `now`, by instant; their timers are `NEVER` then."""
        found: list[tuple[int, str, Record]] = []
        last = now // SECOND
        later: list[Record] = []
        while self._seconds and self._seconds[0] <= last:
            second = heappop(self._seconds)
            for record in self._records.pop(second):
                timer = record.timer
                if timer <= now:
                    record.timer = NEVER
                    found.append((timer, record.id, record))
                elif timer // SECOND == second:
                    later.append(record)
        if later:
            self._records[last] = later
            heappush(self._seconds, last)
        found.sort(key=_order)
        return [record for _, _, record in found]

    def first(self) -> int | None:
        """Return the earliest instant at which a record is due, or None."""
        while self._seconds:
            second = self._seconds[0]
            due = [record.timer for record in self._records[second] if record.timer // SECOND == second]
            if due:
                return min(due)
            del self._records[heappop(self._seconds)]
        return None


def _order(found: tuple[int, str, Record]) -> tuple[int, str]:
    return found[0], found[1]
