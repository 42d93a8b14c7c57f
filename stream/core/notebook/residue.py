"""What facts contributed that their subjects have let go of: kept by second, as long as a window may ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.desk.shelf import Residue
from stream.core.times import MINUTE, SECOND
from stream.core.windows.slots import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stream.core.desk.fold import Recording
    from stream.core.windows import Books

_ADD: Final = 0
_OBSERVE: Final = 1
_CREDIT: Final = 2
_CHANGE: Final = 3

Part = tuple[int, int, int, int, int]
"""Number of the books, what it is, second, key; of a duration its length, of a change its microsecond, else 0."""


class KeptResidue(Residue):
    """The residue of one shard.

    Attributes:
        changed: minutes that are not what was last written down.
    """

    def __init__(self, books: Sequence[Books]) -> None:
        self.changed: set[int] = set()
        self._books = books
        self._minutes: dict[int, dict[Part, int]] = {}

    def of(self, number: int) -> BookResidue:
        """Return the residue of the books of a number."""
        return BookResidue(self, number)

    def note(self, part: Part, amount: int) -> None:
        """Take an amount in; what no window can ask for any more is left out."""
        books, _, second, _, _ = part
        if second * SECOND < self._books[books].windows.late_before - MINUTE:
            return
        minute = second * SECOND // MINUTE
        parts = self._minutes.setdefault(minute, {})
        parts[part] = parts.get(part, 0) + amount
        self.changed.add(minute)

    def advance(self) -> None:
        """Let go of what no window can ask for any more."""
        late = min(books.windows.late_before for books in self._books)
        for minute in [each for each in self._minutes if (each + 2) * MINUTE < late]:
            del self._minutes[minute]
            self.changed.add(minute)

    def minute(self, minute: int) -> list[list[int]] | None:
        """Return what is kept of a minute as it is written down, None where nothing is."""
        parts = self._minutes.get(minute)
        return None if parts is None else [[*part, amount] for part, amount in parts.items()]

    def restore(self, minute: int, rows: Sequence[Sequence[int]], rekey: Callable[[int], int | None]) -> None:
        """Take what was written down of a minute, and contribute it once more; keys may have become others."""
        self.changed.add(minute)
        for number, what, second, key, duration, amount in rows:
            known = key if what == _CREDIT or number else rekey(key)
            if known is None:
                continue
            self.note((number, what, second, known, duration), amount)
            books, at = self._books[number], second * SECOND
            if what == _ADD:
                books.add(at, known, amount)
            elif what == _CREDIT:
                books.credit(at, known, amount)
            elif what == _CHANGE:
                # The level itself is that of the subject, which may be 0 by now.
                books.levels.setdefault(known, 0)
                books.add(at, known, amount)
                books.add(at, known + MOMENT, amount * (at + duration))
            else:
                for _ in range(abs(amount)):
                    books.observe(at, known, duration, 1 if amount > 0 else -1)


class BookResidue(Residue):
    """The residue of one of the books of a shard."""

    def __init__(self, kept: KeptResidue, number: int) -> None:
        self._kept = kept
        self._number = number

    def keep(self, dropped: Recording) -> None:
        """Take the contributions of a fact; arrivals and levels are kept elsewhere."""
        note, number = self._kept.note, self._number
        for (at, key), amount in dropped.added.items():
            note((number, _ADD, at // SECOND, key, 0), amount)
        for (at, key), amount in dropped.changed.items():
            note((number, _CHANGE, at // SECOND, key, at % SECOND), amount)
        for (at, key), amount in dropped.credited.items():
            note((number, _CREDIT, at // SECOND, key, 0), amount)
        for (at, key, duration), times in dropped.observed.items():
            note((number, _OBSERVE, at // SECOND, key, duration), times)
