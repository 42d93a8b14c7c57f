"""What tickets and contacts have in common: labels, open clocks, replies, answers to surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy_extensions import mypyc_attr

from stream.core.clocks import NEVER, Clock
from stream.core.desk.fold import BREACHED, IMMINENT, MET
from stream.core.desk.subject import BEFORE, Subject
from stream.core.desk.survey import book
from stream.core.windows import slots

if TYPE_CHECKING:
    from stream.core.desk.fold import Fold
    from stream.core.desk.rules import Terms
    from stream.core.policy import Target


@mypyc_attr(acyclic=True)
class Case(Subject):
    """The state of one ticket or contact.

    Attributes:
        begun: instant of `created` or `started`; `BEFORE` where it was never seen.
        group: number of its group, shifted, as `Groups.base` gives it.
        terms: what the rules demand of a subject with its labels.
        clocks: the open clocks; `soonest` is the earliest deadline among them.
        first: the open `first_response` clock, `next` the open `next_response` clock.
        asked: whether the customer has said anything: what an agent writes before is no reply.
        answered: whether the first response has ended in any way.
        replies: public messages of human agents since the customer asked.
        done: ended clocks, kept only to be explained.
    """

    __slots__ = (
        "agent",
        "answered",
        "asked",
        "channel",
        "clocks",
        "done",
        "first",
        "first_response",
        "first_response_open",
        "group",
        "next",
        "next_cycles",
        "notes",
        "priority",
        "queue",
        "replies",
        "tenant",
        "terms",
        "tier",
    )

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.terms: Terms = fold.rules.unlabelled
        self.group = self.terms.group
        self.clocks: tuple[Clock, ...] = ()
        self.queue: str | None = None
        self.channel: str | None = None
        self.priority: str | None = None
        self.tier: str | None = None
        self.tenant: str | None = None
        self.agent: str | None = None
        self.first: Clock | None = None
        self.next: Clock | None = None
        self.next_cycles: int = 0
        self.asked: bool = True
        self.answered: bool = True
        self.replies: int = 0
        self.first_response: int | None = None
        self.first_response_open: int | None = None
        self.done: list[Clock] | None = None
        self.notes: list[str] | None = None
        if fold.trace:
            self.done, self.notes = [], []

    def apply(self, at: int, code: int, tenant: str | None, said: Any, fold: Fold) -> None:
        """Fold the next fact in, after the deadlines that passed before it."""
        if at < self.begun:
            # Real logs have events before their ticket: they are moved up to its beginning.
            at = self.begun
        if self.soonest < at:
            self.expire(at, fold)
        if tenant is not None and self.tenant is None:
            self.tenant = tenant
            self.terms = fold.rules.terms(self.queue, self.channel, self.priority, self.tier, tenant)
        self.on_fact(at, code, said, fold)

    def on_fact(self, at: int, code: int, said: Any, fold: Fold) -> None:
        """Do what a fact of a code means."""
        raise NotImplementedError

    def expire(self, before: int, fold: Fold) -> None:
        """Let every warning time before an instant be told, and every deadline fail its clock, at the deadline."""
        for clock in self.clocks:
            if clock.imminent < before and not clock.warned:
                self._warn(clock.imminent, clock, fold)
            if clock.due < before:
                self._fail(clock.due, clock, fold)
        self._set_soonest()

    def pass_time(self, now: int, fold: Fold) -> int:
        """Let the instants up to and including `now` pass; return the latest that changed it, `BEFORE` for none."""
        if self.soonest > now:
            return BEFORE
        # Silence at the second of the deadline is a breach.
        latest = BEFORE
        for clock in self.clocks:
            if clock.due <= now:
                latest = max(latest, clock.due)
            elif clock.imminent <= now and not clock.warned:
                latest = max(latest, clock.imminent)
        self.expire(now + 1, fold)
        return latest

    def adopt(self, at: int, fold: Fold) -> None:
        """Measure every open clock against the rules of the fold from an instant on; ended ones stay as they ended."""
        self._regroup(fold)
        self._select_anew(at, fold)

    def wakes(self, now: int) -> int:
        """Return the next instant at which time alone changes a clock, or what is shown of it; `NEVER` for none."""
        wakes = self.soonest
        if wakes != NEVER:
            # A warning that an event from ahead of `now` let pass is shown when its time has come.
            for clock in self.clocks:
                if now < clock.imminent < wakes:
                    wakes = clock.imminent
        return wakes

    def _standing(self, target: Target | None) -> bool:
        """Say whether a clock with this target pauses now."""
        raise NotImplementedError

    def _warn(self, at: int, clock: Clock, fold: Fold) -> None:
        clock.warned = True
        fold.tell(IMMINENT, at, clock, self)

    def _fail(self, at: int, clock: Clock, fold: Fold) -> None:
        """Let a clock fail, or count the breach of one that has failed at this instant."""
        if clock.failed is None:
            clock.fail(at)
        if clock.target is not None:
            fold.judge(at, self.group, clock.target, 1)
            fold.tell(BREACHED, at, clock, self)

    def _set_soonest(self) -> None:
        soonest = NEVER
        for clock in self.clocks:
            soonest = min(soonest, clock.next_change())
        self.soonest = soonest
        self.changed = True

    def _start(self, kind: str, cycle: int, at: int, target: Target | None, fold: Fold) -> Clock:
        clock = Clock(kind, cycle, target, at, target is not None and self._standing(target), fold.trace)
        self.clocks = (*self.clocks, clock)
        self.soonest = min(self.soonest, clock.next_change())
        self.changed = True
        return clock

    def _end(self, clock: Clock, at: int, fold: Fold, *, cancel: bool = False) -> None:
        """End a clock: met where it has not failed, unless it is cancelled."""
        target = clock.target
        if clock.end(at, cancel=cancel) == "met" and target is not None:
            fold.judge(at, self.group, target, 0)
            fold.tell(MET, at, clock, self)
        self.clocks = tuple([each for each in self.clocks if each is not clock])
        if self.done is not None:
            self.done.append(clock)
        self._set_soonest()

    def _hear(self, at: int, fold: Fold) -> None:
        """A customer speaks: start the clock of the answer, where none runs."""
        if self.first is not None:
            return
        if not self.answered:
            self.first = self._start("first_response", 1, at, self.terms.first_response, fold)
        elif self.next is None:
            self.next_cycles += 1
            self.next = self._start("next_response", self.next_cycles, at, self.terms.next_response, fold)

    def _reply(self, at: int, fold: Fold) -> None:
        """A human agent answers: satisfy the clock that waits for it."""
        if self.first is not None:
            self.replies += 1
            self._first_answer(at, fold)
        elif self.answered and self.asked:
            self.replies += 1
            if self.next is not None:
                fold.observe(at, self.group + slots.NEXT_RESPONSE, at - self.next.started)
                self._end(self.next, at, fold)
                self.next = None

    def _first_answer(self, at: int, fold: Fold) -> None:
        clock = self.first
        if clock is None:
            return
        took = at - clock.started
        target = clock.target
        took_open = took if target is None else target.schedule.open_between(clock.started, at)
        self.first_response, self.first_response_open = took, took_open
        fold.observe(at, self.group + slots.FIRST_RESPONSE, took)
        fold.observe(at, self.group + slots.FIRST_RESPONSE_OPEN, took_open)
        self._end(clock, at, fold)
        self.first = None
        self.answered = True

    def _stop_answers(self, at: int, fold: Fold, *, cancel: bool) -> None:
        """End the clocks that wait for an answer which nobody will give any more."""
        if self.first is not None:
            self._end(self.first, at, fold, cancel=cancel)
            self.first = None
            self.answered = True
        if self.next is not None:
            self._end(self.next, at, fold, cancel=cancel)
            self.next = None

    def survey(self, at: int, said: tuple[Any, ...], fold: Fold) -> None:
        """Count an answer to a survey about it, where it does not say itself what it is about."""
        answer, queue, channel, agent = said
        group = fold.groups.base(queue or self.queue, channel or self.channel, self.priority)
        book(at, answer, group, agent or self.agent, fold)

    def _regroup(self, fold: Fold) -> None:
        self.terms = fold.rules.terms(self.queue, self.channel, self.priority, self.tier, self.tenant)
        # The texts of an event are let go of for those that all of its kind share.
        self.queue, self.channel, self.priority, self.tier, self.tenant = self.terms.labels
        self.group = self.terms.group
        self.changed = True

    def _select_anew(self, at: int, fold: Fold) -> None:
        """After a changed queue, priority or tier: measure every open clock against the target that fits now."""
        for clock in self.clocks:
            target = self.terms.of(clock.kind)
            if target is clock.target:
                continue
            if target is not None and not clock.measured:
                clock.measure(target, self._spans(clock, target, at), at)
            if self.notes is not None:
                old, new = (None if one is None else one.name for one in (clock.target, target))
                self.notes.append(f"{clock.kind}: target {old or 'none'} became {new or 'none'}")
            if clock.retarget(at, target, standing=self._standing(target)):
                self._fail(at, clock, fold)
        self._set_soonest()

    def _spans(self, clock: Clock, target: Target, until: int) -> list[tuple[int, str]]:  # noqa: ARG002  tickets need all
        """Return what a clock without target would have done since its start, had it had this target."""
        return [(clock.started, "open")]
