"""The engine of the simulation: what is due next, chance with a seed, and the events that come of it."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from stream.core.times import HOUR, MILLISECOND, SECOND, from_micros, rfc3339

EventFields = dict[str, Any]
"""One event as its JSON object."""

SOURCES: Final = {
    "ticket": "helpdesk",
    "chat": "contact-center",
    "survey": "surveys",
    "agent": "roster",
    "customer": "crm",
}
"""The system that an event comes from, by the first word of its type."""


class Clockwork:
    """Simulated time and its agenda; it never looks at a clock, so the same seed gives the same events.

    Attributes:
        now: simulated time, microseconds since the Unix epoch.
        chance: the one source of randomness.

    Args:
        start: where `now` begins.
        seed: of `chance`.
        zone: time zone of the desk.
        run: stands in every id, so that two runs can share a broker.
    """

    def __init__(self, start: int, seed: int, zone: str, run: str) -> None:
        self.now = start
        self.chance = random.Random(seed)  # noqa: S311  no secret
        self.run = run
        self._zone = ZoneInfo(zone)
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._planned = 0
        self._emitted: list[EventFields] = []
        self._count = 0
        self._numbers: dict[str, int] = {}
        self._hour = -1
        self._hour_start = timedelta()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan `action` for `seconds` from now."""
        # Whole milliseconds, like the systems that such events come from.
        wait = max(1, round(seconds * 1_000)) * MILLISECOND
        self._planned += 1
        heapq.heappush(self._agenda, (self.now + wait, self._planned, action))

    def emit(self, kind: str, /, **fields: object) -> None:
        """Say that something happened now; a field that is None is left out."""
        self._count += 1
        event: EventFields = {
            "type": kind,
            "event_id": f"{self.run}e{self._count:x}",
            "occurred_at": rfc3339(self.now),
            "seq": self._count,
            "source": SOURCES[kind.partition(".")[0]],
        }
        event.update((name, value) for name, value in fields.items() if value is not None)
        self._emitted.append(event)

    def number(self, letter: str) -> str:
        """Return a new id, such as T-1042, or T2610-1042 in run 2610."""
        number = self._numbers.get(letter, 1_000) + 1
        self._numbers[letter] = number
        return f"{letter}{self.run}-{number}"

    def events(self) -> Iterator[tuple[int, EventFields]]:
        """Yield everything that happens, in order of time, for ever."""
        while self._agenda:
            self.now, _, action = heapq.heappop(self._agenda)
            action()
            if self._emitted:
                emitted, self._emitted = self._emitted, []
                for event in emitted:
                    yield self.now, event

    # --- chance -----------------------------------------------------------------------------------------------------

    def happens(self, probability: float) -> bool:
        """Toss a coin."""
        return self.chance.random() < probability

    def around(self, median: float, spread: float = 0.6) -> float:
        """Return a positive number near `median`, now and then a much larger one, as durations of work are."""
        return median * math.exp(self.chance.gauss(0.0, spread))

    def pick(self, weights: dict[str, float]) -> str:
        """Return one of the keys, each as often as its weight says."""
        return self.chance.choices(tuple(weights), tuple(weights.values()))[0]

    # --- the desk's local time --------------------------------------------------------------------------------------

    def local_hours(self, at: int | None = None) -> float:
        """Hours of local time since a Monday's midnight, 0 to 168."""
        at = self.now if at is None else at
        hour = at // HOUR
        if hour != self._hour:
            local = from_micros(hour * HOUR).astimezone(self._zone)
            self._hour = hour
            self._hour_start = timedelta(days=local.weekday(), hours=local.hour, minutes=local.minute)
        return (self._hour_start.total_seconds() + (at - hour * HOUR) / SECOND) / 3_600

    def seconds_until(self, hour: float) -> float:
        """Seconds until it is `hour` o'clock, local time, the next time; a change of the clocks moves it."""
        ahead = (hour - self.local_hours()) % 24.0
        return (ahead or 24.0) * 3_600
