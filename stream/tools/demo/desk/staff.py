"""The staff: shifts, breaks, who is free for what, and agents who drop out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from stream.tools.demo.desk.clockwork import Clockwork
from stream.tools.demo.desk.plan import Team, Trouble

FRIDAY: Final = 4
DAY_S: Final = 86_400.0


class Agent:
    """One person at the desk."""

    __slots__ = ("absent", "active", "at_once", "channels", "idle_since", "load", "name", "queues", "resting", "state")

    def __init__(self, name: str, team: Team) -> None:
        self.name = name
        self.queues = team.queues
        self.channels = team.channels
        self.at_once = team.at_once
        self.active = False
        """On shift."""
        self.resting = False
        """On a break, or about to be once the work in hand is done."""
        self.absent = False
        """Dropped out in the middle of a shift."""
        self.load = 0
        self.idle_since = 0
        self.state = "offline"

    @property
    def can_take(self) -> bool:
        """Whether another piece of work may be given."""
        return self.active and not self.resting and not self.absent and self.load < self.at_once


class Staff:
    """All agents, and the search for a free one.

    Args:
        clockwork: time, chance and the way out for events.
        teams: who is there.
        troubles: when agents drop out.
        on_free: called with an agent that can take work.
    """

    def __init__(
        self,
        clockwork: Clockwork,
        teams: tuple[Team, ...],
        troubles: tuple[Trouble, ...],
        on_free: Callable[[Agent], None],
    ) -> None:
        self._clockwork = clockwork
        self._on_free = on_free
        self._by_work: dict[tuple[str, str], list[Agent]] = {}
        self._teams: dict[str, list[Agent]] = {}
        for team in teams:
            self._hire(team)
        for trouble in troubles:
            clockwork.after(clockwork.seconds_until(trouble.hour), partial(self._trouble_begins, trouble))

    def free(self, queue: str, channel: str) -> Agent | None:
        """Return the least busy agent for this work, of these the one that is idle for longest."""
        able = [agent for agent in self._by_work.get((queue, channel), ()) if agent.can_take]
        return min(able, key=lambda agent: (agent.load / agent.at_once, agent.idle_since), default=None)

    def take(self, agent: Agent) -> None:
        """Give an agent a piece of work."""
        agent.load += 1
        self._show(agent, "busy")

    def wrap_up(self, agent: Agent) -> None:
        """Let an agent do the after-work of the only piece in hand; nobody sees that of one among several."""
        if agent.load == 1:
            self._show(agent, "wrap_up")

    def finish(self, agent: Agent) -> None:
        """Take a piece of work off an agent, who takes the next, has a break or goes home."""
        agent.load -= 1
        if agent.load == 0:
            agent.idle_since = self._clockwork.now
            self._settle(agent)
        else:
            self._show(agent, "busy")
        if agent.can_take:
            self._on_free(agent)

    def _hire(self, team: Team) -> None:
        members = self._teams.setdefault(team.name, [])
        for start, end, count in team.shifts:
            for _ in range(count):
                agent = Agent(f"{team.name}-{len(members) + 1}", team)
                members.append(agent)
                for queue in team.queues:
                    for channel in team.channels:
                        self._by_work.setdefault((queue, channel), []).append(agent)
                # Nobody comes at the very minute.
                begin = start + self._clockwork.chance.uniform(-0.1, 0.05)
                length = ((end - start) % 24.0 or 24.0) * 3_600
                wait = self._clockwork.seconds_until(begin)
                self._clockwork.after(wait, partial(self._shift, agent, length, team.weekend))
                if wait + length > DAY_S:
                    # The shift has begun before the simulation did.
                    self._clockwork.after(0, partial(self._begin, agent, wait + length - DAY_S))

    def _shift(self, agent: Agent, length: float, weekend: float) -> None:
        self._clockwork.after(DAY_S, partial(self._shift, agent, length, weekend))
        workday = self._clockwork.local_hours() // 24 <= FRIDAY
        if workday or self._clockwork.happens(weekend):
            self._begin(agent, length)

    def _begin(self, agent: Agent, length: float) -> None:
        agent.active, agent.resting, agent.absent = True, False, False
        agent.idle_since = self._clockwork.now
        self._settle(agent)
        chance = self._clockwork.chance
        for part, minutes in ((0.25, 10), (0.5, 30), (0.75, 10)):
            at = length * (part + chance.uniform(-0.12, 0.12))
            self._clockwork.after(at, partial(self._rest, agent, minutes * 60.0))
        self._clockwork.after(length, partial(self._leave, agent))
        if agent.can_take:
            self._on_free(agent)

    def _leave(self, agent: Agent) -> None:
        agent.active = False
        self._settle(agent)

    def _rest(self, agent: Agent, seconds: float) -> None:
        if agent.active and not agent.absent:
            agent.resting = True
            self._settle(agent)
            self._clockwork.after(seconds, partial(self._return, agent))

    def _return(self, agent: Agent) -> None:
        agent.resting = agent.absent = False
        self._settle(agent)
        if agent.can_take:
            self._on_free(agent)

    def _trouble_begins(self, trouble: Trouble) -> None:
        self._clockwork.after(DAY_S, partial(self._trouble_begins, trouble))
        if self._clockwork.local_hours() // 24 > FRIDAY:
            return
        here = [agent for agent in self._teams[trouble.team] if agent.active]
        for agent in here[: round(len(here) * trouble.share)]:
            agent.absent = True
            self._settle(agent)
            late = self._clockwork.chance.uniform(0, 0.1)
            self._clockwork.after(trouble.minutes * 60.0 * (1 + late), partial(self._return, agent))

    def _settle(self, agent: Agent) -> None:
        # Work in hand is finished first.
        if agent.load == 0:
            away = not agent.active or agent.absent
            self._show(agent, "offline" if away else "break" if agent.resting else "available")

    def _show(self, agent: Agent, state: str) -> None:
        if state != agent.state:
            agent.state = state
            self._clockwork.emit(
                "agent.state_changed",
                agent_id=agent.name,
                queues=list(agent.queues),
                state=state,
                capacity=agent.at_once,
            )
