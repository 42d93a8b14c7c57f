"""The life of a ticket."""

from __future__ import annotations

from typing import Any

from tests.oracle.entry import Entry, Shown
from tests.oracle.policy import Labels
from tests.oracle.story import SOLVED, Stopwatch, Story


class TicketStory(Story):
    """A ticket, told from its events."""

    opening = "ticket.created"

    seen_unsolved = False
    first_solved_at: int | None = None
    first_contact: Entry | None = None
    """That it was resolved at first contact, until it is reopened too soon."""
    first_response_over = True
    wrote_while_solved = False
    resolution: Stopwatch | None = None
    next_status: str | None = None
    later: Labels
    """With `next_status` what a ticket that is gone takes up when it comes back."""

    def on_created(self, at: int, says: dict[str, Any]) -> None:
        """It begins; born solved it has nothing to do."""
        self.begun = at
        self.labels |= {name: says.get(name) for name in ("queue", "channel", "priority")}
        self.labels["tier"] = says.get("customer_tier")
        self.agent = says.get("agent_id")
        self.status = says.get("status", "new")
        self.awaits_customer = says.get("opened_by") == "agent"
        self.count(at, "created")
        if self.status in SOLVED:
            return
        self.seen_unsolved = True
        self.first_response_over = False
        if says.get("opened_by", "customer") == "customer":
            self.start("first_response", at)
        self._begin_work(at)

    def on_message(self, at: int, says: dict[str, Any]) -> None:
        """Somebody writes; only customers and human agents in public matter to the clocks."""
        if self.gone:
            return
        self.count(at, "messages")
        if says["visibility"] != "public":
            return
        if says["author"] == "customer":
            self.awaits_customer = False
            if self.status in SOLVED:
                self.wrote_while_solved = True
            else:
                self._customer_waits(at)
        elif says["author"] == "agent":
            self.wrote_while_solved = False
            if self.clock("first_response") is not None:
                self.first_response_over = True
            self.reply(at)

    def on_assigned(self, at: int, says: dict[str, Any]) -> None:
        """It is given to somebody; another queue is a transfer, unless none was known."""
        queue = says.get("queue")
        if queue is not None and queue != self.last_labels()["queue"]:
            self.agent = None
            if self.gone:
                self.later["queue"] = queue
            else:
                self._transfer(at, queue)
        if "agent_id" in says:
            self.agent = says["agent_id"]

    def _transfer(self, at: int, queue: str) -> None:
        if self.labels["queue"] is not None:
            self.count(at, "transferred")
        self.stop("ownership", at, met=True)
        self.relabel(at, queue=queue)
        if self.status not in SOLVED:
            self.start("ownership", at)

    def on_status_changed(self, at: int, says: dict[str, Any]) -> None:
        """Its status is set; what is gone takes it up when it comes back."""
        if self.gone:
            self.next_status = says["status"]
        else:
            self._set_status(at, says["status"])

    def _set_status(self, at: int, status: str) -> None:
        was, self.status = self.status, status
        if status in SOLVED and was not in SOLVED:
            self._solve(at)
        elif status not in SOLVED and was in SOLVED:
            self._reopen(at)
        if status not in SOLVED:
            self.seen_unsolved = True

    def _solve(self, at: int) -> None:
        if self.seen_unsolved:
            self.count(at, "solved", agent=self.agent)
            if self.begun is not None:
                if self.first_solved_at is None:
                    self._solve_first(at, self.begun)
                self.count(at, "full_resolution", at - self.begun)
        if self.stop("first_response", at, met=True) is not None:
            self.first_response_over = True
        self.stop("next_response", at, met=True)
        self.stop("resolution", at, met=True)
        self.stop("ownership", at, met=True)

    def _solve_first(self, at: int, begun: int) -> None:
        self.first_solved_at = at
        self.count(at, "first_solved")
        self.count(at, "first_resolution", at - begun)
        if self.public_replies == 1:
            self.first_contact = Entry(at, self.rules.group(self.labels), "first_contact_resolved")

    def _reopen(self, at: int) -> None:
        self.count(at, "reopened")
        if self.first_solved_at is not None and at - self.first_solved_at <= self.rules.reopen:
            self.first_contact = None
        self._begin_work(at)
        if self.wrote_while_solved:
            self.wrote_while_solved = False
            self._customer_waits(at)

    def _begin_work(self, at: int) -> None:
        if self.begun is not None:
            earlier = self.resolution
            clock = self.resolution = self.start("resolution", at)
            rule = clock.promise or (earlier.promise if earlier is not None else None)
            if earlier is not None and not (rule is not None and rule.restart):
                clock.started, clock.elapsed, clock.failed = earlier.started, earlier.elapsed, earlier.failed
                clock.measured = earlier.measured
                self.measure(clock, at)
                clock.measured = clock.measured or clock.promise is not None
                if clock.promise is not None and clock.elapsed > clock.promise.within:
                    self.fail(clock, at)
        if self.labels["queue"] is not None:
            self.start("ownership", at)

    def _customer_waits(self, at: int) -> None:
        if self.clock("first_response") is not None or self.clock("next_response") is not None:
            return
        self.start("next_response" if self.first_response_over else "first_response", at)

    def last_labels(self) -> Labels:
        """Return what the ticket was last said to be, while it was gone, too."""
        return self.later if self.gone else self.labels

    def on_priority_changed(self, at: int, says: dict[str, Any]) -> None:
        """Its priority is set."""
        if self.gone:
            self.later["priority"] = says["priority"]
        else:
            self.relabel(at, priority=says["priority"])

    def on_escalated(self, at: int, _says: dict[str, Any]) -> None:
        """It is escalated."""
        if not self.gone:
            self.count(at, "escalated")

    def on_merged(self, _at: int, _says: dict[str, Any]) -> None:
        """It leaves the desk; its clocks go on unseen."""
        if not self.gone:
            self.gone = True
            self.next_status = self.status
            self.later = dict(self.labels)
            for clock in self.open_clocks:
                clock.left_with = clock.elapsed

    on_deleted = on_merged

    def on_restored(self, at: int, _says: dict[str, Any]) -> None:
        """It comes back: what ran out before this at is a breach now."""
        if not self.gone:
            return
        self.gone = False
        for clock in self.open_clocks:
            if clock.run_out is not None and clock.run_out < at:
                self.fail(clock, at)
        self.relabel(at, **self.later)
        if self.next_status is not None and self.next_status != self.status:
            self._set_status(at, self.next_status)
        if self.status not in SOLVED and self.clock("ownership") is None and self.labels["queue"] is not None:
            self.start("ownership", at)

    def counted(self) -> list[Entry]:
        """Return everything that was counted and not taken back."""
        return self.entries + ([] if self.first_contact is None else [self.first_contact])

    def shown(self) -> Shown:
        """Return what an unsolved ticket shows."""
        if self.gone or self.status in SOLVED:
            return Shown()
        waits = self.clock("first_response") or self.clock("next_response")
        return Shown(
            status=self.status,
            unassigned=self.status is not None and self.agent is None,
            unanswered_since=None if waits is None else waits.started,
            clocks=self.shown_clocks(),
        )
