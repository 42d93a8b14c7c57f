"""One SLA clock of one subject: where its deadline is computed, moved, missed and met.

A clock measures open time of its target's schedule. While it runs, `since` is the instant from which
the open time counts on top of `elapsed`; while it stands (paused, or without target), `since` is `STANDING`.

Source of the rules: Zendesk, "Defining SLA policies" and "Understanding SLA metrics"; worked out in
docs/semantics.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import mypyc_attr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.policy import Target

KINDS: Final = ("first_response", "next_response", "resolution", "ownership", "wait")
STATES: Final = ("pending", "imminent", "breaching", "paused")
"""States of an open clock, as the live figures count them."""
NEVER: Final = 1 << 60
"""An instant that no clock reaches: no deadline. Small enough for a compiler to keep it in a register."""
STANDING: Final = -NEVER
"""Since when a clock counts that stands."""


@mypyc_attr(acyclic=True)
class Clock:
    """An open or ended clock.

    Attributes:
        kind: one of `KINDS`.
        cycle: 1 for the first clock of its kind of the subject, then 2, 3, ...
        target: the policy's target that it is measured against, or None.
        started: instant at which it began to count, in microseconds.
        due: deadline; `NEVER` while it stands or has no target.
        imminent: instant from which it is imminent; `NEVER` without a warning time.
        warned: whether that instant has passed while it ran, so that it was told once.
        measured: whether it ever had a target.
        due_shown: the last deadline it had, kept for people after it failed or ended; `NEVER` for none.
        failed: instant of the breach, or None.
        cancelled: whether it ended without being satisfied.
        ended: instant of its satisfaction or cancellation, or None.
        outcome: None while open; `met`, `breached` or `cancelled` after.
    """

    __slots__ = (
        "cancelled",
        "cycle",
        "due",
        "due_shown",
        "elapsed",
        "ended",
        "failed",
        "imminent",
        "kind",
        "marks",
        "measured",
        "outcome",
        "paused",
        "since",
        "started",
        "target",
        "warned",
    )

    def __init__(self, kind: str, cycle: int, target: Target | None, at: int, standing: bool, trace: bool) -> None:  # noqa: FBT001  a keyword costs time
        self.kind = kind
        self.cycle = cycle
        self.target = target
        self.started = at
        self.since: int = STANDING
        self.elapsed: int = 0
        self.paused: bool = False
        self.measured: bool = False
        self.due: int = NEVER
        self.imminent: int = NEVER
        self.warned: bool = False
        self.due_shown: int = NEVER
        self.failed: int | None = None
        self.ended: int | None = None
        self.cancelled: bool = False
        self.outcome: str | None = None
        self.marks: list[tuple[int, str, Target | None]] | None = None
        if target is not None:
            self.measured = True
            if standing:
                self.paused = True
            else:
                self.since = at
                schedule = target.schedule
                self.due = self.due_shown = schedule.deadline(at, target.within)
                if target.warn is not None:
                    self.imminent = schedule.deadline(at, target.within - target.warn)
        if trace:
            self.marks = []
            self._mark(at)

    def next_change(self) -> int:
        """Return the next instant at which it becomes imminent for the first time, or fails; `NEVER` for none."""
        return self.imminent if not self.warned and self.imminent < self.due else self.due

    def elapsed_at(self, now: int) -> int:
        """Return the open time in microseconds that has counted until `now`."""
        if self.since == STANDING or self.target is None:
            return self.elapsed
        return self.elapsed + self.target.schedule.open_between(self.since, max(now, self.since))

    def state_at(self, now: int) -> str:
        """Return the state of an open clock with a target: one of `STATES`."""
        if self.failed is not None:
            return "breaching"
        if self.paused:
            return "paused"
        return "imminent" if now >= self.imminent else "pending"

    def pause(self, at: int) -> None:
        """Stop counting; without a deadline until `resume`. A failed clock keeps its deadline."""
        self._stand(at)
        self.paused = True
        self._mark(at)

    def resume(self, at: int) -> None:
        """Count on: the deadline moves by the open time that was paused."""
        self.paused = False
        self._run(at)
        self._mark(at)

    def measure(self, target: Target, spans: Sequence[tuple[int, str]], until: int) -> None:
        """Count what a clock that never had a target has lived through, by the rules of its first one.

        `spans` are the instants from which it was `open`, `paused` or `stopped`, the first being its start.
        """
        ends = [start for start, _ in spans[1:]] + [until]
        for (start, kind), end in zip(spans, ends, strict=True):
            if kind == "open":
                self.elapsed += target.schedule.open_between(start, end)
        if self.marks is not None:
            self.marks = [(start, kind, target) for start, kind in spans]

    def retarget(self, at: int, target: Target | None, *, standing: bool) -> bool:
        """Measure against another target from `at` on; None leaves the clock without one.

        Elapsed open time carries over, in the schedule it was measured in.

        Returns:
            True where the new target is exceeded already: it is breached now, not before.
        """
        self._stand(at)
        self.target = target
        self.warned = False
        self.measured = self.measured or target is not None
        self.paused = standing
        exceeded = False
        if target is not None:
            if self.failed is None and self.elapsed > target.within:
                self.fail(at)
                self.due_shown = at
                exceeded = True
            if not standing:
                self._run(at)
        self._mark(at)
        return exceeded

    def fail(self, at: int) -> None:
        """Take the breach: the clock stays failed whatever follows."""
        self.failed = at
        self.due = NEVER
        self.imminent = NEVER

    def end(self, at: int, *, cancel: bool) -> str:
        """End the clock, satisfied or cancelled, and return the outcome; a breach stays a breach."""
        # What it had counted is only asked for where it goes on, or is explained: `elapsed_at` tells.
        self.ended = at
        self.cancelled = cancel or self.target is None
        self.outcome = "breached" if self.failed is not None else "cancelled" if self.cancelled else "met"
        return self.outcome

    def inherit(self, earlier: Clock) -> bool:
        """Go on where `earlier`, an ended cycle, stopped: its open time counts, the time between does not.

        Returns:
            True where the target, which may have changed meanwhile, is exceeded already: it is breached now.
        """
        at = self.started
        self.started = earlier.started
        self.elapsed = earlier.elapsed if earlier.ended is None else earlier.elapsed_at(earlier.ended)
        self.measured = self.measured or earlier.measured
        if self.marks is not None and earlier.marks is not None and earlier.ended is not None:
            self.marks[:0] = [*earlier.marks, (earlier.ended, "stopped", earlier.target)]
        if earlier.failed is not None:
            self.failed = earlier.failed
            self.due = self.imminent = NEVER
            self.due_shown = earlier.due_shown
        elif self.target is not None and self.elapsed > self.target.within:
            self.fail(at)
            self.due_shown = at
            return True
        elif self.since != STANDING:
            self._run(at)
        return False

    def _run(self, at: int) -> None:
        target = self.target
        if target is None:
            return
        self.since = at
        if self.failed is None:
            left = target.within - self.elapsed
            schedule = target.schedule
            self.due = self.due_shown = schedule.deadline(at, left)
            if target.warn is not None:
                self.imminent = schedule.deadline(at, left - target.warn)

    def _stand(self, at: int) -> None:
        if self.since != STANDING and self.target is not None:
            self.elapsed += self.target.schedule.open_between(self.since, at)
        self.since = STANDING
        if self.failed is None:
            self.due = self.imminent = self.due_shown = NEVER

    def _mark(self, at: int) -> None:
        if self.marks is not None:
            kind = "stopped" if self.target is None else "paused" if self.paused else "open"
            self.marks.append((at, kind, self.target))
