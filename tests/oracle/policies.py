"""Random policy files, and the pace of the desks that they are for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from tests.oracle.times import DAY, HOUR, MINUTE, SECOND, length_of, moment_of

CLOCKS = ("first_response", "next_response", "resolution", "ownership", "wait")


@dataclass(frozen=True)
class Pace:
    """How fast things happen at a desk, and how long what is promised there takes.

    Attributes:
        gaps: times between two events, so that answers fall on deadlines, and deadlines on closing times.
        span: within which everything happens; the state of a subject is held for longer.
        later: how long after the last event the figures are looked at.
        lengths: of what is promised.
        windows: what a policy may have as `windows`.
        periods: what it may have as the period of its customers.
    """

    gaps: tuple[int, ...]
    span: int
    later: tuple[int, ...]
    lengths: tuple[str, ...]
    windows: tuple[tuple[str, ...], ...]
    periods: tuple[str, ...]


def _in(unit: int, *numbers: float) -> tuple[int, ...]:
    return tuple(round(number * unit) for number in numbers)


PACES = {
    "seconds": Pace(
        gaps=_in(SECOND, 10, 0, 0, 0, 10, 5, 20, 45, 60, 1, 0.5, 0.000001),
        span=HOUR,
        later=_in(SECOND, 0, 1, 2, 5, 30, 95.25, 300),
        lengths=("10s", "20s", "5s", "45s", "1m", "2m", "1s"),
        windows=(("90s",), ("1m", "5m"), ("1000s", "1h"), ("250s", "24h"), ("100s", "7s")),
        periods=("1m", "100s", "1h", "30d"),
    ),
    "minutes": Pace(
        gaps=_in(MINUTE, 10, 0, 0, 0, 10, 20, 30, 60, 90, 1, 9),
        span=DAY,
        later=_in(MINUTE, 0, 0.5, 1, 10, 30, 95, 300),
        lengths=("30m", "60m", "10m", "20m", "90m", "150m", "1m"),
        windows=(
            ("1h",),
            ("24h",),
            ("10m", "4h"),
            ("24h", "60m"),
            ("5m", "90m", "25h"),
            ("7d", "6h"),
            ("2d", "9999s"),
            ("3599s", "86401s"),
        ),
        periods=("1h", "6h", "1d", "30d"),
    ),
    "days": Pace(
        gaps=_in(HOUR, 24, 0, 0, 0, 12, 48, 4, 1, 168, 168, 167, 24.5, 0.25),
        span=38 * DAY,
        later=_in(HOUR, 0, 0, 1, 10, 24, 168, 168, 169),
        lengths=("4h", "12h", "1h", "1d", "2d", "3d", "10m"),
        windows=(
            ("1h", "24h"),
            ("12h", "7d"),
            ("30d", "2h"),
            ("50d", "23h"),
            ("150m", "24h", "60d"),
            ("60d", "86399s"),
        ),
        periods=("1d", "7d", "10d", "30d"),
    ),
}

BEGINNINGS = [
    ("UTC", "2026-03-02T07:30:00Z"),
    ("Europe/Berlin", "2026-03-02T07:30:00Z"),
    ("Europe/Berlin", "2026-03-29T00:00:00Z"),
    ("Europe/Berlin", "2026-10-24T23:20:00Z"),
    ("Europe/Dublin", "2026-10-24T22:30:00Z"),
    ("America/New_York", "2026-03-08T05:00:00Z"),
    ("America/St_Johns", "2026-11-01T03:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T13:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T14:00:00Z"),
    ("Pacific/Chatham", "2026-09-26T12:00:00Z"),
    ("Pacific/Apia", "2011-12-30T08:00:00Z"),
    ("Africa/Casablanca", "2026-02-15T01:00:00Z"),
    ("Asia/Kathmandu", "2024-02-28T16:00:00Z"),
    ("America/Sao_Paulo", "2026-12-31T22:00:00Z"),
]
"""Zones, and moments near which their clocks change, or a year, a month or a week does."""

DAYS = ["mon-fri", "mon-sun", "sat", "sat, sun", "fri-mon", "wed", "sun-tue"]
INTERVALS = [
    ["09:00-17:00"],
    ["09:00-09:30", "10:00-11:00", "11:20-12:00", "13:00-17:00"],
    ["22:00-06:00"],
    ["22:00-10:30", "14:00-14:20"],
    ["00:00-24:00"],
    ["18:00-24:00", "00:00-02:10"],
    ["01:30-02:30"],
    ["00:10-01:10", "02:00-03:00", "02:30-04:00"],
]
MATCHES: list[tuple[str, list[Any]]] = [
    ("queue", ["billing", "tech", ["billing", "none"], ["tech", "billing"]]),
    ("channel", ["email", "voice", ["chat", "none"]]),
    ("priority", ["high", ["low", "none"]]),
    ("tier", ["gold", "none"]),
    ("tenant", ["acme", ["none", "other"]]),
]
GROUPS = [
    ["queue", "channel", "priority"],
    ["queue", "channel", "priority"],
    ["queue"],
    ["channel", "priority"],
    ["priority"],
    ["channel", "queue"],
]


@dataclass(frozen=True)
class Setting:
    """A policy file, the pace of a desk that it is for, and when such a desk opens for the first time."""

    policy: str
    pace: Pace
    begins: int


@lru_cache(1000)
def setting_of(seed: int) -> Setting:
    """Return a random policy, with a pace and a beginning that suit it."""
    chance = Random(seed)
    pace = PACES[chance.choice(["seconds", "minutes", "minutes", "days"])]
    zone, begins = chance.choice(BEGINNINGS)
    day = begins[:10]
    file: dict[str, Any] = {
        "version": 1,
        "schedules": {name: _schedule(chance, zone, day) for name in ("office", "other")},
        "windows": list(chance.choice(pace.windows)),
        "group_by": chance.choice(GROUPS),
        "cost": chance.choice([{}, {"agent_hour": 32.0}, {"agent_hour": 7.25, "currency": "CHF"}]),
        "customers": {"period": chance.choice(pace.periods), "lifespan": chance.choice([None, None, "90d", "100m"])},
    }
    targets = [row for clock in CLOCKS[:4] for row in _rows(chance, clock, pace)]
    file["targets"] = [row | {"name": f"t{number}"} for number, row in enumerate(targets)]
    if chance.random() < 0.9:
        file["service_level"] = _rows(chance, "wait", pace)
    if chance.random() < 0.3:
        file["buckets"] = ["7s", "1m", "10m", "3h"]
    # What is over is held for so long, or for the longest window; no desk outlives that.
    longest = max(map(length_of, file["windows"]))
    days = [days for days in (0, 1, 3, 7, 40) if max(days * DAY, longest) >= pace.span + 2 * max(pace.later)]
    file["reopen_days"] = chance.choice(days or [80])
    return Setting(json.dumps(file, indent=1), pace, moment_of(begins))


def _schedule(chance: Random, zone: str, day: str) -> dict[str, Any]:
    holidays = chance.choice([[], [], [day], [day, "2026-03-30"], [{"country": "DE", "state": "BE"}]])
    hours = {days: chance.choice(INTERVALS) for days in chance.sample(DAYS, chance.choice([1, 2, 2, 3]))}
    return {"zone": chance.choice([zone, zone, "UTC"]), "hours": hours, "holidays": holidays}


def _rows(chance: Random, clock: str, pace: Pace) -> list[dict[str, Any]]:
    """Return for a clock some promises to some, then perhaps one to all who are left."""
    rows = [_row(chance, clock, pace, to_all=False) for _ in range(chance.choice([0, 0, 1, 1, 2]))]
    if chance.random() < 0.7:
        rows.append(_row(chance, clock, pace, to_all=True))
    return rows


def _row(chance: Random, clock: str, pace: Pace, *, to_all: bool) -> dict[str, Any]:
    within = chance.choice([*pace.lengths, None])
    labels = [] if to_all else chance.sample(MATCHES, chance.choice([1, 1, 2]))
    row: dict[str, Any] = {"match": {label: chance.choice(values) for label, values in labels}, "within": within}
    if clock == "wait":
        return row | chance.choice([{}, {"short_abandon": None}, {"short_abandon": chance.choice(pace.lengths)}])
    row |= {"clock": clock, "schedule": chance.choice(["24x7", "office", "other"])}
    row["on_reopen"] = chance.choice(["continue", "continue", "restart"])
    warn = chance.choice([None, *pace.lengths])
    if warn is not None and within is not None and length_of(warn) <= length_of(within):
        row["warn"] = warn
    if chance.random() < 0.5:
        row["pause_on"] = chance.choice([[], ["pending"], ["open", "on_hold"], ["new"]])
    return row
