"""What is done to workers and brokers, and when: a plan that is nothing but its seed.

```
segment 1                    calm      segment 2                    calm
├─ act ── act ─── act ─┤ all awake ├── act ── act ── act ─┤ all awake ...
```

In a segment two things go on at once, one with the workers and one with the brokers; whatever is begun in it ends in
it. In the calm after it nothing is sent and nothing happens, so that every figure can be compared.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

LEAST: Final = 2
MOST: Final = 4
"""Workers at the beginning of every calm."""
SESSION_S: Final = 4.0
"""The workers' session timeout."""


class Act(StrEnum):
    """One thing that is done."""

    KILL = "kill -9 worker"
    START = "start worker"
    LEAVE = "SIGTERM worker"
    SLEEP = "SIGSTOP worker"
    WAKE = "SIGCONT worker"
    KILL_BROKER = "kill -9 broker"
    KILL_GROUP_COORDINATOR = "kill -9 the group's coordinator"
    KILL_TRANSACTION_COORDINATOR = "kill -9 a coordinator of transactions"
    START_BROKER = "start the dead broker"
    CUT_OFF = "SIGSTOP all brokers"
    RECONNECT = "SIGCONT all brokers"


class Step(NamedTuple):
    """An act, when (seconds since the segment began), and the number of the worker or broker that it is about."""

    at: float
    act: Act
    who: int = -1


@dataclass(frozen=True)
class Plan:
    """Workers 0 to `first` - 1 are there at the beginning; then come the segments, each `length` seconds long."""

    first: int
    length: float
    segments: tuple[tuple[Step, ...], ...]


def plan(seed: int, segments: int, length: float) -> Plan:
    """Return the plan of a seed."""
    rng = random.Random(seed)
    first = rng.randint(LEAST, MOST)
    fleet = _Fleet(rng, first)
    cluster = _Cluster(rng)
    steps = [tuple(sorted([*fleet.segment(length), *cluster.segment(length)])) for _ in range(segments)]
    return Plan(first, length, tuple(steps))


class _Deck:
    """Acts in a random order in which each comes up before any comes up again."""

    def __init__(self, rng: random.Random, acts: tuple[Act, ...]) -> None:
        self._rng = rng
        self._acts = acts
        self._left: list[Act] = []

    def draw(self) -> Act:
        if not self._left:
            self._left = self._rng.sample(self._acts, len(self._acts))
        return self._left.pop()


class _Fleet:
    def __init__(self, rng: random.Random, first: int) -> None:
        self._rng = rng
        self._deck = _Deck(rng, (Act.KILL, Act.SLEEP, Act.START, Act.LEAVE, Act.KILL, Act.SLEEP))
        self._running = list(range(first))
        self._next = first

    def segment(self, length: float) -> list[Step]:
        steps: list[Step] = []
        awake = self._running.copy()
        pending: list[tuple[float, Act, int]] = []  # of those that sleep or are dead, when they are back
        at = self._rng.uniform(0.5, 2.0)
        while at < length:
            for step in sorted(pending):
                if step[0] <= at:
                    pending.remove(step)
                    awake.append(step[2])
            act = self._deck.draw()
            if act is Act.START and len(self._running) >= MOST:
                act = Act.LEAVE
            elif act is Act.LEAVE and len(self._running) <= LEAST:
                act = Act.START
            back = at + (self._rng.uniform(0.5, 4) if act is Act.KILL else self._rng.uniform(1.4, 2.2) * SESSION_S)
            if act is Act.START:
                steps.append(Step(at, act, self._new()))
                awake.append(self._running[-1])
            elif len(awake) > 1 and (act is Act.LEAVE or back < length):
                who = self._rng.choice(awake)
                awake.remove(who)
                steps.append(Step(at, act, who))
                if act is not Act.SLEEP:
                    self._running.remove(who)
                if act is not Act.LEAVE:
                    returns = (back, Act.WAKE, who) if act is Act.SLEEP else (back, Act.START, self._new())
                    steps.append(Step(*returns))
                    pending.append(returns)
            at += self._rng.uniform(1.0, 4.0)
        return steps

    def _new(self) -> int:
        self._running.append(self._next)
        self._next += 1
        return self._running[-1]


class _Cluster:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        kills = (Act.KILL_BROKER, Act.KILL_GROUP_COORDINATOR, Act.KILL_TRANSACTION_COORDINATOR)
        self._deck = _Deck(rng, (*kills, Act.CUT_OFF))

    def segment(self, length: float) -> list[Step]:
        steps: list[Step] = []
        at = self._rng.uniform(0.5, 3.0)
        while True:
            act = self._deck.draw()
            ends = at + self._rng.uniform(1.4, 2.0) * SESSION_S
            if ends > length:
                return steps
            steps.append(Step(at, act, self._rng.randrange(3) if act is Act.KILL_BROKER else -1))
            steps.append(Step(ends, Act.RECONNECT if act is Act.CUT_OFF else Act.START_BROKER))
            at = ends + self._rng.uniform(3.0, 8.0)
