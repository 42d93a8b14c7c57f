"""The books of a shard: every kind of contribution, and how each is read.

Seconds that agents spend in a state are not contributed second by second. A state that begins is +1, one that ends
is -1, and each of both is noted with its instant, too. Over a window that starts at S, of n agents who are in the
state at T, with changes c at instants t, the time spent in it is exactly

    n (T - S) - sum of c (t - S)   =   n (T - S) - sum of c t + S * sum of c

so that a change costs two contributions, however long the state lasts and however many panes it spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.core.times import DAY, HOUR
from stream.core.windows.hours import Hours
from stream.core.windows.panes import SlidingWindow, Windows
from stream.core.windows.slots import ARRIVED, LEVELS, MOMENT, TIMES, WEEK_BEFORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.policy import Window


class Books:
    """Everything in which a shard counts.

    Each kind of contribution is a function of instant, key and amount; a negative amount takes back.

    Attributes:
        windows: counts and durations by group, and
        people: counts by agent.
        hours: arrivals by hour.
        levels: by key, how many there are of something now.
    """

    def __init__(self, windows: Sequence[Window], bounds: Sequence[int]) -> None:
        self.windows = Windows(windows, bounds)
        self.people = Windows(windows, ())
        self.levels: dict[int, int] = {}
        self.now = 0
        self.hours = Hours()

    def add(self, at: int, key: int, amount: int) -> None:
        """Contribute a count of a group."""
        self.windows.add(at, key, amount)

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Contribute a duration."""
        self.windows.observe(at, key, duration, sign)

    def credit(self, at: int, key: int, amount: int) -> None:
        """Contribute a count of an agent."""
        self.people.add(at, key, amount)

    def arrive(self, at: int, key: int, amount: int) -> None:
        """Contribute an arrival in a group."""
        self.hours.add(at, key, amount)

    def change(self, at: int, key: int, amount: int) -> None:
        """Let so many more (or fewer) be there from an instant on, which has passed."""
        self.levels[key] = self.levels.get(key, 0) + amount
        self.windows.add(at, key, amount)
        self.windows.add(at, key + MOMENT, amount * at)

    def advance(self, now: int) -> None:
        """Move to `now`."""
        self.now = now
        self.windows.advance(now)
        self.people.advance(now)
        self.hours.advance(now)

    def settle(self) -> None:
        """Make the sums of all windows true."""
        self.windows.settle()
        self.people.settle()

    def read(self, window: SlidingWindow) -> dict[int, int]:
        """Return the sums of a window, settled before, with agents' times and the volume of its full hours."""
        sums = window.sums.copy()
        for key in self.levels:
            sums.pop(key, None)
            sums.pop(key + MOMENT, None)
        return sums | self.computed(window)

    def computed(self, window: SlidingWindow) -> dict[int, int]:
        """Return what no contribution says: agents' times in a window, settled before, the volume of its full hours."""
        sums, start = window.sums, window.start
        span = self.now - start
        found: dict[int, int] = {}
        for key, level in self.levels.items():
            found[key + TIMES - LEVELS] = level * span - sums.get(key + MOMENT, 0) + start * sums.get(key, 0)
        hours = full_hours(window)
        if hours:
            for slot, counts in zip((ARRIVED, WEEK_BEFORE), self.hours.against_last_week(hours), strict=True):
                for group, count in counts.items():
                    found[group + slot] = count
        return found


def full_hours(window: SlidingWindow | Window) -> int:
    """Return how many full hours of a window are compared with the week before: none below 1 h or above 24 h."""
    return window.length // HOUR if HOUR <= window.length <= DAY else 0
