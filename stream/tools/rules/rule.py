"""A rule as Prometheus reads it: a recorded series, or an alert with everything that the person called needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

SOON: Final = "5s"
"""The interval of what somebody is called for: as often as there are new figures."""
SERVICE: Final = "deskpulse"
"""The value of the label `service` of every alert: what blindness inhibits has the same one."""


class Severity(StrEnum):
    """What an alert asks of people."""

    PAGE = "page"
    TICKET = "ticket"
    INFO = "info"


class Watches(StrEnum):
    """What an alert looks at: the desk, or the monitor that looks at the desk."""

    DESK = "desk"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Recording:
    """A series that is recorded.

    Attributes:
        record: its name, `level:metric:operation`.
        expr: PromQL.
        labels: that are added to those of the expression.
    """

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return it as a rule file says it."""
        said: dict[str, Any] = {"record": self.record, "expr": self.expr}
        return said | ({"labels": dict(self.labels)} if self.labels else {})


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert; its links are added by `stream.tools.rules.links`.

    Attributes:
        name: `Deskpulse…`, which is a heading of the runbook, too.
        expr: PromQL.
        severity: what it asks of people.
        watches: the desk or the monitor.
        summary: one line, with the queue.
        description: the figures in words.
        dashboard: uid of the dashboard that shows it, without `deskpulse-`.
        wait: how long it must hold; `0s` fires at once.
        keep: how long it goes on once it no longer holds.
        labels: others than the four that every alert has.
        has_queue: whether its links are filtered by a queue.
    """

    name: str
    expr: str
    severity: Severity
    watches: Watches
    summary: str
    description: str
    dashboard: str
    wait: str = "0s"
    keep: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    has_queue: bool = True

    def all_labels(self) -> dict[str, str]:
        """Return the labels that the rule adds."""
        own = {"service": SERVICE, "severity": self.severity.value, "watches": self.watches.value}
        return own | dict(self.labels)

    def document(self, links: Mapping[str, str]) -> dict[str, Any]:
        """Return it as a rule file says it."""
        said: dict[str, Any] = {"alert": self.name, "expr": self.expr}
        if self.wait != "0s":
            said["for"] = self.wait
        if self.keep:
            said["keep_firing_for"] = self.keep
        said["labels"] = self.all_labels()
        said["annotations"] = {"summary": self.summary, "description": self.description, **links}
        return said


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated in turn, at the same moment.

    Attributes:
        name: unique.
        rules: in order.
        interval: how often; that of Prometheus where empty.
    """

    name: str
    rules: tuple[Recording | Alert, ...]
    interval: str = ""
