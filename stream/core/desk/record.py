"""One subject as the shard holds it: its state, and the facts that state was folded from."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING

from stream.core.clocks import NEVER
from stream.core.desk.facts import AT, CODE, CREATED, ID, Fact
from stream.core.desk.fold import Recorder
from stream.core.desk.subject import BEFORE

if TYPE_CHECKING:
    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown
    from stream.core.desk.subject import Subject

APPLIED, DUPLICATE, TOO_LATE = "applied", "duplicate", "too_late"


class Record:
    """A subject with its history.

    Attributes:
        state: the fold of all its facts, with every deadline up to the shard's time.
        facts: its last facts in order; the one that created it comes first.
        ids: the event ids of `facts`, in any order.
        base: the fold of the facts before these, or None while none were dropped; `dropped` is their number.
        fired: the latest deadline that the timer (and no event) let pass.
        timer: instant at which the shard will look at it next, or `NEVER`.
        shown: what the live figures count of it now.
        touched: whether it may have changed since the shard last brought `shown` and `timer` into line.
    """

    base: Subject | None = None
    dropped: int = 0
    fired: int = BEFORE
    timer: int = NEVER
    shown: Shown = ()
    touched: bool = False

    def __init__(self, make: type[Subject], subject_id: str, fold: Fold) -> None:
        self.make = make
        self.state = make(subject_id, fold)
        self.facts: list[Fact] = []
        self.ids: list[str] = []

    def take(self, fact: Fact, fold: Fold, silent: Fold, now: int) -> str:
        """Fold one more fact in, whatever its place among the others.

        The usual fact is the newest: it is applied. Any other is put in its place, the subject is folded
        again, and the difference of the contributions is applied, minus ones too.

        Args:
            fact: the fact.
            fold: takes the contributions.
            silent: a fold of the same surroundings whose contributions nobody counts.
            now: the shard's time: every deadline until then has been fired.

        Returns:
            `APPLIED`, `DUPLICATE` or `TOO_LATE`; only the first changed anything.
        """
        if fact[ID] in self.ids:
            return DUPLICATE
        facts = self.facts
        if not facts or (fact[CODE] != CREATED and self._is_newest(fact)):
            self.state.apply(fact, fold)
            facts.append(fact)
            self.ids.append(fact[ID])
            if self.state.soonest <= now:
                self.tick(now, fold)
            outcome = APPLIED
        else:
            outcome = self._insert(fact, fold, now)
        if len(self.facts) > fold.history:
            self._drop_oldest(silent)
        return outcome

    def tick(self, now: int, fold: Fold) -> None:
        """Let the deadlines up to and including `now` pass: silence at that second is a breach."""
        self.fired = max(self.fired, self.state.pass_time(now, fold))

    def _is_newest(self, fact: Fact) -> bool:
        facts = self.facts
        last = facts[-1]
        if last[CODE] == CREATED and len(facts) == 1 and fact[AT] < last[AT]:
            # Moved up to its creation: nothing else can be later.
            return bool(self.fired < last[AT])
        return bool(fact > last and fact[AT] > self.fired)

    def _insert(self, fact: Fact, fold: Fold, now: int) -> str:
        if self.base is not None:
            if fact[CODE] == CREATED:
                return TOO_LATE if self.base.begun == BEFORE else DUPLICATE
            if fact < self.facts[0]:
                return TOO_LATE
        facts = list(self.facts)
        outcome = APPLIED
        if fact[CODE] == CREATED:
            if facts[0][CODE] == CREATED:
                # Of two creations the earlier one is true; the other is a repetition of it.
                if fact > facts[0]:
                    return DUPLICATE
                self.ids.remove(facts[0][ID])
                del facts[0]
                outcome = DUPLICATE
            facts.insert(0, fact)
        else:
            # The fact that created the subject stays in front, whatever its time.
            insort(facts, fact, lo=1 if facts[0][CODE] == CREATED else 0)
        before, after = Recorder(), Recorder()
        self._told(self.facts, fold.recording(before), now)
        self.state, self.fired = self._told(facts, fold.recording(after), now)
        self.facts = facts
        self.ids.append(fact[ID])
        for (at, key), amount in after.amounts.items():
            before.amounts[at, key] = before.amounts.get((at, key), 0) - amount
        for (at, key), amount in before.amounts.items():
            if amount:
                fold.add(at, key, -amount)
        return outcome

    def retold(self, tracing: Fold, now: int) -> Subject:
        """Return the subject folded anew by a fold that keeps what an explanation needs."""
        return self._told(self.facts, tracing, now)[0]

    def _told(self, facts: list[Fact], fold: Fold, now: int) -> tuple[Subject, int]:
        """Return the fold of `facts` on top of those dropped, and the latest deadline that only time let pass."""
        if self.base is None:
            state = self.make(self.state.id, fold)
        else:
            state = self.base.copy()
            state.trace(fold)
        for fact in facts:
            state.apply(fact, fold)
        return state, state.pass_time(now, fold)

    def _drop_oldest(self, silent: Fold) -> None:
        if self.base is None:
            self.base = self.make(self.state.id, silent)
        oldest = self.facts.pop(0)
        self.ids.remove(oldest[ID])
        self.base.apply(oldest, silent)
        self.dropped += 1
