"""What tickets and contacts have in common: a life, moment by moment, and the clocks that run in it.

At each moment first everything happens that happens then, in order; after that, silence is noticed; then time passes
until the next event, and every clock that runs counts the open time of it. Nothing here looks ahead: no deadline is
ever computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tests.oracle.entry import Entry, Shown
from tests.oracle.event import Event
from tests.oracle.hours import Hours
from tests.oracle.policy import Labels, Promise, Rules
from tests.oracle.survey import answered

SOLVED = {"solved", "closed"}
ALWAYS = Hours(None)


@dataclass
class Stopwatch:
    """One clock: the open time that it has counted so far against what is promised now."""

    kind: str
    started: int
    promise: Promise | None
    elapsed: int = 0
    failed: bool = False
    measured: bool = False
    run_out: int | None = None
    """The first moment at which no time was left, noticed or not."""
    left_with: int = 0
    """What had elapsed when the ticket left: the time since then counts only if it comes back."""
    outcome: str | None = None


class Story:
    """The life of one subject up to `now`, told from its events in order."""

    opening: str
    """The event that begins such a subject."""

    def __init__(self, rules: Rules, events: Sequence[Event], now: int) -> None:
        self.rules = rules
        self.labels: Labels = dict.fromkeys(("queue", "channel", "priority", "tier", "tenant"))
        self.entries: list[Entry] = []
        self.open_clocks: list[Stopwatch] = []
        self.ended_clocks: list[Stopwatch] = []
        self.status: str | None = None
        self.agent: str | None = None
        self.begun: int | None = None
        self.gone = False
        self.awaits_customer = False
        """An agent opened it, and the customer has not written yet: what an agent writes is no reply."""
        self.public_replies = 0
        self.past: list[tuple[int, int, str | None]] = []
        """The status between two moments."""
        self._live(events, now)

    def _live(self, events: Sequence[Event], now: int) -> None:
        # The first opening comes before everything, and takes what is stamped earlier with it; a second one is nothing.
        openings = [event for event in events if event.type == self.opening]
        self.repeated_openings = max(0, len(openings) - 1)
        others = [event for event in events if event.type != self.opening]
        earliest = openings[0].at if openings else 0
        agenda = [(max(event.at, earliest), event) for event in openings[:1] + others]
        passed = agenda[0][0]
        for moment, happenings in groupby(agenda, key=lambda one: one[0]):
            self._let_pass(passed, moment)
            for _, event in happenings:
                if event.kind != "survey" and event.says.get("tenant"):
                    self.labels["tenant"] = event.says["tenant"]
                getattr(self, "on_" + event.type.split(".")[1])(moment, event.says)
            self._notice_silence(moment)
            passed = moment
        self._let_pass(passed, now)
        self._notice_silence(now)

    def _notice_silence(self, moment: int) -> None:
        for clock in self.open_clocks:
            if self.runs(clock) and clock.promise is not None and clock.elapsed >= clock.promise.within:
                self._run_out(clock, moment)

    def _let_pass(self, start: int, end: int) -> None:
        """Let time pass without an event; who runs out of time before the end is noticed there and then."""
        self.past.append((start, end, self.status))
        for clock in self.open_clocks:
            if clock.promise is None or not self.runs(clock):
                continue
            hours, left = clock.promise.hours, clock.promise.within - clock.elapsed
            open_time = hours.open_time(start, end)
            if 0 < left <= open_time and (moment := hours.moment_after(start, left)) < end:
                self._run_out(clock, moment)
            clock.elapsed += open_time

    def _run_out(self, clock: Stopwatch, moment: int) -> None:
        clock.run_out = moment if clock.run_out is None else clock.run_out
        if not self.gone:
            self.fail(clock, moment)

    def runs(self, clock: Stopwatch) -> bool:
        """Say whether a clock counts now."""
        return clock.promise is not None and not clock.promise.pauses(self.status)

    def count(self, at: int, what: str, size: int | None = None, agent: str | None = None) -> None:
        """Count something in the present group."""
        self.entries.append(Entry(at, self.rules.group(self.labels), what, size, agent))

    def on_answered(self, at: int, says: dict[str, Any]) -> None:
        """A survey is answered: it counts in its own queue and channel, else in those of now, for its agent or ours."""
        own = {name: says[name] for name in ("queue", "channel") if says.get(name)}
        group, agent = self.rules.group(self.last_labels() | own), says.get("agent_id") or self.agent
        self.entries += [Entry(at, group, what, size, agent) for what, size in answered(says)]

    def last_labels(self) -> Labels:
        """Return what the subject was last said to be."""
        return self.labels

    def clock(self, kind: str) -> Stopwatch | None:
        """Return the open clock of a kind."""
        return next((clock for clock in self.open_clocks if clock.kind == kind), None)

    def start(self, kind: str, at: int) -> Stopwatch:
        """Start a clock at zero."""
        promise = self.rules.promise(kind, self.labels)
        clock = Stopwatch(kind, at, promise, measured=promise is not None)
        self.open_clocks.append(clock)
        return clock

    def fail(self, clock: Stopwatch, at: int) -> None:
        """Count the one breach that a clock can have."""
        if not clock.failed and clock.promise is not None:
            clock.failed = True
            self.count(at, f"breached {clock.kind}")

    def stop(self, kind: str, at: int, *, met: bool) -> Stopwatch | None:
        """End the open clock of a kind: satisfied, or cancelled."""
        clock = self.clock(kind)
        if clock is not None:
            self.open_clocks.remove(clock)
            self.ended_clocks.append(clock)
            clock.outcome = "breached" if clock.failed else "cancelled"
            if met and clock.promise is not None and not clock.failed:
                clock.outcome = "met"
                self.count(at, f"met {clock.kind}")
        return clock

    def relabel(self, at: int, **labels: str | None) -> None:
        """Change labels, and measure every open clock against what is promised to such a subject."""
        self.labels |= labels
        for clock in self.open_clocks:
            promise = self.rules.promise(clock.kind, self.labels)
            if promise is not clock.promise:
                clock.promise = promise
                self.measure(clock, at)
                if promise is not None and clock.elapsed > promise.within:
                    self.fail(clock, at)

    def measure(self, clock: Stopwatch, until: int) -> None:
        """Count what a clock that never was promised anything has lived through, by its first promise."""
        if clock.measured or clock.promise is None:
            return
        clock.measured = True
        clock.elapsed = sum(
            clock.promise.hours.open_time(max(start, clock.started), min(end, until))
            for start, end, status in self.past
            if max(start, clock.started) < min(end, until) and status not in SOLVED and not clock.promise.pauses(status)
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

    def reply(self, at: int) -> None:
        """A human answers the customer in public."""
        if not self.awaits_customer:
            self.public_replies += 1
        self.respond(at)

    def respond(self, at: int) -> None:
        """The customer has what was waited for."""
        first = self.stop("first_response", at, met=True)
        if first is not None:
            hours = ALWAYS if first.promise is None else first.promise.hours
            self.count(at, "first_response", at - first.started)
            self.count(at, "first_response_open", hours.open_time(first.started, at))
            return
        following = self.stop("next_response", at, met=True)
        if following is not None:
            self.count(at, "next_response", at - following.started)

    def counted(self) -> list[Entry]:
        """Return everything that was counted and not taken back."""
        return self.entries

    def told_clocks(self) -> list[tuple[str, int, str, int]]:
        """Return kind, start, state and open time of every clock that was ever promised anything."""
        states = []
        for clock in self.ended_clocks + self.open_clocks:
            state = clock.outcome
            elapsed = clock.left_with if state is None and self.gone else clock.elapsed
            if state is None and (self.gone or clock.promise is None):
                state = "breached" if clock.failed else "cancelled"
            if clock.measured:
                states.append((clock.kind, clock.started, state or self.state(clock), elapsed))
        return sorted(states)

    def shown(self) -> Shown:
        """Return what the subject shows now."""
        raise NotImplementedError

    def shown_clocks(self) -> list[tuple[str, str]]:
        """Return kind and state of its open clocks."""
        return [(clock.kind, self.state(clock)) for clock in self.open_clocks if clock.promise is not None]
