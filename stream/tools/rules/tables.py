"""All rules of a policy, as rows; files, tests and documentation are made of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stream.core.policy import Policy
from stream.tools.rules.burn import burns
from stream.tools.rules.desk import desk_alerts
from stream.tools.rules.monitor import monitor_alerts
from stream.tools.rules.recording import recordings
from stream.tools.rules.rule import SOON, Alert, Group


@dataclass(frozen=True, slots=True)
class RuleTables:
    """What Prometheus is told.

    Attributes:
        recording: groups of recording rules.
        desk: the group of alerts on the desk.
        monitor: the group of alerts on the monitor.
        warnings: what was left out, and why.
    """

    recording: tuple[Group, ...]
    desk: Group
    monitor: Group
    warnings: tuple[str, ...]

    def alerts(self) -> Iterator[Alert]:
        """Iterate over every alert."""
        for rule in (*self.desk.rules, *self.monitor.rules):
            if isinstance(rule, Alert):
                yield rule


def make_tables(policy: Policy) -> RuleTables:
    """Return the rules of a policy.

    Raises:
        UnreachableError: an alert on a target's budget could never fire.
    """
    warnings: list[str] = []
    burnt = burns(policy, warnings)
    if "priority" not in policy.group_by:
        warnings.append("group_by: without priority no single clock can page; all of them make tickets")
    return RuleTables(
        recording=recordings(policy),
        desk=Group("deskpulse-desk", tuple(desk_alerts(policy, burnt)), SOON),
        monitor=Group("deskpulse-monitor", tuple(monitor_alerts(policy)), SOON),
        warnings=tuple(warnings),
    )
