"""What a policy file promises, as the recount reads it. The file is JSON, which is YAML, too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.oracle.hours import Hours
from tests.oracle.times import DAY, length_of

NONE = "none"
LABELS = ["queue", "channel", "priority"]
BUCKETS = ["15s", "1m", "2m", "5m", "15m", "1h", "4h", "12h", "1d", "2d", "7d"]

Labels = dict[str, str | None]
"""What a subject is said to be: queue, channel, priority, tier, tenant; None is not known."""

Group = tuple[str, ...]
"""The labels of `group_by`."""


@dataclass(frozen=True)
class Promise:
    """A row of `targets` or `service_level`: how soon, by whose clock, for whom; `within` 0 promises nothing."""

    clock: str
    within: int
    match: dict[str, list[str]]
    hours: Hours
    warn: int | None
    pause_on: frozenset[str]
    restart: bool
    short: int

    def fits(self, labels: Labels) -> bool:
        """Say whether the promise is made to a subject of these labels."""
        return all((labels[name] or NONE) in wanted for name, wanted in self.match.items())

    def pauses(self, status: str | None) -> bool:
        """Say whether its clock stands while a ticket has this status."""
        return status in self.pause_on


class Rules:
    """A policy: promises in the order of the file, windows by length, the labels of a group, and what money costs."""

    def __init__(self, text: str) -> None:
        said: dict[str, Any] = json.loads(text)
        hours = {name: Hours(row) for name, row in said.get("schedules", {}).items()} | {"24x7": Hours(None)}
        rows = said.get("targets", [])
        levels = said.get("service_level", [{}])
        self.promises = [_target(row, hours) for row in rows] + [_level(row, hours["24x7"]) for row in levels]
        self.windows = sorted((length_of(name), name) for name in said.get("windows", ["5m", "1h", "24h"]))
        named = said.get("group_by", LABELS)
        self.group_by = [label for label in LABELS if label in named]
        buckets = [length_of(bound) for bound in said.get("buckets", BUCKETS)]
        # A row that promises nothing has no bounds either.
        times = [time for promise in self.promises if promise.within for time in (promise.within, promise.short)]
        self.bounds = sorted({*buckets, *times} - {0})
        self.reopen = said.get("reopen_days", 7) * DAY
        self.agent_hour: float | None = said.get("cost", {}).get("agent_hour")
        self.currency: str = said.get("cost", {}).get("currency", "EUR")
        self.period = length_of(said.get("customers", {}).get("period", "30d"))
        self.lifespan = length_of(said.get("customers", {}).get("lifespan"))

    def promise(self, clock: str, labels: Labels) -> Promise | None:
        """Return the first promise that fits; None where it promises nothing, or where none fits."""
        for promise in self.promises:
            if promise.clock == clock and promise.fits(labels):
                return promise if promise.within else None
        return None

    def group(self, labels: Labels) -> Group:
        """Return the group that something of these labels counts in."""
        return tuple(labels[name] or NONE for name in self.group_by)


def _target(row: dict[str, Any], hours: dict[str, Hours]) -> Promise:
    pauses = ["pending", "on_hold"] if row["clock"] == "resolution" else []
    return Promise(
        clock=row["clock"],
        within=length_of(row["within"]),
        match=_match(row),
        hours=hours[row.get("schedule", "24x7")],
        warn=length_of(row["warn"]) if "warn" in row else None,
        pause_on=frozenset(row.get("pause_on", pauses)),
        restart=row.get("on_reopen") == "restart",
        short=0,
    )


def _level(row: dict[str, Any], always: Hours) -> Promise:
    return Promise(
        clock="wait",
        within=length_of(row.get("within", "20s")),
        match=_match(row),
        hours=always,
        warn=None,
        pause_on=frozenset(),
        restart=False,
        short=length_of(row.get("short_abandon", "5s")),
    )


def _match(row: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [said] if isinstance(said, str) else said for name, said in row.get("match", {}).items()}
