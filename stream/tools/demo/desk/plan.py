"""The desk that the demo invents, as data: who calls, who answers, and what goes wrong when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One queue on one channel.

    Attributes:
        per_hour: customers that come in the busiest hour of a weekday.
        handle_s: median time that an agent works on one.
    """

    queue: str
    channel: str
    per_hour: float
    handle_s: float


@dataclass(frozen=True, slots=True)
class Manner:
    """How customers and bots behave on a live channel.

    Attributes:
        patience_s: median time after which a waiting customer leaves.
        bot: share that meets a bot first.
        bot_solves: share of these that need no human.
        turns: median number of messages that each side writes; 0 where nothing is written.
        wrap_s: median after-work.
        callback: share of those who lose patience that ask to be called back.
        transfer: share that ends up in another queue.
        missed: share of offers that ring out.
    """

    patience_s: float
    bot: float
    bot_solves: float
    turns: float
    wrap_s: float
    callback: float = 0.0
    transfer: float = 0.05
    missed: float = 0.03


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who do the same work.

    Attributes:
        at_once: contacts that one agent serves at a time.
        shifts: (start, end, agents) in local hours; an end before the start is the next day's.
        weekend: share of them that works on Saturday and Sunday.
    """

    name: str
    queues: tuple[str, ...]
    channels: tuple[str, ...]
    shifts: tuple[tuple[float, float, int], ...]
    at_once: int = 1
    weekend: float = 0.3


@dataclass(frozen=True, slots=True)
class Trouble:
    """Agents of a team drop out on every weekday at the same hour.

    Attributes:
        hour: local time of day.
        share: of the team's agents.
    """

    team: str
    hour: float
    minutes: float
    share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole desk; `manners` by channel, `priorities` and `tiers` with their shares."""

    zone: str
    lines: tuple[Line, ...]
    teams: tuple[Team, ...]
    troubles: tuple[Trouble, ...]
    manners: dict[str, Manner]
    priorities: dict[str, float]
    tiers: dict[str, float]
