"""A ticket: its status, its queue, its clocks, and what it contributes to the windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from stream.core.clocks import NEVER
from stream.core.desk.case import Case
from stream.core.desk.facts import NOT_SAID, SOLVED
from stream.core.desk.live import CLOCK_BIT, NOWHERE, STATUS_BIT, UNANSWERED_BIT, UNASSIGNED_BIT
from stream.core.desk.subject import BEFORE
from stream.core.windows import slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream.core.clocks import Clock
    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown
    from stream.core.policy import Target


class Ticket(Case):
    """One ticket.

    Attributes:
        status: as the last event said; None where no event said any.
        solved: whether it is solved or closed.
        seen_unsolved: whether it was ever known as unsolved: only then solving counts.
        gone: (`merged` or `deleted`, into) while it is, else None.
        first_contact: instant and group of a first solving that took one reply, while it may be taken back, or None.
        unheard: whether the customer wrote on the solved ticket and nobody answered yet.
    """

    __slots__ = (
        "first_contact",
        "first_resolution",
        "full_resolution",
        "gone",
        "ownership",
        "ownership_cycles",
        "reopens",
        "resolution",
        "resolution_cycles",
        "seen_unsolved",
        "solved",
        "status",
        "statuses",
        "unheard",
    )

    KIND: ClassVar[str] = "ticket"

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.statuses: list[tuple[int, str]] = []
        self.status: str | None = None
        self.solved: bool = False
        self.seen_unsolved: bool = False
        self.gone: tuple[str, str | None] | None = None
        self.unheard: bool = False
        self.resolution: Clock | None = None
        self.resolution_cycles: int = 0
        self.ownership: Clock | None = None
        self.ownership_cycles: int = 0
        self.reopens: int = 0
        self.first_resolution: int | None = None
        self.full_resolution: int | None = None
        self.first_contact: tuple[int, int] | None = None

    def show(self, now: int) -> Shown:
        """Return what the live figures count of it: nothing once it is solved or gone."""
        if self.solved or self.gone is not None:
            return NOWHERE
        bits = STATUS_BIT[self.status]
        if bits and self.agent is None:
            bits |= UNASSIGNED_BIT
        waits = self.first or self.next
        if waits is not None:
            bits |= UNANSWERED_BIT
        for clock in self.clocks:
            if clock.target is not None:
                bits |= CLOCK_BIT[clock.kind][clock.state_at(now)]
        return bits, self.group, None if waits is None else waits.started

    def _standing(self, target: Target | None) -> bool:
        return target is not None and self.status in target.pause_on

    def _created(self, at: int, said: tuple[Any, ...], fold: Fold) -> None:
        self.queue, self.channel, self.priority, self.tier, status, opened_by, self.agent = said
        self.begun = at
        self._regroup(fold)
        fold.add(at, self.group + slots.CREATED, 1)
        fold.arrive(at, self.group, 1)
        self.asked = opened_by == "customer"
        self._set_status(at, status)
        if status in SOLVED:
            self.solved = True
            self.ended_at = at
            return
        self.seen_unsolved = True
        if opened_by == "customer":
            self.first = self._start("first_response", 1, at, fold)
        # Opened by an agent: the customer's first message starts the clock; what the agent wrote before is no reply.
        self.answered = False
        self._start_work(at, fold)

    def _message_customer(self, at: int, _said: None, fold: Fold) -> None:
        if self.gone is not None:
            return
        fold.add(at, self.group + slots.MESSAGES, 1)
        self.asked = True
        if self.solved:
            self.unheard = True
        else:
            self._hear(at, fold)

    def _message_agent(self, at: int, _said: None, fold: Fold) -> None:
        if self.gone is not None:
            return
        fold.add(at, self.group + slots.MESSAGES, 1)
        self.unheard = False
        self._reply(at, fold)

    def _message_other(self, at: int, _said: None, fold: Fold) -> None:
        if self.gone is None:
            fold.add(at, self.group + slots.MESSAGES, 1)

    def _assigned(self, at: int, said: tuple[str | None, str | None], fold: Fold) -> None:
        agent, queue = said
        self.changed = True
        if queue is not None and queue != self.queue:
            self._move(at, queue, fold)
            self.agent = None
        if agent != NOT_SAID:
            self.agent = agent

    def _move(self, at: int, queue: str, fold: Fold) -> None:
        if self.gone is not None:
            self.queue = queue
            return
        if self.queue is not None:
            fold.add(at, self.group + slots.TRANSFERRED, 1)
        if self.ownership is not None:
            self._end(self.ownership, at, fold)
            self.ownership = None
        self.queue = queue
        self._regroup(fold)
        self._select_anew(at, fold)
        if not self.solved:
            self._own(at, fold)

    def _status_changed(self, at: int, status: str, fold: Fold) -> None:
        if self.gone is not None or status == self.status:
            self.status = status
            return
        self._set_status(at, status)
        self._follow_status(at, fold)

    def _set_status(self, at: int, status: str) -> None:
        self.status = status
        self.statuses.append((at, status))
        self.changed = True

    def _follow_status(self, at: int, fold: Fold) -> None:
        """Bring everything into line with a status that has just been set."""
        solved = self.status in SOLVED
        if solved and not self.solved:
            self._solve(at, fold)
        elif self.solved and not solved:
            self._reopen(at, fold)
        elif not solved:
            self.seen_unsolved = True
            for clock in self.clocks:
                standing = self._standing(clock.target)
                if clock.target is not None and standing != clock.paused:
                    (clock.pause if standing else clock.resume)(at)
            self._set_soonest()

    def _solve(self, at: int, fold: Fold) -> None:
        self.solved = True
        self.ended_at = at
        if self.seen_unsolved:
            fold.add(at, self.group + slots.SOLVED, 1)
            if self.agent is not None:
                fold.credit(at, fold.person(self.agent) + slots.SOLVED, 1)
            if self.begun != BEFORE:
                self.full_resolution = at - self.begun
                fold.observe(at, self.group + slots.FULL_RESOLUTION, self.full_resolution)
                if self.first_resolution is None:
                    self.first_resolution = self.full_resolution
                    fold.observe(at, self.group + slots.FIRST_RESOLUTION, self.first_resolution)
                    fold.add(at, self.group + slots.FIRST_SOLVED, 1)
                    if self.replies == 1:
                        fold.add(at, self.group + slots.FIRST_CONTACT_RESOLVED, 1)
                        self.first_contact = (at, self.group)
        self._stop_answers(at, fold, cancel=False)
        if self.resolution is not None:
            # Kept beyond its end: a reopened ticket goes on where it stopped.
            self._end(self.resolution, at, fold)
        if self.ownership is not None:
            self._end(self.ownership, at, fold)
            self.ownership = None

    def _reopen(self, at: int, fold: Fold) -> None:
        self.solved = False
        self.seen_unsolved = True
        self.ended_at = None
        self.reopens += 1
        fold.add(at, self.group + slots.REOPENED, 1)
        if self.first_contact is not None:
            solved_at, group = self.first_contact
            if at - solved_at <= fold.reopen:
                fold.add(solved_at, group + slots.FIRST_CONTACT_RESOLVED, -1)
            self.first_contact = None
        self._start_work(at, fold)
        if self.unheard:
            self.unheard = False
            self._hear(at, fold)

    def _start_work(self, at: int, fold: Fold) -> None:
        """Start the clocks of an unsolved ticket that do not depend on messages."""
        if self.begun != BEFORE and "resolution" in fold.kinds:
            earlier = self.resolution
            self.resolution_cycles += 1
            clock = self.resolution = self._start("resolution", self.resolution_cycles, at, fold)
            target = clock.target or (earlier.target if earlier is not None else None)
            if earlier is not None and not (target is not None and target.restart):
                if clock.target is not None and not earlier.measured and earlier.ended is not None:
                    earlier.measure(clock.target, self._spans(earlier, clock.target, earlier.ended), earlier.ended)
                if clock.inherit(earlier) and clock.target is not None:
                    self._count_breach(at, clock.target, fold)
                self._set_soonest()
        self._own(at, fold)

    def _own(self, at: int, fold: Fold) -> None:
        if self.queue is not None and "ownership" in fold.kinds:
            self.ownership_cycles += 1
            self.ownership = self._start("ownership", self.ownership_cycles, at, fold)

    def _priority_changed(self, at: int, priority: str, fold: Fold) -> None:
        self.priority = priority
        if self.gone is None:
            self._regroup(fold)
            self._select_anew(at, fold)

    def _escalated(self, at: int, _said: None, fold: Fold) -> None:
        if self.gone is None:
            fold.add(at, self.group + slots.ESCALATED, 1)

    def _left(self, at: int, said: tuple[str, str | None], _fold: Fold) -> None:
        if self.gone is None:
            self.gone = said
            self.ended_at = at
            # Its deadlines wait for its return.
            self.soonest = NEVER
            self.changed = True

    def _restored(self, at: int, _said: None, fold: Fold) -> None:
        if self.gone is None:
            return
        self.gone = None
        self.ended_at = at if self.solved else None
        for clock in self.clocks:
            if clock.due < at and clock.target is not None:
                clock.fail(at)
                self._count_breach(at, clock.target, fold)
        self._regroup(fold)
        self._select_anew(at, fold)
        if self.status is not None and (not self.statuses or self.statuses[-1][1] != self.status):
            self._set_status(at, self.status)
            self._follow_status(at, fold)
        if not self.solved and self.ownership is None:
            self._own(at, fold)

    def _spans(self, clock: Clock, target: Target, until: int) -> list[tuple[int, str]]:
        spans = {clock.started: "open"}
        for start, status in self.statuses:
            if start < until:
                kind = "stopped" if status in SOLVED else "paused" if status in target.pause_on else "open"
                spans[max(start, clock.started)] = kind
        return list(spans.items())

    HANDLERS: ClassVar[tuple[Callable[[Any, int, Any, Fold], None], ...]] = (
        _created,
        _message_customer,
        _message_agent,
        _message_other,
        Case.survey,
        _assigned,
        _status_changed,
        _priority_changed,
        _escalated,
        _left,
        _restored,
    )
