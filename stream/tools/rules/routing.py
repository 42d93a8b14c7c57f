"""Alertmanager: whom an alert reaches, by severity and team, and which alerts keep others quiet."""

from __future__ import annotations

from typing import Any, Final

from stream.core.policy import Policy
from stream.tools.rules.expression import one_of
from stream.tools.rules.office import YEARS, holidays, office_hours, office_of
from stream.tools.rules.rule import Severity

NOTICES: Final = "http://notices:9095/alerts"
"""The page of the stack that shows what would have been sent."""
DEFAULT: Final = "default"
SILENT: Final = "nobody"
_PACE: Final = {
    Severity.PAGE: {"group_wait": "10s", "group_interval": "5m", "repeat_interval": "1h"},
    Severity.TICKET: {"group_wait": "1m", "group_interval": "15m", "repeat_interval": "24h"},
    Severity.INFO: {"group_wait": "5m", "group_interval": "1h", "repeat_interval": "7d"},
}
"""How soon, and how often again."""

PLACEHOLDERS: Final = """\
# Nothing leaves this machine: every receiver writes to the page of notices only. To be called, put one or more of
# these into a receiver, with your own addresses; secrets belong into files that only Alertmanager can read.
#
#     webhook_configs:
#       - {url: https://desk.example/hooks/deskpulse, send_resolved: true}
#     email_configs:
#       - {to: lead@desk.example, from: deskpulse@desk.example, smarthost: "mail.desk.example:587"}
#     slack_configs:
#       - {api_url_file: /etc/alertmanager/slack_url, channel: "#support-alerts", send_resolved: true}
#     pagerduty_configs:
#       - {routing_key_file: /etc/alertmanager/pagerduty_key}
"""


def receiver_of(name: str, severity: Severity) -> str:
    """Return the name under which Alertmanager knows a receiver of the policy for one severity."""
    return f"{name}-{severity.value}"


def routing(policy: Policy, years: tuple[int, int] = YEARS) -> dict[str, Any]:
    """Return the configuration of Alertmanager, with the holidays of these years."""
    office = office_of(policy)
    said: dict[str, Any] = {
        "route": {
            "receiver": receiver_of(DEFAULT, Severity.TICKET),
            # All that is wrong with one queue is one message.
            "group_by": ["service", "watches", "queue"],
            **_PACE[Severity.TICKET],
            "routes": [
                {"matchers": ['alertname="DeskpulseWatchdog"'], "receiver": SILENT},
                *(_route(policy, severity, has_hours=office is not None) for severity in Severity),
            ],
        },
        "inhibit_rules": _inhibitions(),
    }
    if office is not None:
        said["time_intervals"] = [{"name": "office", "time_intervals": office_hours(office, years)}]
        closed = holidays(office, years)
        said["time_intervals"].append({"name": "holidays", "time_intervals": closed})
    names = sorted({DEFAULT, *(team.receiver for team in policy.alerts.teams)})
    said["receivers"] = [
        {"name": SILENT},
        *(
            {
                "name": receiver_of(name, severity),
                "webhook_configs": [{"url": f"{NOTICES}/{receiver_of(name, severity)}", "send_resolved": True}],
            }
            for name in names
            for severity in Severity
        ),
    ]
    return said


def _route(policy: Policy, severity: Severity, *, has_hours: bool) -> dict[str, Any]:
    hours = (
        {"active_time_intervals": ["office"], "mute_time_intervals": ["holidays"]}
        if has_hours and severity is not Severity.PAGE
        else {}
    )
    return {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": receiver_of(DEFAULT, severity),
        **_PACE[severity],
        **hours,
        "routes": [
            # Sub-routes inherit the pace, but not the hours.
            {
                "matchers": [one_of("queue", team.queues)],
                "receiver": receiver_of(team.receiver, severity),
                **hours,
            }
            for team in policy.alerts.teams
            if team.queues
        ],
    }


def _inhibitions() -> list[dict[str, Any]]:
    """Return which alerts keep which quiet; `equal` holds for labels that neither has, too."""
    return [
        # While the monitor is blind nothing is said of the desk, neither that it is bad nor that it is well again.
        {
            "source_matchers": ['blind="yes"'],
            "target_matchers": ['watches="desk"'],
            "equal": ["service"],
        },
        # One page tells that a worker is gone; that its figures are missing follows from it.
        {
            "source_matchers": ['alertname="DeskpulseWorkerGone"', 'severity="page"'],
            "target_matchers": ['alertname=~"DeskpulseMetricsAbsent|DeskpulsePartitionsIncomplete|DeskpulseDataOld"'],
            "equal": ["service"],
        },
        # What rings a phone needs no ticket for the same thing.
        {
            "source_matchers": ['severity="page"'],
            "target_matchers": ['severity="ticket"'],
            "equal": ["service", "alertname", "queue", "clock", "target"],
        },
    ]
