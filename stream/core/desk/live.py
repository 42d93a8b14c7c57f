"""Live figures: how many subjects of each group are in which state now, and who waits longest."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from stream.core.clocks import KINDS, STATES
from stream.core.windows.slots import GROUP_SHIFT

if TYPE_CHECKING:
    from collections.abc import Callable

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

Shown = tuple[int, int, int | None]
"""What one subject counts in: the bits of its slots, its group, and since when its customer waits."""
NOWHERE: Final[Shown] = (0, 0, None)


class Live:
    """Counts per group and slot, kept up to date by every change of a subject.

    Attributes:
        counts: by number of the group, a list of `LIVE_SLOTS` numbers.
    """

    def __init__(self, shown: Callable[[str], Shown]) -> None:
        self.counts: dict[int, list[int]] = {}
        self._shown = shown
        self._waiting: dict[tuple[int, str], list[tuple[int, str]]] = {}

    def change(self, subject_id: str, old: Shown, new: Shown) -> None:
        """Count a subject in `new` and no longer in `old`."""
        left, old_group, old_since = old
        came, group, since = new
        if group == old_group:
            left, came = left & ~came, came & ~left
        if left:
            self._add(old_group, left, -1)
        if came:
            self._add(group, came, 1)
        if since is not None and (since != old_since or group != old_group):
            # A group may hold tickets and contacts: each kind has its own oldest.
            heappush(self._waiting.setdefault((group, subject_id[0]), []), (since, subject_id))

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
        base = group << GROUP_SHIFT
        heap = self._waiting.get((base, kind))
        while heap:
            since, subject_id = heap[0]
            if self._shown(subject_id)[1:] == (base, since):
                return since
            # It has been answered or moved: its entry stays behind until it comes to the top.
            heappop(heap)
        return None
