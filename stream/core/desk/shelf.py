"""A shelf: all subjects of one kind that a shard holds, and what holds for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.desk.fold import Fold, Recording
from stream.core.desk.subject import BEFORE

if TYPE_CHECKING:
    from stream.core.desk.fold import Tell
    from stream.core.desk.record import Record
    from stream.core.desk.rules import Rules
    from stream.core.desk.subject import Subject
    from stream.core.windows import Windows

LETTERS: Final = {"ticket": b"t:", "contact": b"c:", "survey": b"s:", "agent": b"a:", "customer": b"u:"}
"""By kind of subject: how the key begins under which one is written down."""

HISTORY: Final = 256
"""So many of its last facts a subject keeps; those before are only kept as what they led to."""


class Era:
    """The rules that held until an instant.

    Attributes:
        number: how many eras there were before it.
        until: instant from which the rules of the next one hold.
        rules: its rules.
    """

    __slots__ = ("number", "rules", "until")

    def __init__(self, number: int, until: int, rules: Rules) -> None:
        self.number = number
        self.until = until
        self.rules = rules


class Residue:
    """What the facts that records have let go of contributed; see `Record.take`."""

    def keep(self, dropped: Recording) -> None:
        """Take the contributions of a fact; in books that nobody will have to fill again they may be forgotten."""


class Shelf:
    """All subjects of one kind that a shard holds.

    Attributes:
        make: their class.
        letter: how keys of what is written down of them begin.
        fold: takes their contributions; its rules are those of now.
        windows: where their contributions go.
        hold: so long a subject that ended is held, in microseconds.
        history: so many of its last facts a subject keeps.
        told: is told of the steps of their clocks, where somebody listens.
        silent: a fold of the same rules that nobody hears.
        residue: keeps what facts that were let go of contributed.
        eras: the rules of before, in order.
        records: by id.
        reopened: the shard's time up to which those of its records were folded that sleep.
    """

    __slots__ = (
        *("eras", "fold", "history", "hold", "letter", "make", "records", "reopened", "residue", "silent", "told"),
        "windows",
    )

    def __init__(
        self,
        make: type[Subject],
        fold: Fold,
        windows: Windows,
        hold: int,
        history: int = HISTORY,
        told: Tell | None = None,
    ) -> None:
        self.make = make
        self.letter: bytes = LETTERS[make.KIND]
        self.fold = fold
        self.windows = windows
        self.hold = hold
        self.history = history
        self.told = told
        self.residue = Residue()
        self.eras: list[Era] = []
        self.records: dict[str, Record] = {}
        self.reopened: int = BEFORE
        self.silent = Fold(fold.rules, fold.groups, fold.people)

    @property
    def kind(self) -> str:
        """What its subjects are."""
        return self.make.KIND

    @property
    def turned(self) -> int:
        """Since when the rules of now hold."""
        return self.eras[-1].until if self.eras else BEFORE

    def recording(self) -> Recording:
        """Return a fold of the same rules that only notes."""
        fold = self.fold
        return Recording(fold.rules, fold.groups, fold.people)
