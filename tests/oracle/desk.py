"""What a small desk is made of: its opening hours, its promises, what happens there. Time is whole minutes.

Minute 0 is a Monday's midnight in UTC, far from any change of the clocks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NONE = "none"

SCHEDULES: dict[str, dict[str, Any]] = {
    "office": {
        "zone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-09:30", "10:00-11:00", "11:20-12:00", "13:00-17:00"], "sat": ["10:00-12:00"]},
    },
    "night": {"zone": "UTC", "hours": {"mon-sun": ["22:00-10:30", "14:00-14:20"]}},
}
"""As the policy file has them; `is_open` says the same of every single minute."""


def is_open(schedule: str, minute: int) -> bool:
    """Say whether a desk with this schedule is open during a minute."""
    if schedule == "24x7":
        return True
    if schedule == "night":
        at = minute % 1440
        return at >= 22 * 60 or at < 10 * 60 + 30 or 14 * 60 <= at < 14 * 60 + 20
    berlin = minute + 60
    weekday, at = berlin // 1440 % 7, berlin % 1440
    if weekday < 5:
        return 540 <= at < 570 or 600 <= at < 660 or 680 <= at < 720 or 780 <= at < 1020
    return weekday == 5 and 600 <= at < 720


Labels = dict[str, str | None]
"""What a subject is said to be: queue, channel, priority, tier; None is not known."""


@dataclass(frozen=True)
class Promise:
    """A row of the policy: how soon, by whose clock, for whom; `within` 0 promises nothing."""

    name: str
    clock: str
    within: int
    match: dict[str, list[str]] = field(default_factory=dict)
    schedule: str = "24x7"
    warn: int | None = None
    pause_on: tuple[str, ...] | None = None
    restart: bool = False
    short: int | None = None

    def fits(self, labels: Labels) -> bool:
        """Say whether the promise is made to a subject of these labels."""
        return all((labels[name] or NONE) in wanted for name, wanted in self.match.items())

    def pauses(self, status: str | None) -> bool:
        """Say whether its clock stands while a ticket has this status."""
        if self.pause_on is None:
            return self.clock == "resolution" and status in {"pending", "on_hold"}
        return status in self.pause_on


@dataclass(frozen=True)
class Rules:
    """A policy: promises in the order of the file, windows in minutes, the labels of a group."""

    promises: tuple[Promise, ...]
    windows: tuple[int, ...] = (60,)
    group_by: tuple[str, ...] = ("queue", "channel", "priority")

    def promise(self, clock: str, labels: Labels) -> Promise | None:
        """Return the first promise that fits; None where it promises nothing, or where none fits."""
        for promise in self.promises:
            if promise.clock == clock and promise.fits(labels):
                return promise if promise.within else None
        return None

    def policy(self) -> str:
        """Return the policy file that says the same."""
        targets = []
        levels = []
        for promise in self.promises:
            within = f"{promise.within}m" if promise.within else None
            row: dict[str, Any] = {"match": promise.match, "within": within}
            if promise.clock == "wait":
                levels.append({**row, "short_abandon": None if promise.short is None else f"{promise.short}m"})
                continue
            row |= {"name": promise.name, "clock": promise.clock, "schedule": promise.schedule}
            row["on_reopen"] = "restart" if promise.restart else "continue"
            if promise.warn is not None:
                row["warn"] = f"{promise.warn}m"
            if promise.pause_on is not None:
                row["pause_on"] = list(promise.pause_on)
            targets.append(row)
        file = {
            "version": 1,
            "schedules": SCHEDULES,
            "targets": targets,
            "service_level": levels,
            "windows": [f"{minutes}m" for minutes in self.windows],
            "group_by": list(self.group_by),
        }
        return json.dumps(file, indent=1)


@dataclass(frozen=True)
class Happening:
    """One event: to whom, when, what, and what it says."""

    subject: str
    minute: int
    seq: int
    type: str
    says: dict[str, Any] = field(default_factory=dict)

    @property
    def is_contact(self) -> bool:
        """Whether it is about a contact."""
        return self.type.startswith("chat.")

    def message(self) -> bytes:
        """Return the message that says so."""
        said = {
            "type": self.type,
            "event_id": f"{self.type}-{self.seq}",
            "occurred_at": (MONDAY + timedelta(minutes=self.minute)).isoformat(),
            "seq": self.seq,
            "chat_id" if self.is_contact else "ticket_id": self.subject,
            **self.says,
        }
        return json.dumps(said).encode()
