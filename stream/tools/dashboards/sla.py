"""Promises: attainment, budget and burn rate by target, and when they were broken."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import Panel

from stream.core.policy import Band, Policy
from stream.tools.dashboards.figures import OF_QUEUE as _Q
from stream.tools.dashboards.figures import by_queue, describe, hour, longest, named
from stream.tools.dashboards.page import Page
from stream.tools.dashboards.panels import COUNT, RATIO, SECONDS, Look, Query, lines_panel, looking, table_panel

_T: Final = 'target=~"$target"'
_BUDGET: Final = f"(1 - target:deskpulse_objective:ratio{{{_T}}} > 0)"
_BREACHED: Final = "target_window:deskpulse_sla_breached:ratio"
_LEFT: Final = Band(good=0.25, bad=1e-9)
_BURN: Final = Band(good=1, bad=1.000001)


def sla(policy: Policy) -> Page:
    """Return the dashboard of the promises."""
    page = Page(
        "sla", "Deskpulse: Promises", "What was promised, what was kept, and what may still go wrong.", start="now-24h"
    )
    page.with_choices(
        ("queue", "deskpulse_clocks"), ("target", "deskpulse_target_objective_ratio"), default_window=hour(policy).name
    )
    page.row(0, (24, _table(policy)), h=13)
    page.row(13, (12, _attainment()), (12, _burn()), h=9)
    page.row(22, (12, _by_hour(policy)), (12, _clocks()), h=9)
    page.row(31, (12, _by_queue(policy)), (12, _service_level(policy)), h=9)
    return page


def _over(window: str) -> str:
    return f'{_BREACHED}{{window="{window}", {_T}}}'


def _table(policy: Policy) -> Panel:
    whole = longest(policy).name
    burnt = f"{_over(whole)} / on (clock, target) group_left () {_BUDGET}"
    burn = f"{_over('$window')} / on (clock, target) group_left () {_BUDGET}"
    columns: dict[str, tuple[str, Look]] = {
        "Burn rate": (f"max by (clock, target) ({burn})", Look("none", band=_BURN, decimals=1, nothing="-")),
        f"Budget left ({whole})": (f"max by (clock, target) (1 - {burnt})", looking(RATIO, band=_LEFT, nothing="-")),
        "Kept": (f"max by (clock, target) (1 - {_over('$window')})", looking(RATIO, nothing="-")),
        f"Kept ({whole})": (f"max by (clock, target) (1 - {_over(whole)})", looking(RATIO, nothing="-")),
        "Goal": (f"max by (clock, target) (target:deskpulse_objective:ratio{{{_T}}})", looking(RATIO, nothing="-")),
        "Within": (f"max by (clock, target) (target:deskpulse_within:seconds{{{_T}}})", SECONDS),
    }
    return table_panel(
        "Promises, the fastest burning first",
        "Kept: met / (met + breached), in the chosen window and in the longest. "
        "Burn rate above 1: the budget will not last.\n\n"
        "Formula: burn rate = breached share / (1 - goal); "
        "budget left = 1 - breached share of the longest window / (1 - goal).",
        columns,
        ("target", "clock"),
    )


def _attainment() -> Panel:
    return lines_panel(
        "Kept",
        "Share of the promises that were kept, and the goal of each (dashed).\n\nFormula: met / (met + breached).",
        RATIO,
        [
            Query(f"max by (clock, target) (1 - {_over('$window')})", "{{target}}"),
            Query(f"max by (clock, target) (target:deskpulse_objective:ratio{{{_T}}})", "goal {{target}}"),
        ],
    )


def _burn() -> Panel:
    rate = f"{_over('$window')} / on (clock, target) group_left () {_BUDGET}"
    return lines_panel(
        "Burn rate of the budget",
        "At 1 exactly the budget is used up over time; above it promises are broken too fast.\n\n"
        "Formula: breached share of the chosen window / (1 - goal).",
        Look("none", floor=0, decimals=1),
        [Query(f"max by (clock, target) ({rate})", "{{target}}"), Query("vector(1)", "goal at most")],
    )


def _by_hour(policy: Policy) -> Panel:
    window = hour(policy).name
    broken = f'deskpulse_window_sla_outcomes{{window="{window}", outcome="breached", {_T}, {_Q}}}'
    return lines_panel(
        f"Promises broken, {window} a bar",
        f"When promises were broken: a bar is the last {window} at its right end.\n\n"
        "Formula: clocks breached, counted at their deadline.",
        looking(COUNT, nothing=f"its first {window} is not over yet, or none was broken"),
        [Query(f"sum by (target) ({broken})", "{{target}}")],
        bars=True,
        stacked=True,
    ).interval(window)


def _clocks() -> Panel:
    return lines_panel(
        "Open promises",
        "What is still to be kept, by state.\n\nFormula: number of open clocks.",
        COUNT,
        [Query(f"sum by (state) (queue_state:deskpulse_clocks:sum{{{_Q}}})", "{{state}}")],
        stacked=True,
    )


def _by_queue(policy: Policy) -> Panel:
    kept = by_queue(policy, "sla_attainment", window="$window")
    return lines_panel(
        "Kept, by queue and clock",
        describe("sla_attainment", "Which queue keeps its promises.", "resolution"),
        RATIO,
        [Query(f"max by (queue, clock) ({kept})", named(policy, "{{queue}}: {{clock}}"))],
    )


def _service_level(policy: Policy) -> Panel:
    level = by_queue(policy, "service_level", window="$window")
    return lines_panel(
        "Service level, by queue",
        describe("service_level", "Customers on the line who reached somebody in time.", "strict")
        + " Other formulas of the policy have their name behind the queue.",
        RATIO,
        [
            Query(f"max by (queue, formula) ({level})", named(policy, "{{queue}} ({{formula}})")),
            Query("formula:deskpulse_service_level_objective:ratio", "goal ({{formula}})"),
        ],
    )
