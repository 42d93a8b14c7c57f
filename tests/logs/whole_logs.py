"""Every log as a whole, read once and kept: its events, the desk that has read them, and what that desk tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from stream.core.events import Event as CoreEvent
from stream.core.policy import Policy, load_policy
from stream.core.shard import Shard
from tests.logs import bank_calls, city_requests, desk, helpdesk_comments, irc_support, servicenow_incidents
from tests.logs.source import Event

_READ: Final[dict[str, Callable[[Path], list[Event]]]] = {
    "bank_calls": bank_calls.events,
    "city_requests": city_requests.events,
    "helpdesk_comments": helpdesk_comments.events,
    "irc_support": irc_support.events,
    "servicenow_incidents": servicenow_incidents.events,
}

_POLICY: Final = {
    "bank_calls": """
        service_level: [{within: 20s, short_abandon: 5s}]
        windows: [60d]""",
    "city_requests": """
        targets: [{clock: resolution, within: 14d}]
        windows: [400d]""",
    "helpdesk_comments": """
        schedules: {office: {hours: {mon-fri: "08:00-16:00"}}}
        targets:
          - {clock: first_response, within: 4h, schedule: office}
          - {clock: next_response, within: 1d}
        windows: [500d]""",
    "irc_support": """
        service_level: [{within: 1m}]
        windows: [6000d]""",
    "servicenow_incidents": """
        targets: [{clock: resolution, within: 5d}]
        windows: [400d]""",
}
"""A policy for each log, whose one window is longer than the log."""

SMALL: Final = ("helpdesk_comments", "irc_support")
"""Logs that are read in a fraction of a second."""
LARGE: Final = ("bank_calls", "servicenow_incidents", "city_requests")
"""Logs that take seconds."""


class WholeLog:
    """One log; each of its parts is made when it is first asked for, and kept.

    Attributes:
        name: the log's folder.
        policy: a policy with one window that holds all of it, and no queue folded.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.policy: Policy = load_policy(
            f"version: 1\nmax_groups: 200{_POLICY[name]}".replace("\n        ", "\n"), name
        )
        self._folder = folder

    def mapped(self) -> list[Event]:
        """Return all events as messages, in order of time; they take much memory, so they are not kept."""
        return _READ[self.name](self._folder)

    @cached_property
    def events(self) -> list[CoreEvent]:
        """All events as core has them."""
        return desk.decoded(self.mapped())

    @cached_property
    def shard(self) -> Shard:
        """The one shard that has read all of it in order; nobody moves it any further."""
        (shard,) = desk.run(self.policy, self.events)
        return shard

    @cached_property
    def told(self) -> Any:
        """What `deskpulse replay` prints at the time of the last event."""
        return desk.told(self.policy, [self.shard])

    @property
    def window(self) -> Any:
        """The window that holds the whole log, as it is told."""
        return self.told["windows"][0]

    @property
    def total(self) -> Any:
        """The figures over all groups, as they are told."""
        return self.window["total"]


class WholeLogs:
    """All logs by name."""

    def __init__(self, folder: Path) -> None:
        self._logs = {name: WholeLog(name, folder) for name in _READ}

    def __getitem__(self, name: str) -> WholeLog:
        return self._logs[name]
