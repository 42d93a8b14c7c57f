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
AT_RISK: Final = frozenset(slot for (_, state), slot in CLOCK_SLOT.items() if state in {"imminent", "breaching"})

Shown = tuple[int | None, ...]
"""What one subject counts in: its group, since when its customer waits, then its slots; empty for none."""


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
        if old:
            counts = self._row(old)
            for slot in old[2:]:
                counts[slot] -= 1  # type: ignore[index]  # the slots are numbers
        if new:
            counts = self._row(new)
            for slot in new[2:]:
                counts[slot] += 1  # type: ignore[index]
            since = new[1]
            if since is not None and (not old or old[:2] != new[:2]):
                # A group may hold tickets and contacts: each kind has its own oldest.
                heappush(self._waiting.setdefault((new[0], subject_id[0]), []), (since, subject_id))  # type: ignore[arg-type]

    def oldest(self, group: int, kind: str) -> int | None:
        """Return since when the customer of a group who waits longest has waited, or None.

        `kind` is the first letter of the subject's: `t` for tickets without answer, `c` for contacts in a queue.
        """
        base = group << GROUP_SHIFT
        heap = self._waiting.get((base, kind))
        while heap:
            since, subject_id = heap[0]
            if self._shown(subject_id)[:2] == (base, since):
                return since
            # It has been answered or moved: its entry stays behind until it comes to the top.
            heappop(heap)
        return None

    def _row(self, shown: Shown) -> list[int]:
        number = shown[0] >> GROUP_SHIFT  # type: ignore[operator]
        row = self.counts.get(number)
        if row is None:
            row = self.counts[number] = [0] * LIVE_SLOTS
        return row
