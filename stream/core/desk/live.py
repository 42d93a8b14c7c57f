"""Live figures: how many subjects of each group are in which state now, and who waits longest."""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import Final

from stream.core.clocks import KINDS, STATES
from stream.core.windows.slots import GROUP_SHIFT

STATUSES: Final = ("new", "open", "pending", "on_hold")
STATUS_SLOT: Final = {status: slot for slot, status in enumerate(STATUSES)}
UNASSIGNED: Final = 4
UNANSWERED: Final = 5
WAITING: Final = 6
CLOCK_SLOT: Final = {
    (kind, state): 7 + len(STATES) * row + column
    for row, kind in enumerate(KINDS)
    for column, state in enumerate(STATES)
}
LIVE_SLOTS: Final = 7 + len(CLOCK_SLOT)

# What one subject counts in is a number with a bit for each slot: comparing and applying it costs no allocation.
STATUS_BIT: Final = {None: 0} | {status: 1 << slot for status, slot in STATUS_SLOT.items()}
UNASSIGNED_BIT: Final = 1 << UNASSIGNED
UNANSWERED_BIT: Final = 1 << UNANSWERED
WAITING_BIT: Final = 1 << WAITING
CLOCK_BIT: Final = {kind: {state: 1 << CLOCK_SLOT[kind, state] for state in STATES} for kind in KINDS}
AT_RISK_BITS: Final = sum(bits[state] for bits in CLOCK_BIT.values() for state in ("imminent", "breaching"))

NOBODY: Final = -(1 << 60)
"""Since when the customer of a subject waits where none does."""
Shown = tuple[int, int, int]
"""What one subject counts in: the bits of its slots, its group, and since when its customer waits (or `NOBODY`)."""
NOWHERE: Final[Shown] = (0, 0, NOBODY)
_MOST_LEFT: Final = 1_000


class Waiting:
    """Since when the customers of one group wait: the oldest is asked for, any may leave."""

    __slots__ = ("_came", "_left")

    def __init__(self) -> None:
        self._came: list[int] = []
        self._left: list[int] = []

    def add(self, since: int) -> None:
        """Let one more wait since an instant."""
        heappush(self._came, since)

    def remove(self, since: int) -> None:
        """Let one who waits since an instant go."""
        heappush(self._left, since)
        if len(self._left) > _MOST_LEFT and 2 * len(self._left) > len(self._came):
            # One who waits for ever must not keep all who came after.
            counts = Counter(self._came)
            counts.subtract(self._left)
            self._came, self._left = sorted(counts.elements()), []

    def oldest(self) -> int | None:
        """Return since when the one who waits longest has waited, or None."""
        while self._left and self._left[0] == self._came[0]:
            heappop(self._left)
            heappop(self._came)
        return self._came[0] if self._came else None


class Live:
    """Counts per group and slot, kept up to date by every change of a subject.

    Attributes:
        counts: by number of the group, a list of `LIVE_SLOTS` numbers.
    """

    def __init__(self) -> None:
        self.counts: dict[int, list[int]] = {}
        self._waiting: dict[tuple[int, str], Waiting] = {}

    def change(self, kind: str, old: Shown, new: Shown) -> None:
        """Count a subject of a kind in `new` and no longer in `old`."""
        left, old_group, old_since = old
        came, group, since = new
        if group == old_group:
            left, came = left & ~came, came & ~left
        if left:
            self._add(old_group, left, -1)
        if came:
            self._add(group, came, 1)
        if since != old_since or group != old_group:
            # A group may hold tickets and contacts: each kind has its own oldest.
            if old_since != NOBODY:
                self._waiting[old_group, kind[0]].remove(old_since)
            if since != NOBODY:
                waiting = self._waiting.get((group, kind[0]))
                if waiting is None:
                    waiting = self._waiting[group, kind[0]] = Waiting()
                waiting.add(since)

    def _add(self, group: int, bits: int, amount: int) -> None:
        number = group >> GROUP_SHIFT
        counts = self.counts.get(number)
        if counts is None:
            counts = self.counts[number] = [0] * LIVE_SLOTS
        while bits:
            lowest = bits & -bits
            counts[lowest.bit_length() - 1] += amount
            bits ^= lowest

    def oldest(self, group: int, kind: str) -> int | None:
        """Return since when the customer of a group who waits longest has waited, or None.

        `kind` is the first letter of the subject's: `t` for tickets without answer, `c` for contacts in a queue.
        """
        waiting = self._waiting.get((group << GROUP_SHIFT, kind))
        return None if waiting is None else waiting.oldest()
