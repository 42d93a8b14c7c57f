"""The queues: for the team that works in them, worst first, each with a way to its tickets at risk."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import Panel
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from stream.core.policy import Band, Policy
from stream.tools.dashboards import palette
from stream.tools.dashboards.figures import OF_QUEUE as _Q
from stream.tools.dashboards.figures import by_queue, describe, hour, named
from stream.tools.dashboards.page import AT_RISK_ROW, Page
from stream.tools.dashboards.panels import (
    COUNT,
    RATIO,
    SECONDS,
    Look,
    Query,
    heat_panel,
    lines_panel,
    looking,
    table_panel,
)

_ANY_IS_BAD: Final = looking(COUNT, band=Band(good=0.5, bad=1), decimals=0, nothing="-")


def queues(policy: Policy) -> Page:
    """Return the dashboard of the queues."""
    page = Page("queues", "Deskpulse: Queues", "Each queue now: who waits, what is late, who works. Worst first.")
    page.with_choices(("queue", "deskpulse_clocks"), default_window=hour(policy).name)
    page.row(0, (24, _table(policy)), h=10)
    page.row(10, (8, _waiting(policy)), (8, _at_risk()), (8, _unanswered(policy)))
    page.row(18, (12, _heat()), (12, _volume(policy)), h=9)
    page.row(
        27,
        (8, _quantiles(policy, "wait", "Wait on the line")),
        (8, _quantiles(policy, "first_response", "First answer")),
        (8, _agents()),
    )
    return page


def _table(policy: Policy) -> Panel:
    count = looking(COUNT, decimals=0, nothing="-")
    level = by_queue(policy, "service_level", window="$window")
    against = by_queue(policy, "volume_against_last_week", window="$window")
    nobody = f"0 * queue:deskpulse_waiting_contacts:sum{{{_Q}}}"
    columns: dict[str, tuple[str, Look]] = {
        "Promises broken": (
            f'sum by (queue) (queue_state:deskpulse_clocks:sum{{state="breaching", {_Q}}})',
            _ANY_IS_BAD,
        ),
        "Due soon": (f'sum by (queue) (queue_state:deskpulse_clocks:sum{{state="imminent", {_Q}}})', count),
        "On the line": (f"max by (queue) (queue:deskpulse_waiting_contacts:sum{{{_Q}}})", count),
        "Longest wait": (
            f"max by (queue) (queue:deskpulse_longest_wait:seconds{{{_Q}}} or on (queue) {nobody})",
            looking(SECONDS, band=palette.wait_band(policy), decimals=0, nothing="-"),
        ),
        "Unanswered": (f"max by (queue) (queue:deskpulse_unanswered_tickets:sum{{{_Q}}})", count),
        "Oldest unanswered": (
            f"max by (queue) (queue:deskpulse_oldest_unanswered:seconds{{{_Q}}})",
            looking(SECONDS, decimals=0, nothing="none"),
        ),
        "Agents free": (f'sum by (queue) (deskpulse_agents{{state="available", {_Q}}})', count),
        "Agents at work": (f'sum by (queue) (deskpulse_agents{{state=~"busy|wrap_up", {_Q}}})', count),
        "In time": (
            f"max by (queue) ({level})",
            looking(RATIO, band=palette.band_of(policy, "service_level", "wait"), nothing="-"),
        ),
        "Against last week": (f"max by (queue) ({against})", looking(RATIO, nothing="-")),
    }
    return table_panel(
        "Queues, worst first",
        "What each queue needs now. A click on its name opens its tickets at risk, the next deadline first.\n\n"
        "Formula: numbers of now; in time: the service level of the chosen window; against last week: what came in its "
        "last full hours / in the same hours 7 days before.",
        columns,
        ("queue",),
        links=(f"Its tickets at risk|{AT_RISK_ROW}", "Its promises|/d/deskpulse-sla?var-queue=${__data.fields.Queue}"),
    )


def _waiting(policy: Policy) -> Panel:
    return lines_panel(
        "Customers on the line",
        "Calls and chats that wait for somebody.\n\nFormula: number of waiting contacts by queue.",
        COUNT,
        [Query(f"max by (queue) (queue:deskpulse_waiting_contacts:sum{{{_Q}}})", named(policy, "{{queue}}"))],
    )


def _at_risk() -> Panel:
    return lines_panel(
        "Promises at risk",
        "Clocks that are due soon, and those whose deadline has passed.\n\nFormula: number of open clocks by state.",
        COUNT,
        [
            Query(f'sum(queue_state:deskpulse_clocks:sum{{state="breaching", {_Q}}})', "broken"),
            Query(f'sum(queue_state:deskpulse_clocks:sum{{state="imminent", {_Q}}})', "due soon"),
        ],
        stacked=True,
    )


def _unanswered(policy: Policy) -> Panel:
    return lines_panel(
        "Tickets without an answer",
        "Unsolved tickets whose customer waits for us.\n\nFormula: number of unanswered tickets by queue.",
        COUNT,
        [Query(f"max by (queue) (queue:deskpulse_unanswered_tickets:sum{{{_Q}}})", named(policy, "{{queue}}"))],
    )


def _heat() -> Panel:
    bucket = f'deskpulse_window_first_response_seconds_bucket{{window="$window", {_Q}}}'
    return heat_panel(
        "How long customers wait for a first answer",
        "Each column is the chosen window at that moment; the brighter, the more answers took that long.\n\n"
        "Formula: first public reply of a human - created, number of answers by bucket.",
        Query(f"sum by (le) ({bucket})", "{{le}}", format=PromQueryFormat.HEATMAP),
        "s",
    )


def _volume(policy: Policy) -> Panel:
    key = "volume_against_last_week"
    text = "Whether this is a usual day: above 100 % more came than in the same hours a week before."
    figure = by_queue(policy, key, window="$window")
    return lines_panel(
        "Volume against last week",
        f"{describe(key, text)} There is none for windows below 1 h or above 24 h.",
        Look("percentunit", floor=0, decimals=0, nothing="nothing of a week before yet"),
        [Query(f"max by (queue) ({figure})", named(policy, "{{queue}}"))],
    )


def _quantiles(policy: Policy, duration: str, title: str) -> Panel:
    level = "queue_window" if "queue" in policy.group_by else "window"
    return lines_panel(
        title,
        f"{title}: half of the customers had it by p50, nine of ten by p90; p90 by queue.\n\n"
        "Formula: quantiles of the histogram of the middle window, over all workers.",
        SECONDS,
        [
            Query(f"max(window:deskpulse_{duration}:p50)", "p50, all queues"),
            Query(f"max by (queue) ({level}:deskpulse_{duration}:p90{{{_Q}}})", named(policy, "p90 {{queue}}")),
        ],
    )


def _agents() -> Panel:
    return lines_panel(
        "Agents",
        "Who is there for the chosen queues; who serves several queues counts in each.\n\n"
        "Formula: number of agents by state.",
        COUNT,
        [Query(f"sum by (state) (deskpulse_agents{{{_Q}}})", "{{state}}")],
        stacked=True,
    )
