"""A ticket: its status, its queue, its clocks, and what it contributes to the windows."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from stream.core.clocks import NEVER
from stream.core.desk.case import Case
from stream.core.desk.facts import (
    ASSIGNED,
    CREATED,
    ESCALATED,
    GONE,
    MESSAGE_AGENT,
    MESSAGE_CUSTOMER,
    MESSAGE_OTHER,
    NOT_SAID,
    PRIORITY,
    SOLVED,
    STATUS,
    SURVEY,
)
from stream.core.desk.live import CLOCK_BIT, NOBODY, NOWHERE, STATUS_BIT, UNANSWERED_BIT, UNASSIGNED_BIT
from stream.core.desk.subject import BEFORE
from stream.core.windows import slots

if TYPE_CHECKING:
    from stream.core.clocks import Clock
    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown
    from stream.core.policy import Target


_STATUSES: Final = ("new", "open", "pending", "on_hold", "solved", "closed")
_STATUS_PLACE: Final = {status: place for place, status in enumerate(_STATUSES)}
_STATUS_BITS: Final = 3
_STATUS_MASK: Final = (1 << _STATUS_BITS) - 1


@mypyc_attr(acyclic=True)
class Ticket(Case):
    """One ticket.

    Attributes:
        status: as the last event said; None where no event said any.
        solved: whether it is solved or closed.
        statuses: every change of it: the instant, shifted, and the place in `_STATUSES`.
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
        self.statuses: list[int] = []
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
        return bits, self.group, NOBODY if waits is None else waits.started

    def adopt(self, at: int, fold: Fold) -> None:
        """Follow other rules from an instant on; a ticket that is gone does when it is restored."""
        if self.gone is None:
            super().adopt(at, fold)

    def _standing(self, target: Target | None) -> bool:
        return target is not None and self.status in target.pause_on

    def _created(self, at: int, said: tuple[Any, ...], fold: Fold) -> None:
        self.queue, self.channel, self.priority, self.tier, status, opened_by, self.agent = said
        if self.agent is not None:
            self.agent = intern(self.agent)
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
            self.first = self._start("first_response", 1, at, self.terms.first_response, fold)
        # Opened by an agent: the customer's first message starts the clock; what the agent wrote before is no reply.
        self.answered = False
        self._start_work(at, fold)

    def _message_customer(self, at: int, fold: Fold) -> None:
        if self.gone is not None:
            return
        fold.add(at, self.group + slots.MESSAGES, 1)
        self.asked = True
        if self.solved:
            self.unheard = True
        else:
            self._hear(at, fold)

    def _message_agent(self, at: int, fold: Fold) -> None:
        if self.gone is not None:
            return
        fold.add(at, self.group + slots.MESSAGES, 1)
        self.unheard = False
        self._reply(at, fold)

    def _message_other(self, at: int, fold: Fold) -> None:
        if self.gone is None:
            fold.add(at, self.group + slots.MESSAGES, 1)

    def _assigned(self, at: int, agent: str | None, queue: str | None, fold: Fold) -> None:
        self.changed = True
        if queue is not None and queue != self.queue:
            self._move(at, queue, fold)
            self.agent = None
        if agent != NOT_SAID:
            self.agent = None if agent is None else intern(agent)

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
        self.statuses.append(at << _STATUS_BITS | _STATUS_PLACE[status])
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
                fold.credit(at, fold.people.base(self.agent) + slots.SOLVED, 1)
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
            if at - solved_at <= fold.rules.reopen:
                fold.add(solved_at, group + slots.FIRST_CONTACT_RESOLVED, -1)
            self.first_contact = None
        self._start_work(at, fold)
        if self.unheard:
            self.unheard = False
            self._hear(at, fold)

    def _start_work(self, at: int, fold: Fold) -> None:
        """Start the clocks of an unsolved ticket that do not depend on messages."""
        if self.begun != BEFORE and fold.rules.resolves:
            earlier = self.resolution
            self.resolution_cycles += 1
            clock = self.resolution = self._start("resolution", self.resolution_cycles, at, self.terms.resolution, fold)
            target = clock.target or (earlier.target if earlier is not None else None)
            if earlier is not None and not (target is not None and target.restart):
                if clock.target is not None and not earlier.measured and earlier.ended is not None:
                    earlier.measure(clock.target, self._spans(earlier, clock.target, earlier.ended), earlier.ended)
                if clock.inherit(earlier):
                    self._fail(at, clock, fold)
                self._set_soonest()
        self._own(at, fold)

    def _own(self, at: int, fold: Fold) -> None:
        if self.queue is not None and fold.rules.owns:
            self.ownership_cycles += 1
            self.ownership = self._start("ownership", self.ownership_cycles, at, self.terms.ownership, fold)

    def _priority_changed(self, at: int, priority: str, fold: Fold) -> None:
        self.priority = priority
        if self.gone is None:
            self._regroup(fold)
            self._select_anew(at, fold)

    def _escalated(self, at: int, fold: Fold) -> None:
        if self.gone is None:
            fold.add(at, self.group + slots.ESCALATED, 1)

    def _left(self, at: int, how: tuple[str, str | None]) -> None:
        if self.gone is None:
            self.gone = how
            self.ended_at = at
            # Its deadlines wait for its return.
            self.soonest = NEVER
            self.changed = True

    def _restored(self, at: int, fold: Fold) -> None:
        if self.gone is None:
            return
        self.gone = None
        self.ended_at = at if self.solved else None
        for clock in self.clocks:
            if clock.imminent < at and not clock.warned:
                self._warn(at, clock, fold)
            if clock.due < at:
                self._fail(at, clock, fold)
        self._regroup(fold)
        self._select_anew(at, fold)
        if self.status is not None and (
            not self.statuses or _STATUSES[self.statuses[-1] & _STATUS_MASK] != self.status
        ):
            self._set_status(at, self.status)
            self._follow_status(at, fold)
        if not self.solved and self.ownership is None:
            self._own(at, fold)

    def _spans(self, clock: Clock, target: Target, until: int) -> list[tuple[int, str]]:
        spans = {clock.started: "open"}
        for entry in self.statuses:
            start, status = entry >> _STATUS_BITS, _STATUSES[entry & _STATUS_MASK]
            if start < until:
                kind = "stopped" if status in SOLVED else "paused" if status in target.pause_on else "open"
                spans[max(start, clock.started)] = kind
        return list(spans.items())

    def on_fact(self, at: int, code: int, said: Any, fold: Fold) -> None:
        """Do what a fact of a code means."""
        if code == MESSAGE_AGENT:
            self._message_agent(at, fold)
        elif code == MESSAGE_CUSTOMER:
            self._message_customer(at, fold)
        elif code == MESSAGE_OTHER:
            self._message_other(at, fold)
        elif code == STATUS:
            self._status_changed(at, said, fold)
        elif code == ASSIGNED:
            agent, queue = said
            self._assigned(at, agent, queue, fold)
        elif code == CREATED:
            self._created(at, said, fold)
        elif code == PRIORITY:
            self._priority_changed(at, said, fold)
        elif code == SURVEY:
            self.survey(at, said, fold)
        elif code == ESCALATED:
            self._escalated(at, fold)
        elif code == GONE:
            how, into = said
            self._left(at, (how, into))
        else:
            self._restored(at, fold)
