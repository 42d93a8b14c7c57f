"""The life of a contact."""

from __future__ import annotations

from typing import Any

from tests.oracle.story import Entry, Story


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
    handle: Entry | None = None

    def on_started(self, minute: int, says: dict[str, Any]) -> None:
        """It begins, with a bot or in a queue."""
        self.begun = minute
        self.labels |= {name: says.get(name) for name in ("queue", "channel", "priority")}
        self.labels["tier"] = says.get("customer_tier")
        if says.get("handled_by", "queue") == "queue":
            self._wait(minute)

    def on_queued(self, minute: int, says: dict[str, Any]) -> None:
        """It is put in a queue; in the one where it waits already, nothing happens."""
        queue = says.get("queue") or self.labels["queue"]
        if self.waiting_since is not None and self.labels["queue"] is not None and queue != self.labels["queue"]:
            self._flow_out(minute)
        more = {name: says[name] for name in ("channel", "priority") if says.get(name)}
        self.relabel(minute, queue=queue, **more)
        if self.waiting_since is None:
            self._wait(minute)

    def on_transferred(self, minute: int, says: dict[str, Any]) -> None:
        """It is sent to a queue, by an agent or out of another queue."""
        self.count(minute, "transferred")
        if self.waiting_since is not None:
            self._flow_out(minute)
        self.relabel(minute, queue=says["queue"])
        self._wait(minute)

    def on_offered(self, minute: int, says: dict[str, Any]) -> None:
        """An agent's phone rings, which no figure shows."""

    on_missed = on_offered

    def on_accepted(self, minute: int, _says: dict[str, Any]) -> None:
        """An agent takes it."""
        if self.over:
            return
        if self.waiting_since is not None:
            self._answer(minute, minute - self.waiting_since, booked=True)
            self.stop("wait", minute, met=True)
            self.waiting_since = None
        elif not self.was_in_queue:
            self.was_in_queue = True
            self.count(minute, "offered")
            self._answer(minute, 0, booked=self.begun is not None)
            self._expect_first_response(minute)
        if self.talking_since is None:
            self.talking_since = minute
        self.was_taken = True
        if self.labels["channel"] == "voice" and self.clock("first_response") is not None:
            self.first_response_over = True
            self.respond(minute)

    def on_message(self, minute: int, says: dict[str, Any]) -> None:
        """Somebody writes."""
        self.count(minute, "messages")
        if says["visibility"] != "public":
            return
        if says["author"] == "agent":
            if self.clock("first_response") is not None:
                self.first_response_over = True
            self.respond(minute)
        elif says["author"] == "customer" and self.first_response_over and not self.over:
            self._expect_next_response(minute)

    def on_abandoned(self, minute: int, _says: dict[str, Any]) -> None:
        """The customer leaves."""
        if not self.over:
            in_vain = self.waiting_since is not None
            self._abandon(minute)
            self._end(minute, answered=not in_vain)

    def on_callback_requested(self, minute: int, _says: dict[str, Any]) -> None:
        """The customer prefers to be called."""
        if self.waiting_since is not None:
            self.count(minute, "callbacks")
            self._leave_queue(minute)
            self._expect_nothing(minute, met=False)

    def on_ended(self, minute: int, says: dict[str, Any]) -> None:
        """It is over."""
        if self.over:
            return
        in_vain = self.waiting_since is not None
        if in_vain and says.get("ended_by") in {None, "customer"}:
            self._abandon(minute)
        elif in_vain:
            self._flow_out(minute)
        self._end(minute, answered=not in_vain)

    def on_wrapped_up(self, minute: int, _says: dict[str, Any]) -> None:
        """The work after it is done: its handle time is booked now, not at the end."""
        if self.over and self.was_taken:
            self.handle = Entry(minute, self.group(), "handle", self.talked + minute - self.ended_at)

    def _wait(self, minute: int) -> None:
        self._hang_up(minute)
        self.handle = None
        self.over = False
        self.was_in_queue = True
        self.waiting_since = minute
        self.count(minute, "offered")
        self.start("wait", 1, minute)
        self._expect_first_response(minute)

    def _expect_first_response(self, minute: int) -> None:
        if not self.first_response_over and self.clock("first_response") is None:
            self.start("first_response", 1, minute)

    def _expect_next_response(self, minute: int) -> None:
        if self.clock("next_response") is None:
            self.start("next_response", 1, minute)

    def _expect_nothing(self, minute: int, *, met: bool) -> None:
        if self.stop("first_response", minute, met=met) is not None:
            self.first_response_over = True
        self.stop("next_response", minute, met=met)

    def _answer(self, minute: int, waited: int, *, booked: bool) -> None:
        self.count(minute, "answered")
        if booked:
            self.count(minute, "wait", waited)
        promise = self.rules.promise("wait", self.labels)
        if promise is None:
            self.count(minute, "answered_without_target")
        elif waited <= promise.within:
            self.count(minute, "answered_in_target")

    def _abandon(self, minute: int) -> None:
        if self.waiting_since is None:
            return
        waited = minute - self.waiting_since
        self.count(minute, "abandoned")
        self.count(minute, "abandon_wait", waited)
        promise = self.rules.promise("wait", self.labels)
        if promise is None:
            self.count(minute, "abandoned_without_target")
        else:
            if waited <= promise.within:
                self.count(minute, "abandoned_in_target")
            if promise.short is not None and waited <= promise.short:
                self.count(minute, "short_abandons")
        self._leave_queue(minute)

    def _flow_out(self, minute: int) -> None:
        self.count(minute, "flow_outs")
        self._leave_queue(minute)

    def _leave_queue(self, minute: int) -> None:
        self.stop("wait", minute, met=False)
        self.waiting_since = None

    def _end(self, minute: int, *, answered: bool) -> None:
        self._hang_up(minute)
        self.over = True
        self.ended_at = minute
        self._expect_nothing(minute, met=answered)
        if self.was_taken:
            self.handle = Entry(minute, self.group(), "handle", self.talked)

    def _hang_up(self, minute: int) -> None:
        if self.talking_since is not None:
            self.talked += minute - self.talking_since
            self.talking_since = None

    def shown(self) -> list[Any]:
        """Return what a contact that is not over counts in."""
        if self.over:
            return []
        names: list[Any] = self.shown_clocks()
        if self.waiting_since is not None:
            names += ["waiting", ("waiting since", self.waiting_since)]
        return names
