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

    def window(self, name: str) -> dict[str, Any]:
        """Return the figures of all groups together in one window."""
        (window,) = [row for row in self.figures["windows"] if row["window"] == name]
        return dict(window["total"])

    def counts(self, name: str, label: str | None, asked: Iterable[str]) -> dict[str, int]:
        """Return the counts that are asked for; one that does not exist is a KeyError, not 0."""
        groups = self._groups(name, label)
        known = self.window(name)["counts"]
        return {what: sum((group["counts"][what] for group in groups), 0 * known[what]) for what in asked}

    def outcomes(self, name: str, label: str | None) -> dict[str, int]:
        """Return how many clocks were met and breached in a window: what is not 0, as `resolution met`."""
        found: dict[str, int] = {}
        for group in self._groups(name, label):
            for clock, row in group["sla"].items():
                for outcome, count in row.items():
                    if count:
                        found[f"{clock} {outcome}"] = found.get(f"{clock} {outcome}", 0) + count
        return found

    def _groups(self, name: str, label: str | None) -> list[dict[str, Any]]:
        """Return the groups of a queue, channel or priority, or all groups as one."""
        if label is None:
            return [self.window(name)]
        (window,) = [row for row in self.figures["windows"] if row["window"] == name]
        return [row for row in window["groups"] if label in {row["queue"], row["channel"], row["priority"]}]

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
