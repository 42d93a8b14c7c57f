"""What is promised: a policy file made of lines of a table.

A promise is a clock and a time, then what there is to add, in any order:

    resolution 4h in office warn 30m restart pausing pending/on_hold for priority high/urgent and tier gold

`pausing nothing` pauses on no status. `wait 20s short 5s` is a row of the service level. `none` is no target.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.core.notation.times import seconds

OFFICE = "mon-fri 09-17"
LABELS = ("queue", "channel", "priority", "tier", "tenant")
_HOURS = re.compile(r"(\d\d)(:\d\d)?-(\d\d)(:\d\d)?")


def policy_file(promises: Sequence[str], hours: Mapping[str, str], zone: str) -> str:
    """Return the policy file that promises this; windows are of one hour and of sixty days."""
    targets: list[dict[str, Any]] = []
    levels: list[dict[str, Any]] = []
    for text in promises:
        row = _promise(text)
        (levels if "clock" not in row else targets).append(row)
    schedules = {name: _hours(text, zone) for name, text in {"office": OFFICE, **hours}.items()}
    file = {
        "version": 1,
        "schedules": schedules,
        "targets": targets,
        "service_level": levels,
        "windows": ["1h", "60d"],
        "buckets": ["1h"],
    }
    return json.dumps(file)


def _promise(text: str) -> dict[str, Any]:
    words = iter(text.split())
    clock, within = next(words), next(words)
    row: dict[str, Any] = {"within": None if within == "none" else seconds(within)}
    if clock == "wait":
        row["short_abandon"] = None
    else:
        row["clock"] = clock
    for word in words:
        row |= _addition(word, words, row.setdefault("match", {}), text)
    return row


def _addition(word: str, words: Iterator[str], match: dict[str, list[str]], text: str) -> dict[str, Any]:
    """Return what a word and those that belong to it add to a promise."""
    if word == "restart":
        return {"on_reopen": "restart"}
    value = next(words, "")
    if word == "in":
        return {"schedule": value}
    if word == "warn":
        return {"warn": seconds(value)}
    if word == "short":
        return {"short_abandon": seconds(value)}
    if word == "pausing":
        return {"pause_on": [] if value == "nothing" else value.split("/")}
    if word in {"for", "and"} and value in LABELS:
        match[value] = next(words).split("/")
        return {}
    raise ValueError(f"{text!r}: {word!r} adds nothing to a promise that is known")


def _hours(text: str, zone: str) -> dict[str, Any]:
    schedule: dict[str, Any] = {"zone": zone, "hours": {}, "holidays": []}
    for part in text.split(";"):
        word, *rest = part.split()
        if word == "in":
            (schedule["zone"],) = rest
        elif word == "off":
            for day in rest:
                country, _, state = day.partition("/")
                schedule["holidays"].append(day if day[0].isdigit() else {"country": country, "state": state or None})
        else:
            schedule["hours"][word] = [_interval(interval, text) for interval in rest]
    return schedule


def _interval(text: str, whole: str) -> str:
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError(f"{whole!r}: {text!r} is no interval such as 09-17 or 08:30-12:00")
    return f"{match[1]}{match[2] or ':00'}-{match[3]}{match[4] or ':00'}"
