"""A live contact: who waits in which queue, who talks, how it ended."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, ClassVar

from mypy_extensions import mypyc_attr

from stream.core.desk.case import Case
from stream.core.desk.facts import (
    ABANDONED,
    ACCEPTED,
    CALLBACK,
    ENDED,
    MESSAGE_AGENT,
    MESSAGE_CUSTOMER,
    MESSAGE_OTHER,
    QUEUED,
    STARTED,
    SURVEY,
    TRANSFERRED,
    WRAPPED_UP,
)
from stream.core.desk.live import CLOCK_BIT, NOBODY, NOWHERE, WAITING_BIT
from stream.core.desk.subject import BEFORE
from stream.core.windows import slots

if TYPE_CHECKING:
    from stream.core.clocks import Clock
    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown
    from stream.core.policy import Target


@mypyc_attr(acyclic=True)
class Contact(Case):
    """One chat, call or other live contact.

    Attributes:
        wait: the clock of the leg that waits in a queue, or None; every leg has one, with or without target.
        talking: instant at which the talk that is going on was accepted, or None.
        talked: microseconds of the talks before.
        legs: how often it was put in a queue, or accepted without one.
        bot: whether it began with a bot.
        over: whether it has ended, and
        quit: by the customer's leaving.
        concluded: instant and keys of what its end counted, to be taken back if it goes on, or None.
        handle: (instant, group, microseconds) of the handle time as it is booked, or None.
    """

    __slots__ = (
        "abandoned_at",
        "accepted_at",
        "bot",
        "called_back",
        "concluded",
        "handle",
        "handled",
        "legs",
        "over",
        "quit",
        "resolved",
        "talked",
        "talking",
        "wait",
        "wait_time",
    )

    KIND: ClassVar[str] = "contact"

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.answered = False
        self.wait: Clock | None = None
        self.talking: int | None = None
        self.talked: int = 0
        self.legs: int = 0
        self.bot: bool = False
        self.over: bool = False
        self.quit: bool = False
        self.concluded: tuple[int, tuple[int, ...]] | None = None
        self.called_back: bool = False
        self.handled: bool = False
        self.handle: tuple[int, int, int] | None = None
        self.resolved: bool | None = None
        self.accepted_at: int | None = None
        self.abandoned_at: int | None = None
        self.wait_time: int | None = None

    @property
    def status(self) -> str:
        """Where it stands, in a word."""
        if self.wait is not None:
            return "waiting"
        if self.talking is not None:
            return "talking"
        if self.over:
            return "ended"
        return "callback" if self.called_back else "bot"

    def show(self, now: int) -> Shown:
        """Return what the live figures count of it: nothing once it is over."""
        if self.over:
            return NOWHERE
        bits = 0 if self.wait is None else WAITING_BIT
        for clock in self.clocks:
            if clock.target is not None:
                bits |= CLOCK_BIT[clock.kind][clock.state_at(now)]
        return bits, self.group, NOBODY if self.wait is None else self.wait.started

    def _standing(self, target: Target | None) -> bool:  # noqa: ARG002  # a contact has no status that pauses
        return False

    def _started(self, at: int, said: tuple[Any, ...], fold: Fold) -> None:
        self.queue, self.channel, self.priority, self.tier, handled_by = said
        self.begun = at
        self._regroup(fold)
        fold.add(at, self.group + slots.BEGUN, 1)
        self.bot = handled_by == "bot"
        if not self.bot:
            self._enqueue(at, fold)

    def _message(self, at: int, code: int, fold: Fold) -> None:
        fold.add(at, self.group + slots.MESSAGES, 1)
        if code == MESSAGE_AGENT:
            self._reply(at, fold)
        elif code == MESSAGE_CUSTOMER and self.answered and not self.over:
            self._hear(at, fold)

    def _queued(self, at: int, queue: str | None, channel: str | None, priority: str | None, fold: Fold) -> None:
        queue = queue or self.queue
        moved = queue != self.queue
        if self.wait is not None and not moved:
            # It waits there already: nothing changes, but what was not known is known now.
            channel, priority = self.channel or channel, self.priority or priority
        elif self.wait is not None and self.queue is not None:
            self._flow_out(at, fold)
        self.queue, self.channel, self.priority = queue, channel or self.channel, priority or self.priority
        self._regroup(fold)
        self._select_anew(at, fold)
        if self.wait is None:
            self._enqueue(at, fold)

    def _transferred(self, at: int, queue: str, fold: Fold) -> None:
        fold.add(at, self.group + slots.TRANSFERRED, 1)
        if self.wait is not None:
            self._flow_out(at, fold)
        self.queue = queue
        self._regroup(fold)
        self._select_anew(at, fold)
        self._enqueue(at, fold)

    def _enqueue(self, at: int, fold: Fold) -> None:
        """Put it in its queue: a leg begins."""
        self._stop_talk(at)
        self._unbook(fold)
        self._retract(fold)
        self.over = self.called_back = False
        self.ended_at = self.resolved = None
        self._offer(at, fold)
        self.wait = self._start("wait", self.legs, at, self.terms.wait, fold)
        self._begin_first(at, fold)

    def _offer(self, at: int, fold: Fold) -> None:
        self.legs += 1
        fold.add(at, self.group + slots.OFFERED, 1)
        fold.arrive(at, self.group, 1)
        if self.bot and self.legs == 1:
            fold.add(at, self.group + slots.BOT_HANDED_OVER, 1)

    def _begin_first(self, at: int, fold: Fold) -> None:
        if not self.answered and self.first is None:
            self.first = self._start("first_response", 1, at, self.terms.first_response, fold)

    def _accepted(self, at: int, agent: str | None, fold: Fold) -> None:
        if self.over:
            return
        self.agent = None if agent is None else intern(agent)
        if self.wait is not None:
            self._answer(at, self.wait.started, self.wait.target, fold, book=True)
            self._end(self.wait, at, fold)
            self.wait = None
        elif self.legs == 0:
            self._offer(at, fold)
            self._answer(at, at, self.terms.wait, fold, book=self.begun != BEFORE)
            self._begin_first(at, fold)
        if self.talking is None:
            self.talking = at
        self.handled = True
        self.changed = True
        self.called_back = False
        if self.channel == "voice" and self.first is not None:
            self._first_answer(at, fold)

    def _answer(self, at: int, since: int, target: Target | None, fold: Fold, *, book: bool) -> None:
        waited = at - since
        if self.accepted_at is None:
            self.accepted_at, self.wait_time = at, waited
        fold.add(at, self.group + slots.ANSWERED, 1)
        if book:
            fold.observe(at, self.group + slots.WAIT, waited)
        if target is None:
            fold.add(at, self.group + slots.ANSWERED_WITHOUT_TARGET, 1)
        elif waited <= target.within:
            fold.add(at, self.group + slots.ANSWERED_IN_TARGET, 1)

    def _flow_out(self, at: int, fold: Fold) -> None:
        fold.add(at, self.group + slots.FLOW_OUTS, 1)
        self._leave(at, fold)

    def _leave(self, at: int, fold: Fold) -> None:
        if self.wait is not None:
            self._end(self.wait, at, fold, cancel=True)
            self.wait = None

    def _abandoned(self, at: int, fold: Fold) -> None:
        if self.over:
            return
        waited_in_vain = self.wait is not None
        self.quit = True
        self._abandon(at, fold)
        self._finish(at, fold, cancel=waited_in_vain)

    def _abandon(self, at: int, fold: Fold) -> None:
        if self.wait is None:
            return
        waited = at - self.wait.started
        target = self.wait.target
        self.abandoned_at, self.wait_time = at, waited
        fold.add(at, self.group + slots.ABANDONED, 1)
        fold.observe(at, self.group + slots.ABANDON_WAIT, waited)
        if target is None:
            fold.add(at, self.group + slots.ABANDONED_WITHOUT_TARGET, 1)
        else:
            if waited <= target.within:
                fold.add(at, self.group + slots.ABANDONED_IN_TARGET, 1)
            if target.short_abandon is not None and waited <= target.short_abandon:
                fold.add(at, self.group + slots.SHORT_ABANDONS, 1)
        self._leave(at, fold)

    def _callback(self, at: int, fold: Fold) -> None:
        if self.wait is None:
            return
        fold.add(at, self.group + slots.CALLBACKS, 1)
        self._leave(at, fold)
        self.called_back = True
        self._stop_answers(at, fold, cancel=True)

    def _ended(self, at: int, by: str | None, resolved: bool | None, fold: Fold) -> None:  # noqa: FBT001  as the event has it
        if self.over:
            return
        self.resolved = resolved
        self.quit = False
        waiting = self.wait is not None
        if waiting and (by is None or by == "customer"):
            self._abandon(at, fold)
        elif waiting:
            self._flow_out(at, fold)
        self._finish(at, fold, cancel=waiting)

    def _finish(self, at: int, fold: Fold, *, cancel: bool) -> None:
        self._stop_talk(at)
        self.over = self.changed = True
        self.ended_at = at
        self._stop_answers(at, fold, cancel=cancel)
        if self.handled:
            self._book(at, self.talked, fold)
        self._conclude(at, fold)

    def _conclude(self, at: int, fold: Fold) -> None:
        """Count how it ended: with an agent, or with the bot; with success, unless somebody says no."""
        success = self.resolved is not False
        counted: list[int] = []
        if self.handled:
            counted = [slots.HANDLED, *([slots.FIRST_CONTACT_RESOLVED] if success and self.legs == 1 else [])]
        elif self.bot and self.legs == 0:
            counted = [slots.BOT_ENDED, *([slots.BOT_RESOLVED] if success and not self.quit else [])]
        if counted:
            self.concluded = at, tuple(self.group + slot for slot in counted)
            for key in self.concluded[1]:
                fold.add(at, key, 1)

    def _retract(self, fold: Fold) -> None:
        if self.concluded is not None:
            at, keys = self.concluded
            for key in keys:
                fold.add(at, key, -1)
            self.concluded = None

    def _wrapped_up(self, at: int, resolved: bool | None, fold: Fold) -> None:  # noqa: FBT001  as the event has it
        if not self.over or self.ended_at is None:
            return
        if resolved is not None and resolved != self.resolved:
            self.resolved = resolved
            self._retract(fold)
            self._conclude(self.ended_at, fold)
        if self.handled:
            self._unbook(fold)
            self._book(at, self.talked + at - self.ended_at, fold)

    def _stop_talk(self, at: int) -> None:
        if self.talking is not None:
            self.talked += at - self.talking
            self.talking = None

    def _book(self, at: int, handle: int, fold: Fold) -> None:
        self.handle = (at, self.group, handle)
        self._count_handle(1, fold)

    def _unbook(self, fold: Fold) -> None:
        if self.handle is not None:
            self._count_handle(-1, fold)
            self.handle = None

    def _count_handle(self, sign: int, fold: Fold) -> None:
        if self.handle is None:
            return
        at, group, handle = self.handle
        fold.observe(at, group + slots.HANDLE, handle, sign)
        if self.agent is not None:
            person = fold.people.base(self.agent)
            fold.credit(at, person + slots.HANDLED, sign)
            fold.credit(at, person + slots.HANDLE, sign * handle)

    def on_fact(self, at: int, code: int, said: Any, fold: Fold) -> None:
        """Do what a fact of a code means; an offer that is not taken changes no figure."""
        if MESSAGE_CUSTOMER <= code <= MESSAGE_OTHER:
            self._message(at, code, fold)
        elif code == ACCEPTED:
            self._accepted(at, said, fold)
        elif code == STARTED:
            self._started(at, said, fold)
        elif code == ENDED:
            by, resolved = said
            self._ended(at, by, resolved, fold)
        elif code == WRAPPED_UP:
            (resolved,) = said
            self._wrapped_up(at, resolved, fold)
        elif code == QUEUED:
            queue, channel, priority = said
            self._queued(at, queue, channel, priority, fold)
        elif code == ABANDONED:
            self._abandoned(at, fold)
        elif code == TRANSFERRED:
            self._transferred(at, said, fold)
        elif code == CALLBACK:
            self._callback(at, fold)
        elif code == SURVEY:
            self.survey(at, said, fold)
