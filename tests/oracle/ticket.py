"""The life of a ticket."""

from __future__ import annotations

from typing import Any

from tests.oracle.desk import Labels
from tests.oracle.story import Stopwatch, Story

SOLVED = {"solved", "closed"}


class TicketStory(Story):
    """A ticket, told from its events."""

    opening = "ticket.created"

    agent: str | None = None
    seen_unsolved = False
    solved_before = False
    first_response_over = True
    wrote_while_solved = False
    resolution: Stopwatch | None = None
    cycles = 0
    next_status: str | None = None
    later: Labels
    """With `next_status` what a ticket that is gone takes up when it comes back."""

    def on_created(self, minute: int, says: dict[str, Any]) -> None:
        """It begins; born solved it has nothing to do."""
        self.begun = minute
        self.labels |= {name: says.get(name) for name in ("queue", "channel", "priority")}
        self.labels["tier"] = says.get("customer_tier")
        self.agent = says.get("agent_id")
        self.status = says.get("status", "new")
        self.count(minute, "created")
        if self.status in SOLVED:
            return
        self.seen_unsolved = True
        self.first_response_over = False
        if says.get("opened_by", "customer") == "customer":
            self.start("first_response", 1, minute)
        self._begin_work(minute)

    def on_message(self, minute: int, says: dict[str, Any]) -> None:
        """Somebody writes; only customers and human agents in public matter to the clocks."""
        if self.gone:
            return
        self.count(minute, "messages")
        if says["visibility"] != "public":
            return
        if says["author"] == "customer":
            if self.status in SOLVED:
                self.wrote_while_solved = True
            else:
                self._customer_waits(minute)
        elif says["author"] == "agent":
            self.wrote_while_solved = False
            if self.clock("first_response") is not None:
                self.first_response_over = True
            self.respond(minute)

    def on_assigned(self, minute: int, says: dict[str, Any]) -> None:
        """It is given to somebody; another queue is a transfer, unless none was known."""
        queue = says.get("queue")
        if queue is not None and queue != (self.later if self.gone else self.labels)["queue"]:
            self.agent = None
            if self.gone:
                self.later["queue"] = queue
            else:
                self._transfer(minute, queue)
        if "agent_id" in says:
            self.agent = says["agent_id"]

    def _transfer(self, minute: int, queue: str) -> None:
        if self.labels["queue"] is not None:
            self.count(minute, "transferred")
        self.stop("ownership", minute, met=True)
        self.relabel(minute, queue=queue)
        if self.status not in SOLVED:
            self.start("ownership", 1, minute)

    def on_status_changed(self, minute: int, says: dict[str, Any]) -> None:
        """Its status is set; what is gone takes it up when it comes back."""
        if self.gone:
            self.next_status = says["status"]
        else:
            self._set_status(minute, says["status"])

    def _set_status(self, minute: int, status: str) -> None:
        was, self.status = self.status, status
        if status in SOLVED and was not in SOLVED:
            self._solve(minute)
        elif status not in SOLVED and was in SOLVED:
            self._reopen(minute)
        if status not in SOLVED:
            self.seen_unsolved = True

    def _solve(self, minute: int) -> None:
        if self.seen_unsolved:
            self.count(minute, "solved")
            if self.begun is not None:
                if not self.solved_before:
                    self.count(minute, "first_resolution", minute - self.begun)
                self.count(minute, "full_resolution", minute - self.begun)
                self.solved_before = True
        if self.stop("first_response", minute, met=True) is not None:
            self.first_response_over = True
        self.stop("next_response", minute, met=True)
        self.stop("resolution", minute, met=True)
        self.stop("ownership", minute, met=True)

    def _reopen(self, minute: int) -> None:
        self.count(minute, "reopened")
        self._begin_work(minute)
        if self.wrote_while_solved:
            self.wrote_while_solved = False
            self._customer_waits(minute)

    def _begin_work(self, minute: int) -> None:
        if self.begun is not None:
            earlier, self.cycles = self.resolution, self.cycles + 1
            clock = self.resolution = self.start("resolution", self.cycles, minute)
            rule = clock.promise or (earlier.promise if earlier is not None else None)
            if earlier is not None and not (rule is not None and rule.restart):
                clock.started, clock.elapsed, clock.failed = earlier.started, earlier.elapsed, earlier.failed
                clock.measured = earlier.measured
                self.measure(clock, minute)
                clock.measured = clock.measured or clock.promise is not None
                if clock.promise is not None and clock.elapsed > clock.promise.within:
                    self.fail(clock, minute)
        if self.labels["queue"] is not None:
            self.start("ownership", 1, minute)

    def _customer_waits(self, minute: int) -> None:
        if self.clock("first_response") is not None or self.clock("next_response") is not None:
            return
        self.start("next_response" if self.first_response_over else "first_response", 1, minute)

    def on_priority_changed(self, minute: int, says: dict[str, Any]) -> None:
        """Its priority is set."""
        if self.gone:
            self.later["priority"] = says["priority"]
        else:
            self.relabel(minute, priority=says["priority"])

    def on_escalated(self, minute: int, _says: dict[str, Any]) -> None:
        """It is escalated."""
        if not self.gone:
            self.count(minute, "escalated")

    def on_merged(self, _minute: int, _says: dict[str, Any]) -> None:
        """It leaves the desk; its clocks go on unseen."""
        if not self.gone:
            self.gone = True
            self.next_status = self.status
            self.later = dict(self.labels)

    on_deleted = on_merged

    def on_restored(self, minute: int, _says: dict[str, Any]) -> None:
        """It comes back: what ran out before this minute is a breach now."""
        if not self.gone:
            return
        self.gone = False
        for clock in self.open_clocks:
            if clock.run_out is not None and clock.run_out < minute:
                self.fail(clock, minute)
        self.relabel(minute, **self.later)
        if self.next_status is not None and self.next_status != self.status:
            self._set_status(minute, self.next_status)
        if self.status not in SOLVED and self.clock("ownership") is None and self.labels["queue"] is not None:
            self.start("ownership", 1, minute)

    def shown(self) -> list[Any]:
        """Return what an unsolved ticket counts in."""
        if self.gone or self.status in SOLVED:
            return []
        names: list[Any] = self.shown_clocks()
        if self.status is not None:
            names.append(self.status)
            if self.agent is None:
                names.append("unassigned")
        waits = self.clock("first_response") or self.clock("next_response")
        if waits is not None:
            names += ["unanswered", ("unanswered since", waits.started)]
        return names
