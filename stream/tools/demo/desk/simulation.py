"""All of the desk put together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stream.tools.demo.desk.clockwork import Clockwork, EventFields
from stream.tools.demo.desk.contacts import Contacts
from stream.tools.demo.desk.curve import intensity
from stream.tools.demo.desk.default import DESK
from stream.tools.demo.desk.people import People
from stream.tools.demo.desk.plan import Line, Plan
from stream.tools.demo.desk.staff import FRIDAY, Agent, Staff
from stream.tools.demo.desk.tickets import MAIL, Tickets


def simulate(start: int, seed: int = 1, plan: Plan = DESK, run: str = "") -> Iterator[tuple[int, EventFields]]:
    """Yield what happens at a desk from `start` on, in order of time, for ever: (microseconds, event).

    The same arguments give the same events.

    Args:
        start: microseconds since the Unix epoch; the desk begins with no open work.
        seed: of all chance.
        plan: the desk.
        run: stands in every id.
    """
    clockwork = Clockwork(start, seed, plan.zone, run)
    people = People(clockwork)
    tickets = Tickets(clockwork, plan, people)
    contacts = Contacts(clockwork, plan, people, tickets)

    def on_free(agent: Agent) -> None:
        while agent.can_take and (contacts.serve(agent) or tickets.serve(agent)):
            pass

    tickets.staff = contacts.staff = Staff(clockwork, plan.teams, plan.troubles, on_free)
    for line in plan.lines:
        clockwork.after(_gap(clockwork, line), partial(_arrive, clockwork, contacts, tickets, line))
    return clockwork.events()


def trouble_at(plan: Plan, at: int) -> str | None:
    """Return the queue whose agents drop out at an instant, or None while all goes its usual way."""
    day, hour = divmod(Clockwork(at, 0, plan.zone, "").local_hours(), 24.0)
    queues = {team.name: team.queues[0] for team in plan.teams}
    for trouble in plan.troubles:
        if day <= FRIDAY and trouble.hour <= hour < trouble.hour + trouble.minutes / 60.0:
            return queues[trouble.team]
    return None


def _arrive(clockwork: Clockwork, contacts: Contacts, tickets: Tickets, line: Line) -> None:
    clockwork.after(_gap(clockwork, line), partial(_arrive, clockwork, contacts, tickets, line))
    # Thinning: candidates come at the busiest hour's pace, and as many of them are real as the hour has.
    if clockwork.happens(intensity(clockwork.local_hours())):
        (tickets if line.channel == MAIL else contacts).arrive(line)


def _gap(clockwork: Clockwork, line: Line) -> float:
    return clockwork.chance.expovariate(line.per_hour / 3_600)
