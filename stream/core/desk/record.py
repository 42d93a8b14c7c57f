"""One subject as the shard holds it: its state, and the facts that state was folded from."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from stream.core.clocks import NEVER
from stream.core.desk.facts import AT, CODE, CREATED, ID, Fact
from stream.core.desk.fold import Recorder
from stream.core.desk.live import NOWHERE
from stream.core.desk.subject import BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown
    from stream.core.desk.subject import Subject
    from stream.core.windows import Windows

APPLIED, DUPLICATE, TOO_LATE = "applied", "duplicate", "too_late"


class Shelf:
    """All subjects of one kind that a shard holds.

    Attributes:
        make: their class.
        fold: takes their contributions, and
        silent: a fold of the same surroundings whose contributions nobody counts.
        hold: so long a subject that ended is held, in microseconds.
        windows: where their contributions go.
        records: by id.
    """

    __slots__ = ("fold", "hold", "make", "records", "silent", "windows")

    def __init__(self, make: type[Subject], fold: Fold, silent: Fold, windows: Windows, hold: int) -> None:
        self.make = make
        self.fold = fold
        self.silent = silent
        self.windows = windows
        self.hold = hold
        self.records: dict[str, Record] = {}


class Record:
    """A subject with its history.

    Attributes:
        shelf: where it is held.
        state: the fold of all its facts, with every deadline up to the shard's time.
        facts: its last facts by event id, in order; the one that created it comes first.
        last: the last of them.
        base: the fold of the facts before these, or None while none were dropped; `dropped` is their number.
        fired: the latest deadline that the timer (and no event) let pass.
        latest: the later of `last` and `fired`: what comes after it comes after everything.
        timer: instant at which the shard will look at it next, or `NEVER`.
        shown: what the live figures count of it now.
        touched: whether it may have changed since the shard last brought `shown` and `timer` into line.
    """

    __slots__ = ("base", "dropped", "facts", "fired", "last", "latest", "shelf", "shown", "state", "timer", "touched")

    def __init__(self, shelf: Shelf, subject_id: str) -> None:
        self.shelf = shelf
        self.state = shelf.make(subject_id, shelf.fold)
        self.facts: dict[str, Fact] = {}
        self.last: Fact = ()
        self.base: Subject | None = None
        self.dropped = 0
        self.fired = self.latest = BEFORE
        self.timer = NEVER
        self.shown: Shown = NOWHERE
        self.touched = False

    def take(self, fact: Fact, now: int) -> str:
        """Fold one more fact in, whatever its place among the others.

        The usual fact is the newest: it is applied. Any other is put in its place, the subject is folded
        again, and the difference of the contributions is applied, minus ones too.

        Args:
            fact: the fact.
            now: the shard's time: every deadline until then has been fired.

        Returns:
            `APPLIED`, `DUPLICATE` or `TOO_LATE`; only the first changed anything.
        """
        facts, fold, state = self.facts, self.shelf.fold, self.state
        at, event_id = fact[AT], fact[ID]
        if event_id in facts:
            return DUPLICATE
        if (at > self.latest and (fact[CODE] != CREATED or not facts)) or self._is_newest(fact):
            state.apply(fact, fold)
            facts[event_id] = self.last = fact
            if at > self.latest:
                self.latest = at
            if state.soonest <= now:
                self.tick(now)
            outcome = APPLIED
        else:
            outcome = self._insert(fact, now)
        if len(facts) > fold.history:
            self._drop_oldest(now)
        return outcome

    def tick(self, now: int) -> None:
        """Let the deadlines up to and including `now` pass: silence at that second is a breach."""
        self.fired = max(self.fired, self.state.pass_time(now, self.shelf.fold))
        self.latest = max(self.latest, self.fired)

    def release(self, code: int, now: int) -> list[Fact]:
        """Give away the facts of a code, as if they had never been among these."""
        released = [fact for fact in self.facts.values() if fact[CODE] == code]
        if released:
            self._refold([fact for fact in self.facts.values() if fact[CODE] != code], now)
        return released

    def retold(self, tracing: Fold, now: int) -> Subject:
        """Return the subject folded anew by a fold that keeps what an explanation needs."""
        return self._told(self.facts.values(), tracing, now)[0]

    def _is_newest(self, fact: Fact) -> bool:
        """Say whether a fact that is not later than the last one comes after everything all the same."""
        last = self.last
        if not last:
            return bool(fact[AT] > self.fired)
        if fact[CODE] == CREATED or fact[AT] <= self.fired:
            return False
        if last[CODE] == CREATED and fact[AT] < last[AT]:
            # Moved up to its creation: nothing else can be later, unless a deadline was.
            return bool(self.fired < last[AT])
        return bool(fact > last)

    def _insert(self, fact: Fact, now: int) -> str:
        facts = list(self.facts.values())
        first, outcome = facts[0], APPLIED
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
                del facts[0]
                outcome = DUPLICATE
            facts.insert(0, fact)
        else:
            # The fact that created the subject stays in front, whatever its time.
            insort(facts, fact, lo=1 if first[CODE] == CREATED else 0)
        self._refold(facts, now)
        return outcome

    def _refold(self, facts: list[Fact], now: int) -> None:
        """Fold anew from other facts than before, and contribute the difference."""
        fold = self.shelf.fold
        before, after = Recorder(), Recorder()
        self._told(self.facts.values(), fold.recording(before), now)
        self.state, self.fired = self._told(facts, fold.recording(after), now)
        # The very dictionary stays, and with it its order is made anew.
        self.facts.clear()
        self.facts.update((each[ID], each) for each in facts)
        self.last = facts[-1] if facts else ()
        self.latest = max(self.last[AT] if facts else BEFORE, self.fired)
        after.correct(before, fold)

    def _told(self, facts: Iterable[Fact], fold: Fold, now: int) -> tuple[Subject, int]:
        """Return the fold of `facts` on top of those dropped, and the latest deadline that only time let pass."""
        if self.base is None:
            state = self.shelf.make(self.state.id, fold)
        else:
            state = self.base.copy()
            state.trace(fold)
        for fact in facts:
            state.apply(fact, fold)
        return state, state.pass_time(now, fold)

    def _drop_oldest(self, now: int) -> None:
        silent = self.shelf.silent
        if self.base is None:
            self.base = self.shelf.make(self.state.id, silent)
        oldest = self.facts.pop(next(iter(self.facts)))
        self.base.apply(oldest, silent)
        self.base.pass_time(min(oldest[AT] - 1, now), silent)
        self.dropped += 1
