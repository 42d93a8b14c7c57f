"""Sliding windows over event time, made of panes.

```
              |<---------------- length = 60 panes ---------------->|
  ... [  )[  )[  )[  )[  ) ...                        ... [  )[  )[ T )
       gone   ^ oldest pane: ends after T - length          newest ^ pane: starts at or before T
```

A pane is half-open, `[start, end)`, aligned to the Unix epoch. A window at T holds the panes that end
after T - length and start at or before T. Its running sums are kept up to date as panes enter and leave,
so that reading costs nothing however many events there were.
"""

from __future__ import annotations

from bisect import bisect_left
from math import gcd
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.policy import Window

_BEFORE_TIME: Final = -(1 << 60)
_MOST_STAGED: Final = 4_096

# Keys of contributions are numbers; as `Any` a compiler leaves them the objects that the dicts hold, as `int` it
# would make new ones at each use.


class Observe(Protocol):
    """Books a duration of so many microseconds under the key of its histogram, or takes it back with a sign of -1."""

    def __call__(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Book it at an instant."""


class SlidingWindow:
    """One window of one shard: its panes and the sums over those that it holds.

    Attributes:
        name: the policy's name of it, such as `1h`; `length` and `pane` are its measures in microseconds.
        sums: key -> amount over all held panes; a key whose amount is 0 is absent.
    """

    __slots__ = ("_first", "_last", "_panes", "length", "name", "pane", "sums")

    def __init__(self, window: Window) -> None:
        self.name = window.name
        self.length = window.length
        self.pane = window.pane
        self._panes: dict[int, dict[Any, int]] = {}
        self._first = self._last = _BEFORE_TIME
        self.sums: dict[Any, int] = {}

    @property
    def start(self) -> int:
        """The start of the oldest pane that it holds."""
        return self._first * self.pane

    def take(self, stage: dict[int, dict[Any, int]], grain: int) -> None:
        """Take contributions by grain of time; what lies in a pane that has left is dropped, a later one waits."""
        times = self.pane // grain
        first = self._first * times
        panes: dict[int, dict[Any, int]] = {}
        for index, amounts in stage.items():
            if index < first:
                continue
            into = panes.get(index // times)
            if into is None:
                panes[index // times] = amounts.copy()
            else:
                _merge(into, amounts)
        for index, amounts in panes.items():
            if index <= self._last:
                _merge(self.sums, amounts)
            pane = self._panes.get(index)
            if pane is None:
                self._panes[index] = amounts
            else:
                _merge(pane, amounts)

    def advance(self, now: int) -> None:
        """Let panes enter and leave until the window is that of `now`."""
        last = now // self.pane
        first = (now - self.length) // self.pane
        if first == self._first and last == self._last:
            return
        came = [index for index in self._panes if self._last < index <= last]
        left = [index for index in self._panes if index < first]
        sums = self.sums
        for index in came:
            if index >= first:
                _merge(sums, self._panes[index])
        for index in left:
            pane = self._panes.pop(index)
            if index <= self._last:
                _merge(sums, {key: -amount for key, amount in pane.items()})
        self._first, self._last = first, last


class Windows:
    """All windows of one shard.

    Contributions are staged by the greatest common pane of all windows and reach the windows in `settle`, before
    somebody reads: what is said about the same moment is merged once, and a pane that comes and goes between
    two readings is never merged at all.

    Attributes:
        all: the windows, in the policy's order; their sums are true after `settle`.
        late_before: contributions of an instant before this one reach no window any more.
    """

    def __init__(self, windows: Sequence[Window], bounds: Sequence[int]) -> None:
        self.all = tuple(SlidingWindow(window) for window in windows)
        self.longest = max(self.all, key=lambda window: window.length)
        self.late_before = self._now = _BEFORE_TIME
        self._grain = gcd(*(window.pane for window in windows))
        self._bounds = bounds
        self._stage: dict[int, dict[Any, int]] = {}
        # What is contributed next usually happened at the same time.
        self._index: int = _BEFORE_TIME
        self._amounts: dict[Any, int] = {}

    def add(self, at: int, key: int, amount: int) -> None:
        """Contribute at an instant."""
        amounts = self._at(at // self._grain)
        place: Any = key
        amounts[place] = amounts.get(place, 0) + amount

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Book a duration of so many microseconds under the key of its histogram, or take it back: sum and bucket."""
        amounts = self._at(at // self._grain)
        total: Any = key
        amounts[total] = amounts.get(total, 0) + sign * duration
        bucket: Any = key + 1 + bisect_left(self._bounds, duration)
        amounts[bucket] = amounts.get(bucket, 0) + sign

    def advance(self, now: int) -> None:
        """Move to `now`: cheap, since the panes move when they are read."""
        self._now = now
        longest = self.longest
        self.late_before = (now - longest.length) // longest.pane * longest.pane
        if len(self._stage) > _MOST_STAGED:
            self.settle()

    def settle(self) -> None:
        """Let panes enter and leave, and bring everything staged into the windows."""
        for window in self.all:
            window.advance(self._now)
            window.take(self._stage, self._grain)
        self._stage.clear()
        self._index = _BEFORE_TIME

    def _at(self, index: int) -> dict[Any, int]:
        """Return what is staged for one grain of time."""
        if index != self._index:
            self._index = index
            self._amounts = self._stage.setdefault(index, {})
        return self._amounts


def _merge(into: dict[Any, int], amounts: dict[Any, int]) -> None:
    for key, amount in amounts.items():
        total = into.get(key, 0) + amount
        if total:
            into[key] = total
        else:
            into.pop(key, None)
