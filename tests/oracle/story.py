"""What tickets and contacts have in common: a life, minute by minute, and the clocks that run in it.

At each minute first everything happens that happens then, in order; after that, silence is noticed; then the minute
passes and every clock that runs counts it. Nothing here looks ahead: no deadline is ever computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle.desk import NONE, Happening, Labels, Promise, Rules, is_open


@dataclass(frozen=True)
class Entry:
    """One thing that is counted: when, for which group, what, and how long it took where that is a duration."""

    minute: int
    group: tuple[str, ...]
    what: str
    minutes: int | None = None


@dataclass
class Stopwatch:
    """One clock: the open minutes that it has counted so far against what is promised now."""

    kind: str
    cycle: int
    started: int
    promise: Promise | None
    elapsed: int = 0
    failed: bool = False
    measured: bool = False
    run_out: int | None = None
    """The first minute at which no time was left, noticed or not."""
    outcome: str | None = None


class Story:
    """The life of one subject up to `now`, told from its events."""

    opening: str
    """The event that begins such a subject."""

    def __init__(self, rules: Rules, happenings: Sequence[Happening], now: int) -> None:
        self.rules = rules
        self.now = now
        self.labels: Labels = dict.fromkeys(("queue", "channel", "priority", "tier"))
        self.entries: list[Entry] = []
        self.open_clocks: list[Stopwatch] = []
        self.ended_clocks: list[Stopwatch] = []
        self.status: str | None = None
        self.begun: int | None = None
        self.gone = False
        self.past: dict[int, str | None] = {}
        """The status during each minute."""
        self._live(happenings)

    def _live(self, happenings: Sequence[Happening]) -> None:
        told = sorted(happenings, key=lambda one: (one.minute, one.seq))
        openings = [one for one in told if one.type == self.opening]
        others = [one for one in told if one.type != self.opening]
        # The first opening comes before everything, and takes what is stamped earlier with it; a second one is nothing.
        order = openings[:1] + others
        earliest = openings[0].minute if openings else -1
        agenda: dict[int, list[Happening]] = defaultdict(list)
        for one in order:
            agenda[max(one.minute, earliest)].append(one)
        for minute in range(min(agenda), self.now + 1):
            for one in agenda[minute]:
                getattr(self, "on_" + one.type.split(".")[1])(minute, one.says)
            self._notice_silence(minute)
            if minute < self.now:
                self._let_pass(minute)

    def _notice_silence(self, minute: int) -> None:
        for clock in self.open_clocks:
            if self.runs(clock) and clock.promise is not None and clock.elapsed >= clock.promise.within:
                clock.run_out = minute if clock.run_out is None else clock.run_out
                if not self.gone:
                    self.fail(clock, minute)

    def _let_pass(self, minute: int) -> None:
        self.past[minute] = self.status
        for clock in self.open_clocks:
            if self.runs(clock) and clock.promise is not None and is_open(clock.promise.schedule, minute):
                clock.elapsed += 1

    def runs(self, clock: Stopwatch) -> bool:
        """Say whether a clock counts now."""
        return clock.promise is not None and not clock.promise.pauses(self.status)

    def group(self) -> tuple[str, ...]:
        """Return the group that the subject is in now."""
        return tuple(self.labels[name] or NONE for name in self.rules.group_by)

    def count(self, minute: int, what: str, minutes: int | None = None) -> None:
        """Count something in the present group."""
        self.entries.append(Entry(minute, self.group(), what, minutes))

    def clock(self, kind: str) -> Stopwatch | None:
        """Return the open clock of a kind."""
        return next((clock for clock in self.open_clocks if clock.kind == kind), None)

    def start(self, kind: str, cycle: int, minute: int) -> Stopwatch:
        """Start a clock at zero."""
        promise = self.rules.promise(kind, self.labels)
        clock = Stopwatch(kind, cycle, minute, promise, measured=promise is not None)
        self.open_clocks.append(clock)
        return clock

    def fail(self, clock: Stopwatch, minute: int) -> None:
        """Count the one breach that a clock can have."""
        if not clock.failed and clock.promise is not None:
            clock.failed = True
            self.count(minute, f"breached {clock.promise.name}")

    def stop(self, kind: str, minute: int, *, met: bool) -> Stopwatch | None:
        """End the open clock of a kind: satisfied, or cancelled."""
        clock = self.clock(kind)
        if clock is not None:
            self.open_clocks.remove(clock)
            self.ended_clocks.append(clock)
            clock.outcome = "breached" if clock.failed else "cancelled"
            if met and clock.promise is not None and not clock.failed:
                clock.outcome = "met"
                self.count(minute, f"met {clock.promise.name}")
        return clock

    def relabel(self, minute: int, **labels: str | None) -> None:
        """Change labels, and measure every open clock against what is promised to such a subject."""
        self.labels |= labels
        for clock in self.open_clocks:
            promise = self.rules.promise(clock.kind, self.labels)
            if promise is not clock.promise:
                clock.promise = promise
                self.measure(clock, minute)
                if promise is not None and clock.elapsed > promise.within:
                    self.fail(clock, minute)

    def measure(self, clock: Stopwatch, until: int) -> None:
        """Count what a clock that never was promised anything has lived through, by its first promise."""
        if clock.measured or clock.promise is None:
            return
        clock.measured = True
        clock.elapsed = sum(
            is_open(clock.promise.schedule, minute)
            and not clock.promise.pauses(self.past[minute])
            and self.past[minute] not in {"solved", "closed"}
            for minute in range(clock.started, until)
        )

    def state(self, clock: Stopwatch) -> str:
        """Return the state of an open clock that has a promise."""
        if clock.failed:
            return "breaching"
        if not self.runs(clock):
            return "paused"
        promise = clock.promise
        if promise is not None and promise.warn is not None and clock.elapsed >= promise.within - promise.warn:
            return "imminent"
        return "pending"

    def open_minutes(self, promise: Promise | None, start: int, end: int) -> int:
        """Return how many minutes were open in the schedule of a promise; all of them without one."""
        return sum(promise is None or is_open(promise.schedule, minute) for minute in range(start, end))

    def respond(self, minute: int) -> None:
        """A human answers the customer."""
        first = self.stop("first_response", minute, met=True)
        if first is not None:
            self.count(minute, "first_response", minute - first.started)
            self.count(minute, "first_response_open", self.open_minutes(first.promise, first.started, minute))
            return
        following = self.stop("next_response", minute, met=True)
        if following is not None:
            self.count(minute, "next_response", minute - following.started)

    def told_clocks(self) -> list[tuple[str, int, str, int]]:
        """Return kind, start, state and open minutes of every clock that was ever promised anything."""
        states = []
        for clock in self.ended_clocks + self.open_clocks:
            state = clock.outcome
            if state is None and (self.gone or clock.promise is None):
                state = "breached" if clock.failed else "cancelled"
            if clock.measured:
                states.append((clock.kind, clock.started, state or self.state(clock), clock.elapsed))
        return sorted(states)

    def shown(self) -> list[Any]:
        """Return what the subject counts in now: names, and (name, minute) for since when somebody waits."""
        raise NotImplementedError

    def shown_clocks(self) -> list[str]:
        """Return the states of its open clocks."""
        return [f"{clock.kind} {self.state(clock)}" for clock in self.open_clocks if clock.promise is not None]
