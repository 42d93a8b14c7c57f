"""What can be seen of a shard at one time: stories and figures, asked for once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from stream.core.figures import report, take_figures
from stream.core.shard import Shard


class Seen:
    """A shard, looked at."""

    def __init__(self, shard: Shard) -> None:
        self.shard = shard
        self._stories: dict[tuple[str, str], dict[str, Any]] = {}

    def story(self, kind: str, subject: str) -> dict[str, Any]:
        """Return the explanation of a `ticket` or `contact`."""
        if (kind, subject) not in self._stories:
            for story in self.shard.explain(subject):
                self._stories[story["kind"], subject] = story
        return self._stories.get((kind, subject)) or {"clocks": []}

    def clock(self, kind: str, subject: str, clock: str, cycle: int) -> dict[str, Any] | None:
        """Return what is told of one clock of a subject, or None where nothing is."""
        told = self.story(kind, subject)["clocks"]
        return next((row for row in told if (row["clock"], row["cycle"]) == (clock, cycle)), None)

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The whole report."""
        return report(take_figures([self.shard]), self.shard.policy, self.shard.now, read={})

    def window(self, name: str, queue: str | None) -> dict[str, Any]:
        """Return the figures of a queue, or of all, in one window; empty where it has none."""
        (window,) = [row for row in self.figures["windows"] if row["window"] == name]
        if queue is None:
            return dict(window["total"])
        found = [row for row in window["groups"] if row["queue"] == queue]
        if len(found) > 1:
            raise ValueError(f"{queue}: more than one group; count over all of them")
        return dict(found[0]) if found else {"counts": {}, "sla": {}}

    def counts(self, name: str, queue: str | None, asked: Iterable[str]) -> dict[str, int]:
        """Return the counts that are asked for; one that does not exist is a KeyError, not 0."""
        known = self.window(name, None)["counts"]
        counts = self.window(name, queue)["counts"]
        return {what: counts.get(what, 0 * known[what]) for what in asked}

    def outcomes(self, name: str, queue: str | None) -> dict[str, int]:
        """Return how many clocks were met and breached in a window: what is not 0, as `resolution met`."""
        rows = self.window(name, queue)["sla"].items()
        return {f"{clock} {outcome}": count for clock, row in rows for outcome, count in row.items() if count}

    def live(self) -> dict[str, int]:
        """Return the live figures of all groups together: what is not 0, clocks as `resolution paused`."""
        found: dict[str, int] = {}
        for row in self.figures["live"]:
            parts = {name: row[name] for name in ("unassigned", "unanswered", "waiting")} | row["tickets"]
            parts |= {f"{clock} {state}": n for clock, states in row["clocks"].items() for state, n in states.items()}
            for name, count in parts.items():
                if count:
                    found[name] = found.get(name, 0) + count
        return found

    def oldest(self, what: str) -> str | None:
        """Return since when somebody is `unanswered` or `waiting`."""
        return min(
            (row[f"oldest_{what}_since"] for row in self.figures["live"] if row[f"oldest_{what}_since"]), default=None
        )
