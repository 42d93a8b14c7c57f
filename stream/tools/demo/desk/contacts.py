"""Live contacts: customers who call or chat, meet a bot, wait, talk to an agent or give up."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Final

from stream.tools.demo.desk.clockwork import Clockwork
from stream.tools.demo.desk.people import People
from stream.tools.demo.desk.plan import Line, Manner, Plan
from stream.tools.demo.desk.staff import Agent, Staff
from stream.tools.demo.desk.tickets import Tickets

RINGS_S: Final = 15.0
"""After that an unanswered phone rings at another agent."""
WRITTEN_UP: Final = 0.04
"""Share of talks that the agent opens a ticket for."""


class Contact:
    """One customer, now."""

    __slots__ = ("attempt", "channel", "key", "line", "manner", "queue", "since", "waiting")

    def __init__(self, key: str, line: Line, manner: Manner) -> None:
        self.key = key
        self.line = line
        self.manner = manner
        self.queue = line.queue
        self.channel = line.channel
        self.waiting = False
        self.since = 0
        """When the wait began, microseconds."""
        self.attempt = 0
        """Number of the wait: a patience that ran out earlier must not end a later one."""


class Contacts:
    """All live contacts."""

    def __init__(self, clockwork: Clockwork, plan: Plan, people: People, tickets: Tickets) -> None:
        self._clockwork = clockwork
        self._plan = plan
        self._people = people
        self._tickets = tickets
        self._waiting: dict[tuple[str, str], deque[Contact]] = {}
        self._elsewhere = {
            (line.queue, line.channel): [
                other.queue for other in plan.lines if other.channel == line.channel and other.queue != line.queue
            ]
            for line in plan.lines
        }
        self.staff: Staff

    def arrive(self, line: Line) -> None:
        """Let a customer come in."""
        tick, plan = self._clockwork, self._plan
        manner = plan.manners[line.channel]
        contact = Contact(tick.number("C"), line, manner)
        by_bot = tick.happens(manner.bot)
        tick.emit(
            "chat.started",
            chat_id=contact.key,
            channel=line.channel,
            queue=line.queue,
            handled_by="bot" if by_bot else "queue",
            priority=tick.pick(plan.priorities),
            customer_tier=tick.pick(plan.tiers),
        )
        if by_bot:
            self._bot_answers(contact, 1 + tick.chance.randrange(3))
        else:
            self._wait(contact)

    def serve(self, agent: Agent) -> bool:
        """Give an agent who has become free the customer that waits for longest; False where nobody waits."""
        longest: deque[Contact] | None = None
        for queue in agent.queues:
            for channel in agent.channels:
                waiting = self._waiting.get((queue, channel))
                if waiting and (longest is None or waiting[0].since < longest[0].since):
                    longest = waiting
        if longest is None:
            return False
        self._offer(longest.popleft(), agent)
        return True

    # --- the bot ----------------------------------------------------------------------------------------------------

    def _bot_answers(self, contact: Contact, left: int) -> None:
        tick = self._clockwork
        tick.emit("chat.message", chat_id=contact.key, author="customer", visibility="public")
        tick.after(1.5, partial(self._say, contact, "bot"))
        if left:
            tick.after(tick.around(25), partial(self._bot_answers, contact, left - 1))
        elif tick.happens(contact.manner.bot_solves):
            tick.after(tick.around(20), partial(self._end, contact, "customer", resolved=True))
        else:
            tick.after(3, partial(self._hand_off, contact))

    def _hand_off(self, contact: Contact) -> None:
        self._clockwork.emit("chat.queued", chat_id=contact.key, queue=contact.queue)
        self._wait(contact)

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, contact: Contact) -> None:
        tick = self._clockwork
        contact.attempt += 1
        contact.since = tick.now
        # A few hang up at once, most wait for a while.
        patience = tick.chance.uniform(1, 5) if tick.happens(0.01) else tick.around(contact.manner.patience_s, 0.8)
        tick.after(patience, partial(self._lose_patience, contact, contact.attempt))
        self._queue_up(contact, first=False)

    def _queue_up(self, contact: Contact, *, first: bool) -> None:
        contact.waiting = True
        agent = self.staff.free(contact.queue, contact.channel)
        if agent is not None:
            self._offer(contact, agent)
            return
        waiting = self._waiting.setdefault((contact.queue, contact.channel), deque())
        if first:
            waiting.appendleft(contact)
        else:
            waiting.append(contact)

    def _lose_patience(self, contact: Contact, attempt: int) -> None:
        if not contact.waiting or contact.attempt != attempt:
            return
        contact.waiting = False
        waiting = self._waiting.get((contact.queue, contact.channel))
        if waiting and contact in waiting:
            waiting.remove(contact)
        called_back = self._clockwork.happens(contact.manner.callback)
        self._clockwork.emit("chat.callback_requested" if called_back else "chat.abandoned", chat_id=contact.key)

    # --- with an agent ----------------------------------------------------------------------------------------------

    def _offer(self, contact: Contact, agent: Agent) -> None:
        tick = self._clockwork
        self.staff.take(agent)
        tick.emit("chat.offered", chat_id=contact.key, agent_id=agent.name)
        if tick.happens(contact.manner.missed):
            tick.after(RINGS_S, partial(self._miss, contact, agent))
        else:
            tick.after(tick.chance.uniform(1.5, 5), partial(self._accept, contact, agent))

    def _miss(self, contact: Contact, agent: Agent) -> None:
        if contact.waiting:
            self._clockwork.emit("chat.missed", chat_id=contact.key, agent_id=agent.name)
            self._queue_up(contact, first=True)
        self.staff.finish(agent)

    def _accept(self, contact: Contact, agent: Agent) -> None:
        if not contact.waiting:
            self.staff.finish(agent)
            return
        contact.waiting = False
        tick = self._clockwork
        tick.emit("chat.accepted", chat_id=contact.key, agent_id=agent.name)
        talk = tick.around(contact.line.handle_s, 0.45)
        if contact.manner.turns:
            turns = max(1, round(tick.around(contact.manner.turns, 0.4)))
            for turn in range(turns):
                at = talk * turn / turns
                tick.after(at + tick.chance.uniform(4, 20), partial(self._say, contact, "agent"))
                if turn:
                    tick.after(at, partial(self._say, contact, "customer"))
        # The last words are said before the goodbye.
        tick.after(talk + 25, partial(self._finish_talk, contact, agent))

    def _finish_talk(self, contact: Contact, agent: Agent) -> None:
        tick = self._clockwork
        elsewhere = self._elsewhere[contact.queue, contact.channel] if contact.attempt < 3 else ()
        if elsewhere and tick.happens(contact.manner.transfer):
            contact.queue = tick.chance.choice(elsewhere)
            tick.emit("chat.transferred", chat_id=contact.key, queue=contact.queue)
            self._wait(contact)
            self.staff.finish(agent)
            return
        if tick.happens(WRITTEN_UP):
            self._tickets.open_for(contact.queue, agent)
        self._end(contact, "customer" if tick.happens(0.7) else "agent", resolved=tick.happens(0.88))
        self.staff.wrap_up(agent)
        tick.after(tick.around(contact.manner.wrap_s, 0.4), partial(self._wrapped_up, contact, agent))

    def _wrapped_up(self, contact: Contact, agent: Agent) -> None:
        self._clockwork.emit("chat.wrapped_up", chat_id=contact.key)
        self.staff.finish(agent)

    def _say(self, contact: Contact, author: str) -> None:
        self._clockwork.emit("chat.message", chat_id=contact.key, author=author, visibility="public")

    def _end(self, contact: Contact, ended_by: str, *, resolved: bool) -> None:
        self._clockwork.emit("chat.ended", chat_id=contact.key, ended_by=ended_by, resolved=resolved)
        self._people.ask(contact.key, contact.queue, contact.channel, content=0.9 if resolved else 0.4)
