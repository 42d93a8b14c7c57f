"""Tickets: work in writing that waits for hours, comes back, is moved, merged and now and then forgotten."""

from __future__ import annotations

import heapq
from functools import partial
from typing import Final

from stream.core.times import HOUR
from stream.tools.demo.desk.clockwork import Clockwork
from stream.tools.demo.desk.people import People
from stream.tools.demo.desk.plan import Line, Plan
from stream.tools.demo.desk.staff import Agent, Staff

MAIL: Final = "email"
HEAD_START: Final = {"urgent": 12 * HOUR, "high": 2 * HOUR, "normal": 0, "low": -HOUR // 2}
"""How much older than it is a ticket counts when an agent looks for the next one."""
OUTCOMES: Final = {"solved": 0.62, "pending": 0.28, "on_hold": 0.07, "escalated": 0.03}
MISROUTED: Final = 0.06
RETHOUGHT: Final = 0.04
FOLLOWED_UP: Final = 0.12
MERGED: Final = 0.012
DELETED: Final = 0.006
RESTORED: Final = 0.4
NOTED: Final = 0.25
REOPENED: Final = 0.06
CLOSE_S: Final = 2 * 86_400.0
GIVE_UP_S: Final = 10 * 3_600.0
"""A customer who was asked and has not answered by then gets the ticket solved."""


class Ticket:
    """One request in writing."""

    __slots__ = ("assigned", "attempt", "channel", "gone", "handle_s", "key", "priority", "queue", "queued", "status")

    def __init__(self, key: str, line: Line, priority: str, status: str) -> None:
        self.key = key
        self.queue = line.queue
        self.channel = line.channel
        self.handle_s = line.handle_s
        self.priority = priority
        self.status = status
        self.queued = False
        """Waits for an agent."""
        self.assigned = False
        self.gone = False
        """Merged or deleted."""
        self.attempt = 0
        """Number of the last change of status: what was planned before it is void."""


class Tickets:
    """All tickets."""

    def __init__(self, clockwork: Clockwork, plan: Plan, people: People) -> None:
        self._clockwork = clockwork
        self._plan = plan
        self._people = people
        self._backlog: dict[str, list[tuple[int, int, Ticket]]] = {}
        self._queued = 0
        self._recent: dict[str, Ticket] = {}
        self._lines = {line.queue: line for line in plan.lines if line.channel == MAIL}
        self.staff: Staff

    def arrive(self, line: Line) -> None:
        """Let a mail come in."""
        tick = self._clockwork
        ticket = self._create(line, "new", "customer")
        if tick.happens(0.7):
            tick.after(2, partial(self._say, ticket, "system"))
        if tick.happens(MISROUTED):
            tick.after(tick.around(300), partial(self._reroute, ticket))
        elif tick.happens(RETHOUGHT):
            tick.after(tick.around(400), partial(self._rethink, ticket))
        if tick.happens(FOLLOWED_UP):
            tick.after(tick.around(2_400), partial(self._write_again, ticket))
        sibling = self._recent.get(ticket.queue)
        self._recent[ticket.queue] = ticket
        if sibling is not None and tick.happens(MERGED):
            tick.after(tick.around(240), partial(self._merge, ticket, sibling))
        elif tick.happens(DELETED):
            tick.after(tick.around(200), partial(self._delete, ticket))
        self._queue_up(ticket)

    def open_for(self, queue: str, agent: Agent) -> None:
        """Let an agent write to a customer who called, where the queue writes at all."""
        line = self._lines.get(queue)
        if line is None:
            return
        ticket = self._create(line, "open", "agent", agent)
        ticket.assigned = True
        self._say(ticket, "agent", agent)
        self._set(ticket, "pending")

    def serve(self, agent: Agent) -> bool:
        """Give an agent who has become free the most pressing ticket; False where there is none."""
        best: list[tuple[int, int, Ticket]] | None = None
        for queue in agent.queues:
            backlog = self._backlog.get(queue)
            while backlog and not self._is_due(backlog[0][2], queue):
                heapq.heappop(backlog)
            if backlog and (best is None or backlog[0] < best[0]):
                best = backlog
        if best is None or MAIL not in agent.channels:
            return False
        self._work(heapq.heappop(best)[2], agent)
        return True

    # --- coming in --------------------------------------------------------------------------------------------------

    def _create(self, line: Line, status: str, opened_by: str, agent: Agent | None = None) -> Ticket:
        tick, plan = self._clockwork, self._plan
        ticket = Ticket(tick.number("T"), line, tick.pick(plan.priorities), status)
        tick.emit(
            "ticket.created",
            ticket_id=ticket.key,
            channel=line.channel,
            queue=line.queue,
            priority=ticket.priority,
            status=status,
            opened_by=opened_by,
            customer_tier=tick.pick(plan.tiers),
            agent_id=agent.name if agent else None,
        )
        return ticket

    def _queue_up(self, ticket: Ticket) -> None:
        ticket.queued = True
        agent = self.staff.free(ticket.queue, MAIL)
        if agent is not None:
            self._work(ticket, agent)
            return
        self._queued += 1
        pressing = self._clockwork.now - HEAD_START[ticket.priority]
        heapq.heappush(self._backlog.setdefault(ticket.queue, []), (pressing, self._queued, ticket))

    @staticmethod
    def _is_due(ticket: Ticket, queue: str) -> bool:
        return ticket.queued and not ticket.gone and ticket.queue == queue

    def _reroute(self, ticket: Ticket) -> None:
        others = [queue for queue in self._lines if queue != ticket.queue]
        if ticket.queued and not ticket.gone and others:
            ticket.queue = self._clockwork.chance.choice(others)
            self._clockwork.emit("ticket.assigned", ticket_id=ticket.key, queue=ticket.queue)
            self._queue_up(ticket)

    def _rethink(self, ticket: Ticket) -> None:
        if ticket.queued and not ticket.gone:
            ticket.priority = "high" if ticket.priority == "normal" else "normal"
            self._clockwork.emit("ticket.priority_changed", ticket_id=ticket.key, priority=ticket.priority)

    def _write_again(self, ticket: Ticket) -> None:
        if ticket.queued and not ticket.gone:
            self._say(ticket, "customer")

    def _merge(self, ticket: Ticket, into: Ticket) -> None:
        if ticket.queued and not ticket.gone and not into.gone:
            ticket.gone = True
            self._clockwork.emit("ticket.merged", ticket_id=ticket.key, into=into.key)

    def _delete(self, ticket: Ticket) -> None:
        if ticket.queued and not ticket.gone:
            ticket.gone = True
            self._clockwork.emit("ticket.deleted", ticket_id=ticket.key)
            if self._clockwork.happens(RESTORED):
                self._clockwork.after(self._clockwork.around(600), partial(self._restore, ticket))

    def _restore(self, ticket: Ticket) -> None:
        ticket.gone = False
        self._clockwork.emit("ticket.restored", ticket_id=ticket.key)
        self._queue_up(ticket)

    # --- with an agent ----------------------------------------------------------------------------------------------

    def _work(self, ticket: Ticket, agent: Agent) -> None:
        tick = self._clockwork
        ticket.queued = False
        self.staff.take(agent)
        if not ticket.assigned:
            ticket.assigned = True
            tick.emit("ticket.assigned", ticket_id=ticket.key, agent_id=agent.name)
        if ticket.status == "new":
            self._set(ticket, "open")
        if tick.happens(NOTED):
            tick.after(60, partial(self._say, ticket, "agent", agent, "internal"))
        tick.after(60 + tick.around(ticket.handle_s), partial(self._reply, ticket, agent))

    def _reply(self, ticket: Ticket, agent: Agent) -> None:
        tick = self._clockwork
        self._say(ticket, "agent", agent)
        outcome = tick.pick(OUTCOMES)
        if outcome == "escalated":
            tick.emit("ticket.escalated", ticket_id=ticket.key)
            self._queue_up(ticket)
        else:
            self._set(ticket, outcome)
        self.staff.finish(agent)

    # --- afterwards -------------------------------------------------------------------------------------------------

    def _set(self, ticket: Ticket, status: str) -> None:
        tick = self._clockwork
        ticket.status = status
        ticket.attempt += 1
        tick.emit("ticket.status_changed", ticket_id=ticket.key, status=status)
        attempt = ticket.attempt
        if status == "solved":
            self._people.ask(ticket.key, ticket.queue, ticket.channel, content=0.8)
            if tick.happens(REOPENED):
                tick.after(tick.around(3_600, 1.0), partial(self._come_back, ticket, attempt, written=True))
            tick.after(CLOSE_S, partial(self._close, ticket, attempt))
        elif status == "pending":
            if tick.happens(0.8):
                tick.after(tick.around(4_500, 1.0), partial(self._come_back, ticket, attempt, written=True))
            tick.after(GIVE_UP_S, partial(self._give_up, ticket, attempt))
        elif status == "on_hold":
            tick.after(tick.around(7_200, 0.7), partial(self._come_back, ticket, attempt, written=False))

    def _come_back(self, ticket: Ticket, attempt: int, *, written: bool) -> None:
        if ticket.attempt == attempt:
            if written:
                self._say(ticket, "customer")
            self._set(ticket, "open")
            self._queue_up(ticket)

    def _give_up(self, ticket: Ticket, attempt: int) -> None:
        if ticket.attempt == attempt:
            self._set(ticket, "solved")

    def _close(self, ticket: Ticket, attempt: int) -> None:
        if ticket.attempt == attempt:
            self._set(ticket, "closed")

    def _say(self, ticket: Ticket, author: str, agent: Agent | None = None, visibility: str = "public") -> None:
        self._clockwork.emit(
            "ticket.message",
            ticket_id=ticket.key,
            author=author,
            visibility=visibility,
            agent_id=agent.name if agent else None,
        )
