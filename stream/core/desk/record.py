"""One subject as the shard holds it: its state, and the facts that state was folded from."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from mypy_extensions import mypyc_attr

from stream.core.clocks import NEVER
from stream.core.desk.facts import AT, CODE, CREATED, SAID, TENANT, Fact
from stream.core.desk.history import History, encode
from stream.core.desk.live import NOWHERE
from stream.core.desk.packing import pack, unpack
from stream.core.desk.subject import BEFORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.desk.fold import Fold
    from stream.core.desk.history import Entry
    from stream.core.desk.live import Shown
    from stream.core.desk.packing import Packed
    from stream.core.desk.rules import Rules
    from stream.core.desk.shelf import Era, Shelf
    from stream.core.desk.subject import Subject

APPLIED: Final = "applied"
DUPLICATE: Final = "duplicate"
TOO_LATE: Final = "too_late"


@mypyc_attr(acyclic=True)
class Record:
    """A subject with its history.

    What was held before a restart sleeps: its state, which is most of its memory, is folded when somebody asks for it.
    Until then nothing has happened to it: no event, and no deadline, for which its timer would have asked.

    Args:
        shelf: where it is held.
        subject_id: whose record it is.
        history: its facts.
        state: what they led to; None where `reopen` follows.

    Attributes:
        shelf: as given.
        id: of the subject.
        history: its last facts, in order; the one that created it comes first.
        base: the fold of the facts before these, or None while none were dropped; `dropped` is their number.
        base_at: instant of the last of these, or `BEFORE`.
        base_era: how many eras had ended for the base.
        fired: the latest instant that the timer (and no event) let pass.
        latest: the later of the last fact and `fired`: what comes after it comes after everything.
        timer: instant at which the shard will look at it next, or `NEVER`.
        shown: what the live figures count of it now.
        touched: whether it may have changed since the shard last brought `shown` and `timer` into line.
        unwritten: whether it has facts that are not written down, and
        dirty: whether the shard knows that.
    """

    __slots__ = (
        "_state",
        "base",
        "base_at",
        "base_era",
        "dirty",
        "dropped",
        "fired",
        "history",
        "id",
        "last_arrival",
        "last_at",
        "last_code",
        "last_seq",
        "latest",
        "shelf",
        "shown",
        "timer",
        "touched",
        "unwritten",
    )

    def __init__(self, shelf: Shelf, subject_id: str, history: History, state: Subject | None) -> None:
        self.shelf = shelf
        self.id = subject_id
        self._state = state
        self.history = history
        self.last_at: int = BEFORE
        self.last_seq: int = 0
        self.last_arrival: int = 0
        self.last_code: int = 0
        self.base: Subject | None = None
        self.base_at: int = BEFORE
        self.base_era: int = 0
        self.dropped: int = 0
        # What happened under rules of before is folded by these, however late it comes.
        self.fired: int = shelf.turned
        self.latest: int = self.fired
        self.timer: int = NEVER
        self.shown: Shown = NOWHERE
        self.touched: bool = False
        self.unwritten: bool = False
        self.dirty: bool = False

    @property
    def state(self) -> Subject:
        """The fold of all its facts, with every deadline up to the shard's time."""
        state = self._state
        if state is None:
            state = self._state = self.retold(self.shelf.silent, self.shelf.reopened)
            state.changed = False
        return state

    def take(self, fact: Fact, event_id: Any, now: int) -> str:
        """Fold one more fact in, whatever its place among the others.

        The usual fact is the newest: it is applied. Any other is put in its place, the subject is folded
        again, and the difference of the contributions is applied, minus ones too.

        Args:
            fact: the fact.
            event_id: the id of its event.
            now: the shard's time: every deadline until then has been fired.

        Returns:
            `APPLIED`, `DUPLICATE` or `TOO_LATE`; only the first changed anything.
        """
        return self.take_encoded(fact, encode(event_id), now)

    def take_encoded(self, fact: Fact, known: bytes, now: int) -> str:
        """Fold one more fact in; the id of its event is encoded already."""
        history, shelf = self.history, self.shelf
        if history.knows(known):
            return DUPLICATE
        at, seq, arrival, code, tenant, said = fact
        outcome = APPLIED
        self.unwritten = True
        if (at > self.latest and (code != CREATED or not history.count)) or self._is_newest(fact):
            state = self.state
            state.apply(at, code, tenant, said, shelf.fold)
            history.append(encode(fact), known)
            self.last_at, self.last_seq, self.last_arrival, self.last_code = at, seq, arrival, code
            if at > self.latest:
                self.latest = at
            if state.soonest <= now:
                self.tick(now)
        else:
            outcome = self._insert(fact, known, now)
        if history.count > shelf.history:
            self._drop_first(now)
        return outcome

    def tick(self, now: int) -> None:
        """Let the instants up to and including `now` pass: silence at the second of a deadline is a breach."""
        self.fired = max(self.fired, self.state.pass_time(now, self.shelf.fold))
        self.latest = max(self.latest, self.fired)

    def release(self, code: int, now: int) -> list[Entry]:
        """Give away the facts of a code, as if they had never been among these."""
        entries = self.history.entries()
        released = [entry for entry in entries if entry[0][CODE] == code]
        if released:
            self._refold([entry for entry in entries if entry[0][CODE] != code], now)
        return released

    def retold(self, fold: Fold, now: int) -> Subject:
        """Return the subject folded anew up to an instant, such as by a fold that keeps what an explanation needs."""
        return self._told(self.history.facts(), fold, now)[0]

    def cut(self, dropped: int, era: int, packed: Packed, at: int) -> None:
        """Take what the facts that were dropped before a restart had led to."""
        shelf = self.shelf
        fold = shelf.recording()
        for each in shelf.eras:
            if each.number == era:
                fold.rules = each.rules
        self.dropped, self.base_era, self.base_at = dropped, era, at
        self.base = unpack(shelf.make(self.id, fold), packed, fold)

    def levels(self) -> list[tuple[int, int]]:
        """Return the levels in which the subject counts by what was dropped."""
        return [] if self.base is None else list(self.base.levels())

    def reopen(self, fold: Fold) -> None:
        """Fold what was held before a restart, up to the time of then; the record is new."""
        facts = self.history.facts()
        self._state, self.fired = self._told(facts, fold, self.shelf.reopened)
        self._note_last(facts)

    def sleep(self) -> None:
        """Let go of the state until somebody asks for it; nothing has happened since `reopen`."""
        self._state = None

    def _is_newest(self, fact: Fact) -> bool:
        """Say whether a fact that is not later than the last one comes after everything all the same."""
        at, seq, arrival, code = fact[:4]
        if not self.history.count:
            return at > self.fired
        if code == CREATED or at <= self.fired:
            return False
        if self.last_code == CREATED and at < self.last_at:
            # Moved up to its creation: nothing else can be later, unless a deadline was.
            return self.fired < self.last_at
        return (at, seq, arrival) > (self.last_at, self.last_seq, self.last_arrival)

    def _insert(self, fact: Fact, event_id: bytes, now: int) -> str:
        entries = self.history.entries()
        outcome = APPLIED
        entry = (fact, event_id)
        if not entries:
            self._refold([entry], now)
            return APPLIED
        first = entries[0][0]
        if self.base is not None:
            if fact[CODE] == CREATED:
                return TOO_LATE if self.base.begun == BEFORE else DUPLICATE
            if fact < first:
                return TOO_LATE
        if fact[CODE] == CREATED:
            if first[CODE] == CREATED:
                # Of two creations the earlier one is true; the other is a repetition of it.
                if fact > first:
                    return DUPLICATE
                del entries[0]
                outcome = DUPLICATE
            entries.insert(0, entry)
        else:
            # The fact that created the subject stays in front, whatever its time.
            low = 1 if first[CODE] == CREATED else 0
            entries.insert(bisect_left(entries, fact, lo=low, key=_fact), entry)
        self._refold(entries, now)
        return outcome

    def _refold(self, entries: list[Entry], now: int) -> None:
        """Fold anew from other facts than before, and contribute the difference."""
        before, after = self.shelf.recording(), self.shelf.recording()
        self._told(self.history.facts(), before, now)
        facts = [fact for fact, _ in entries]
        state, self.fired = self._told(facts, after, now)
        self._state = state
        self.unwritten = True
        self.history.replace(entries)
        self._note_last(facts)
        after.correct(before, self.shelf.fold)
        if self.shelf.told is not None:
            after.retell(before, self.shelf.told, state)

    def _note_last(self, facts: Sequence[Fact]) -> None:
        if facts:
            self.last_at, self.last_seq, self.last_arrival, self.last_code = facts[-1][:4]
        self.fired = max(self.fired, self.shelf.turned)
        self.latest = max(self.last_at if facts else BEFORE, self.fired)

    def _told(self, facts: Sequence[Fact], fold: Fold, now: int) -> tuple[Subject, int]:
        """Return the fold of the facts on top of those dropped, and the latest instant that only time let pass."""
        rules, eras = fold.rules, self._eras()
        if eras:
            fold.rules = eras[0].rules
        state = self.shelf.make(self.id, fold)
        if self.base is not None:
            unpack(state, pack(self.base), fold)
        place = 0
        for fact in facts:
            while place < len(eras) and eras[place].until < fact[AT]:
                place = self._turn(state, eras, place, fold, rules)
            state.apply(fact[AT], fact[CODE], fact[TENANT], fact[SAID], fold)
        while place < len(eras):
            place = self._turn(state, eras, place, fold, rules)
        return state, state.pass_time(now, fold)

    def _turn(self, state: Subject, eras: list[Era], place: int, fold: Fold, last: Rules) -> int:
        """Let an era end for a subject; return the place of the next one."""
        until = eras[place].until
        state.pass_time(until, fold)
        fold.rules = eras[place + 1].rules if place + 1 < len(eras) else last
        # What was dropped may have been ahead of the shard's time when the rules changed.
        state.adopt(max(until, self.base_at), fold)
        return place + 1

    def _drop_first(self, now: int) -> None:
        """Keep the first fact only as what it led to; what it contributed is kept by the residue."""
        shelf = self.shelf
        fold = shelf.recording()
        last, eras = fold.rules, self._eras()
        if eras:
            fold.rules = eras[0].rules
        base = self.base
        if base is None:
            base = self.base = shelf.make(self.id, fold)
            self.base_era = eras[0].number if eras else 0
        at, _, _, code, tenant, said = self.history.pop_first()
        place = 0
        while place < len(eras) and eras[place].until < at:
            place = self._turn(base, eras, place, fold, last)
        base.apply(at, code, tenant, said, fold)
        base.pass_time(min(at - 1, now), fold)
        self.base_at = max(self.base_at, at)
        self.base_era += place
        self.dropped += 1
        shelf.residue.keep(fold)

    def _eras(self) -> list[Era]:
        """Return the eras that had not ended for what was dropped."""
        eras = self.shelf.eras
        return eras if self.base is None else [era for era in eras if era.number >= self.base_era]


def begin(shelf: Shelf, subject_id: str) -> Record:
    """Return the record of a subject of which nothing is known yet; the shelf does not hold it yet."""
    return Record(shelf, subject_id, History(), shelf.make(subject_id, shelf.fold))


def _fact(entry: Entry) -> Fact:
    return entry[0]
