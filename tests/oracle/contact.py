"""The life of a contact."""

from __future__ import annotations

from typing import Any

from tests.oracle.entry import Entry, Shown
from tests.oracle.story import Story


class ContactStory(Story):
    """A chat or call, told from its events."""

    opening = "chat.started"

    waiting_since: int | None = None
    talking_since: int | None = None
    talked = 0
    was_in_queue = False
    was_taken = False
    over = False
    ended_at = 0
    first_response_over = False
    legs = 0
    with_bot = False
    ended_by_itself = False
    """Its end was `chat.ended`; the customer did not just leave."""
    resolved: bool | None = None
    handle: Entry | None = None
    outcome: tuple[Entry, ...] = ()
    """What its end counts as, as long as it lasts."""

    def on_started(self, at: int, says: dict[str, Any]) -> None:
        """It begins, with a bot or in a queue."""
        self.begun = at
        self.labels |= {name: says.get(name) for name in ("queue", "channel", "priority")}
        self.labels["tier"] = says.get("customer_tier")
        self.with_bot = says.get("handled_by") == "bot"
        self.count(at, "begun")
        if says.get("handled_by", "queue") == "queue":
            self._wait(at)

    def on_queued(self, at: int, says: dict[str, Any]) -> None:
        """It is put in a queue; in the one where it waits already, nothing happens."""
        queue = says.get("queue") or self.labels["queue"]
        if self.waiting_since is not None and self.labels["queue"] is not None and queue != self.labels["queue"]:
            self._flow_out(at)
        more = {name: says[name] for name in ("channel", "priority") if says.get(name)}
        if self.waiting_since is not None and queue == self.labels["queue"]:
            more = {name: value for name, value in more.items() if self.labels[name] is None}
        self.relabel(at, queue=queue, **more)
        if self.waiting_since is None:
            self._wait(at)

    def on_transferred(self, at: int, says: dict[str, Any]) -> None:
        """It is sent to a queue, by an agent or out of another queue."""
        self.count(at, "transferred")
        if self.waiting_since is not None:
            self._flow_out(at)
        self.relabel(at, queue=says["queue"])
        self._wait(at)

    def on_offered(self, at: int, says: dict[str, Any]) -> None:
        """An agent's phone rings, which no figure shows."""

    on_missed = on_offered

    def on_accepted(self, at: int, says: dict[str, Any]) -> None:
        """An agent takes it, and is its agent until another one does."""
        if self.over:
            return
        self.agent = says.get("agent_id")
        if self.waiting_since is not None:
            self._answer(at, at - self.waiting_since, booked=True)
            self.stop("wait", at, met=True)
            self.waiting_since = None
        elif not self.was_in_queue:
            self._begin_leg(at)
            self._answer(at, 0, booked=self.begun is not None)
            self._expect_first_response(at)
        if self.talking_since is None:
            self.talking_since = at
        self.was_taken = True
        if self.labels["channel"] == "voice" and self.clock("first_response") is not None:
            self.first_response_over = True
            self.respond(at)

    def on_message(self, at: int, says: dict[str, Any]) -> None:
        """Somebody writes."""
        self.count(at, "messages")
        if says["visibility"] != "public":
            return
        if says["author"] == "agent":
            if self.clock("first_response") is not None:
                self.first_response_over = True
            self.reply(at)
        elif says["author"] == "customer" and self.first_response_over and not self.over:
            self._expect_next_response(at)

    def on_abandoned(self, at: int, _says: dict[str, Any]) -> None:
        """The customer leaves."""
        if not self.over:
            in_vain = self.waiting_since is not None
            self._abandon(at)
            self.ended_by_itself, self.resolved = False, None
            self._end(at, answered=not in_vain)

    def on_callback_requested(self, at: int, _says: dict[str, Any]) -> None:
        """The customer prefers to be called."""
        if self.waiting_since is not None:
            self.count(at, "callbacks")
            self._leave_queue(at)
            self._expect_nothing(at, met=False)

    def on_ended(self, at: int, says: dict[str, Any]) -> None:
        """It is over."""
        if self.over:
            return
        in_vain = self.waiting_since is not None
        if in_vain and says.get("ended_by") in {None, "customer"}:
            self._abandon(at)
        elif in_vain:
            self._flow_out(at)
        self.ended_by_itself, self.resolved = True, says.get("resolved")
        self._end(at, answered=not in_vain)

    def on_wrapped_up(self, at: int, says: dict[str, Any]) -> None:
        """The work after it is done: its handle time is booked now, not at the end; whether it helped is known now."""
        if not self.over:
            return
        if self.was_taken:
            self.handle = self._entry(at, "handle", self.talked + at - self.ended_at)
        if says.get("resolved") is not None:
            self.resolved = says["resolved"]
            self._judge()

    def _judge(self) -> None:
        """Say at its end what it was good for: the first contact, or the bot."""
        names = []
        if self.was_taken:
            names.append("handled")
            if self.legs == 1 and self.resolved is not False:
                names.append("first_contact_resolved")
        if self.with_bot and self.legs == 0:
            names.append("bot_ended")
            if self.ended_by_itself and self.resolved is not False:
                names.append("bot_resolved")
        self.outcome = tuple(self._entry(self.ended_at, name) for name in names)

    def _entry(self, at: int, what: str, size: int | None = None) -> Entry:
        return Entry(at, self.rules.group(self.labels), what, size, self.agent)

    def _begin_leg(self, at: int) -> None:
        self.was_in_queue = True
        self.legs += 1
        self.count(at, "offered")
        if self.with_bot and self.legs == 1:
            self.count(at, "bot_handed_over")

    def _wait(self, at: int) -> None:
        self._hang_up(at)
        self.handle, self.outcome = None, ()
        self.over = False
        self.waiting_since = at
        self._begin_leg(at)
        self.start("wait", at)
        self._expect_first_response(at)

    def _expect_first_response(self, at: int) -> None:
        if not self.first_response_over and self.clock("first_response") is None:
            self.start("first_response", at)

    def _expect_next_response(self, at: int) -> None:
        if self.clock("next_response") is None:
            self.start("next_response", at)

    def _expect_nothing(self, at: int, *, met: bool) -> None:
        if self.stop("first_response", at, met=met) is not None:
            self.first_response_over = True
        self.stop("next_response", at, met=met)

    def _answer(self, at: int, waited: int, *, booked: bool) -> None:
        self.count(at, "answered")
        if booked:
            self.count(at, "wait", waited)
        promise = self.rules.promise("wait", self.labels)
        if promise is None:
            self.count(at, "answered_without_target")
        elif waited <= promise.within:
            self.count(at, "answered_in_target")

    def _abandon(self, at: int) -> None:
        if self.waiting_since is None:
            return
        waited = at - self.waiting_since
        self.count(at, "abandoned")
        self.count(at, "abandon_wait", waited)
        promise = self.rules.promise("wait", self.labels)
        if promise is None:
            self.count(at, "abandoned_without_target")
        else:
            if waited <= promise.within:
                self.count(at, "abandoned_in_target")
            if promise.short and waited <= promise.short:
                self.count(at, "short_abandons")
        self._leave_queue(at)

    def _flow_out(self, at: int) -> None:
        self.count(at, "flow_outs")
        self._leave_queue(at)

    def _leave_queue(self, at: int) -> None:
        self.stop("wait", at, met=False)
        self.waiting_since = None

    def _end(self, at: int, *, answered: bool) -> None:
        self._hang_up(at)
        self.over = True
        self.ended_at = at
        self._expect_nothing(at, met=answered)
        if self.was_taken:
            self.handle = self._entry(at, "handle", self.talked)
        self._judge()

    def _hang_up(self, at: int) -> None:
        if self.talking_since is not None:
            self.talked += at - self.talking_since
            self.talking_since = None

    def counted(self) -> list[Entry]:
        """Return everything that was counted; what its end counts as only while it lasts."""
        return self.entries + list(self.outcome) + ([] if self.handle is None else [self.handle])

    def shown(self) -> Shown:
        """Return what a contact that is not over shows."""
        if self.over:
            return Shown()
        return Shown(waiting_since=self.waiting_since, clocks=self.shown_clocks())
