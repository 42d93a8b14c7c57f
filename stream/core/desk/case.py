"""What tickets and contacts have in common: labels, open clocks, replies, answers to surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from stream.core.clocks import NEVER, Clock
from stream.core.desk.facts import AT, CODE, SAID, TENANT
from stream.core.desk.subject import BEFORE, Subject
from stream.core.desk.survey import book
from stream.core.windows import slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.core.desk.facts import Fact
    from stream.core.desk.fold import Fold
    from stream.core.policy import Target


class Case(Subject):
    """The state of one ticket or contact.

    Attributes:
        begun: instant of `created` or `started`; `BEFORE` where it was never seen.
        group: number of its group, shifted, as `Groups.base` gives it.
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
        "tier",
    )

    HANDLERS: ClassVar[tuple[Callable[[Any, int, Any, Fold], None], ...]]

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.group = fold.nowhere
        self.clocks: list[Clock] = []
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
            self.trace(fold)

    def copy(self) -> Self:
        """Return an equal subject that shares nothing that changes."""
        twin = super().copy()
        clocks = {id(clock): clock.copy() for clock in self.clocks}
        for name in twin.every_slot():
            value = getattr(self, name)
            if isinstance(value, list):
                setattr(twin, name, value.copy())
            elif isinstance(value, Clock):
                setattr(twin, name, clocks.get(id(value)) or value.copy())
        twin.clocks = list(clocks.values())
        return twin

    def apply(self, fact: Fact, fold: Fold) -> None:
        """Fold the next fact in, after the deadlines that passed before it."""
        at = fact[AT]
        if at < self.begun:
            # Real logs have events before their ticket: they are moved up to its beginning.
            at = self.begun
        if self.soonest < at:
            self.expire(at, fold)
        if fact[TENANT] is not None and self.tenant is None:
            self.tenant = fact[TENANT]
        self.HANDLERS[fact[CODE]](self, at, fact[SAID], fold)

    def expire(self, before: int, fold: Fold) -> None:
        """Let every deadline before an instant fail its clock, at the deadline."""
        for clock in self.clocks:
            if clock.due < before and clock.target is not None:
                due = clock.due
                clock.fail(due)
                self._count_breach(due, clock.target, fold)
        self._set_soonest()

    def pass_time(self, now: int, fold: Fold) -> int:
        """Let the deadlines up to and including `now` pass; return the latest of them, `BEFORE` for none."""
        if self.soonest > now:
            return BEFORE
        # Silence at the second of the deadline is a breach.
        latest = max((clock.due for clock in self.clocks if clock.due <= now), default=BEFORE)
        self.expire(now + 1, fold)
        return latest

    def trace(self, fold: Fold) -> None:
        """Keep from now on what an explanation needs, where the fold is one for explanations."""
        if fold.trace:
            self.done, self.notes = [], []

    def wakes(self, now: int) -> int:
        """Return the next instant at which time alone changes a clock, or `NEVER`."""
        if self.soonest == NEVER:
            return NEVER
        wakes = NEVER
        for clock in self.clocks:
            wake = clock.wakes(now)
            if wake < wakes:
                wakes = wake
        return wakes

    def _standing(self, target: Target | None) -> bool:
        """Say whether a clock with this target pauses now."""
        raise NotImplementedError

    def _count_breach(self, at: int, target: Target, fold: Fold) -> None:
        fold.add(at, self.group + slots.OUTCOMES + 2 * target.index + 1, 1)

    def _set_soonest(self) -> None:
        soonest = NEVER
        for clock in self.clocks:
            if clock.due < soonest:
                soonest = clock.due
        self.soonest = soonest
        self.changed = True

    def _select(self, kind: str, fold: Fold) -> Target | None:
        return fold.target(kind, self.queue, self.channel, self.priority, self.tier, self.tenant)

    def _start(self, kind: str, cycle: int, at: int, fold: Fold) -> Clock:
        target = fold.target(kind, self.queue, self.channel, self.priority, self.tier, self.tenant)
        standing = target is not None and self._standing(target)
        clock = Clock(kind, cycle, target, at, standing, fold.trace)
        self.clocks.append(clock)
        if clock.due < self.soonest:
            self.soonest = clock.due
        self.changed = True
        return clock

    def _end(self, clock: Clock, at: int, fold: Fold, *, cancel: bool = False) -> None:
        """End a clock: met where it has not failed, unless it is cancelled."""
        target = clock.target
        if clock.end(at, cancel=cancel) == "met" and target is not None:
            fold.add(at, self.group + slots.OUTCOMES + 2 * target.index, 1)
        self.clocks.remove(clock)
        if self.done is not None:
            self.done.append(clock)
        self._set_soonest()

    def _hear(self, at: int, fold: Fold) -> None:
        """A customer speaks: start the clock of the answer, where none runs."""
        if self.first is not None:
            return
        if not self.answered:
            self.first = self._start("first_response", 1, at, fold)
        elif self.next is None:
            self.next_cycles += 1
            self.next = self._start("next_response", self.next_cycles, at, fold)

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
        group = fold.group(queue or self.queue, channel or self.channel, self.priority)
        book(at, answer, group, agent or self.agent, fold)

    def _regroup(self, fold: Fold) -> None:
        self.group = fold.group(self.queue, self.channel, self.priority)
        self.changed = True

    def _select_anew(self, at: int, fold: Fold) -> None:
        """After a changed queue, priority or tier: measure every open clock against the target that fits now."""
        for clock in self.clocks:
            target = self._select(clock.kind, fold)
            if target is clock.target:
                continue
            if target is not None and not clock.measured:
                clock.measure(target, self._spans(clock, target, at), at)
            if self.notes is not None:
                old, new = (None if one is None else one.name for one in (clock.target, target))
                self.notes.append(f"{clock.kind}: target {old or 'none'} became {new or 'none'}")
            if clock.retarget(at, target, standing=self._standing(target)) and target is not None:
                self._count_breach(at, target, fold)
        self._set_soonest()

    def _spans(self, clock: Clock, target: Target, until: int) -> list[tuple[int, str]]:  # noqa: ARG002  tickets need all
        """Return what a clock without target would have done since its start, had it had this target."""
        return [(clock.started, "open")]
