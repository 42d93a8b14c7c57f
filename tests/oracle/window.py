"""Which moments lie in a window, and which full hours it is compared by."""

from __future__ import annotations

from tests.oracle.times import DAY, HOUR, SECOND


class Window:
    """A sliding window at `now`: of panes of whole seconds, those that end after now - length and start by now."""

    def __init__(self, length: int, now: int) -> None:
        self.length = length
        self.now = now
        self.pane = max(1, length // 60 // SECOND) * SECOND
        self.start = (now - length) // self.pane * self.pane
        """Where the oldest pane starts: the first one that ends after now - length."""

    def __contains__(self, moment: int) -> bool:
        """Say whether the pane of a moment is in the window."""
        opens = moment // self.pane * self.pane
        return opens + self.pane > self.now - self.length and opens <= self.now

    def has_left(self, moment: int) -> bool:
        """Say whether the pane of a moment is too old for the window."""
        return moment < self.start

    @property
    def full_hours(self) -> int | None:
        """How many full hours are compared with those of a week before; None: it is too short or too long for that."""
        return self.length // HOUR if HOUR <= self.length <= DAY else None

    def arrived(self, moment: int) -> bool:
        """Say whether a moment lies in the last full hours before the one of now."""
        hour = self.now // HOUR * HOUR
        return hour - (self.full_hours or 0) * HOUR <= moment < hour

    def arrived_week_before(self, moment: int) -> bool:
        """Say whether a moment lies in the same hours seven days before."""
        return self.arrived(moment + 7 * DAY)
