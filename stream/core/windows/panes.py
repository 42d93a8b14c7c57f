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
"""Moments, and"""
_MUCH: Final = 512
"""keys of one moment, that are not kept for a reader to come."""
_FEW: Final = 4
"""Moments of one pane up to which their contributions are taken as they are, the same in every window: who follows
them all then looks at each once. More are added up first, since they often say something of the same keys."""

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

    __slots__ = ("_first", "_followers", "_kept", "_last", "_panes", "length", "name", "pane", "sums")

    def __init__(self, window: Window) -> None:
        self.name = window.name
        self.length = window.length
        self.pane = window.pane
        self._panes: dict[int, dict[Any, int]] = {}
        self._first = self._last = _BEFORE_TIME
        self.sums: dict[Any, int] = {}
        self._followers: dict[object, list[tuple[dict[Any, int], int]]] = {}
        self._kept: dict[object, int] = {}

    @property
    def start(self) -> int:
        """The start of the oldest pane that it holds."""
        return self._first * self.pane

    def follow(self, who: object) -> None:
        """Keep for somebody what becomes of the sums from now on, beginning with all that they are."""
        self._followers[who] = [(self.sums.copy(), 1)]
        self._kept[who] = 0

    def is_followed(self, who: object) -> bool:
        """Return whether `changes` has something to say to somebody: not where it would be more than twice the sums."""
        return who in self._followers

    def changes(self, who: object) -> list[tuple[dict[Any, int], int]]:
        """Return what became of the sums since somebody who follows them asked last.

        Returns:
            Amounts by key, each with 1 where they were added and -1 where they were taken back; nobody changes them.

        Raises:
            KeyError: nobody follows them under this name.
        """
        found = self._followers[who]
        self._followers[who] = []
        self._kept[who] = 0
        return found

    def take(self, stage: dict[int, dict[Any, int]], grain: int) -> None:
        """Take contributions by grain of time; what lies in a pane that has left is dropped, a later one waits.

        Nobody may change them any more.
        """
        times = self.pane // grain
        first = self._first * times
        parts: dict[int, list[dict[Any, int]]] = {}
        for index, amounts in stage.items():
            if index >= first:
                parts.setdefault(index // times, []).append(amounts)
        for index, pieces in parts.items():
            for amounts in pieces if len(pieces) <= _FEW else [_sum(pieces)]:
                if index <= self._last:
                    self._add(amounts, 1)
                pane = self._panes.get(index)
                if pane is None:
                    self._panes[index] = amounts.copy()
                else:
                    _merge(pane, amounts, 1)

    def advance(self, now: int) -> None:
        """Let panes enter and leave until the window is that of `now`."""
        last = now // self.pane
        first = (now - self.length) // self.pane
        if first == self._first and last == self._last:
            return
        came = [index for index in self._panes if self._last < index <= last]
        left = [index for index in self._panes if index < first]
        for index in came:
            if index >= first:
                self._add(self._panes[index].copy(), 1)
        for index in left:
            pane = self._panes.pop(index)
            if index <= self._last:
                self._add(pane, -1)
        self._first, self._last = first, last

    def _add(self, amounts: dict[Any, int], sign: int) -> None:
        sums = self.sums
        _merge(sums, amounts, sign)
        for who, pieces in [*self._followers.items()]:
            pieces.append((amounts, sign))
            self._kept[who] += len(amounts)
            if self._kept[who] > 2 * len(sums):
                # By now it is less to begin anew, though what went into several windows is looked at once.
                del self._followers[who]


class Windows:
    """All windows of one shard.

    Contributions are staged by the greatest common pane of all windows and reach the windows in `settle`, before
    somebody reads: what is said about the same moment is merged once, and a pane that comes and goes between
    two readings is never merged at all. Where much is said about each moment, it is merged when the next one begins,
    so that who reads finds little to wait for.

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
        if len(self._stage) > _MOST_STAGED or (len(self._amounts) >= _MUCH and now // self._grain > self._index):
            self.settle()

    def settle(self) -> None:
        """Let panes enter and leave, and bring everything staged into the windows."""
        for window in self.all:
            window.advance(self._now)
            window.take(self._stage, self._grain)
        self._stage.clear()
        self._index, self._amounts = _BEFORE_TIME, {}

    def _at(self, index: int) -> dict[Any, int]:
        """Return what is staged for one grain of time."""
        if index != self._index:
            self._index = index
            self._amounts = self._stage.setdefault(index, {})
        return self._amounts


def _sum(pieces: list[dict[Any, int]]) -> dict[Any, int]:
    total = pieces[0].copy()
    for amounts in pieces[1:]:
        _merge(total, amounts, 1)
    return total


def _merge(into: dict[Any, int], amounts: dict[Any, int], sign: int) -> None:
    for key, amount in amounts.items():
        total = into.get(key, 0) + sign * amount
        if total:
            into[key] = total
        else:
            into.pop(key, None)
