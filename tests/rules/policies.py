"""Policies besides the default one."""

from __future__ import annotations

import yaml

from stream.core.policy import Policy, load_policy

_OBJECTIVES = (0.8, 0.85, 0.9, 0.95)


def _many() -> dict[str, object]:
    queues = [f"queue-{number:02}" for number in range(40)]
    clocks = ("first_response", "next_response", "resolution", "ownership")
    targets = [
        {
            "name": f"{clock}-{part}", "clock": clock, "within": f"{1 + part}h", "warn": "10m",
            "objective": _OBJECTIVES[part], "match": {"queue": queues[part::3]},
        }
        for clock in clocks
        for part in range(3)
    ]  # fmt: skip
    teams = {f"team-{number}": {"queues": queues[number::4], "receiver": f"phone-{number}"} for number in range(4)}
    return {
        "version": 1,
        "targets": targets,
        "service_level": [{"match": {"channel": "voice"}, "within": "20s"}, {"within": "1m", "objective": 0.85}],
        "bands": {"csat": {"good": 0.8, "bad": 0.7}, "abandonment_rate": {"good": 0.03, "bad": 0.08}},
        "alerts": {"teams": teams, "page_priorities": ["urgent", "high"]},
    }


def _always() -> dict[str, object]:
    return {
        "version": 1,
        "targets": [
            {"clock": "first_response", "within": "15m", "objective": 0.995},
            {"clock": "resolution", "within": "4h", "objective": 0.995},
        ],
        "service_level": [{"within": "10s", "objective": 0.995}],
        "windows": ["5m", "1h", "24h", "30d"],
    }


_ONE = {
    "version": 1,
    "schedules": {"nights": {"zone": "Europe/Berlin", "hours": {"sun-thu": "22:00-06:00"}, "holidays": ["2026-12-24"]}},
    "targets": [
        {"clock": "first_response", "match": {"queue": "help (new)"}, "within": "4h", "schedule": "nights"},
        {"clock": "resolution", "match": {"queue": "help (new)"}, "within": "2d", "objective": 0.7},
    ],
    "service_level": [],
    "group_by": ["queue"],
}

_SINGLE = {
    "version": 1,
    "targets": [{"clock": "resolution", "within": "4h", "objective": 0.9}],
    "bands": {"csat": {"good": 0.8, "bad": 0.7}},
    "windows": ["24h"],
}

POLICIES = {"one queue": _ONE, "40 queues": _many(), "24x7": _always(), "one window": _SINGLE}
QUEUES = {"one queue": 1, "40 queues": 40, "24x7": 20, "one window": 20, "default": 20}


def policy_text(name: str) -> str:
    """The policy as a file."""
    return yaml.safe_dump(POLICIES[name])


def policy_of(name: str) -> Policy:
    """The policy as it is read."""
    return load_policy(policy_text(name), name)
