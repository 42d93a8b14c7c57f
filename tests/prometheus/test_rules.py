"""Every expression of every rule against a real Prometheus that scrapes the demo."""

from __future__ import annotations

import time

import pytest

from tests.prometheus.asked import Rule, every_rule
from tests.prometheus.client import PATIENCE_S, Prometheus
from tests.prometheus.promql import loosened, selectors

pytestmark = pytest.mark.slow

SLOWEST_S = 0.2
EMPTY = {
    "deskpulse_agent_hour_cost": "the default policy does not say what an hour costs",
    "deskpulse_window_arrived_week_before) > 0": "the past of the demo is shorter than a week",
    "deskpulse_volume_against_last_week": "the past of the demo is shorter than a week",
    "deskpulse_window_enps_": "the demo asks no employees",
    "deskpulse_window_qa_": "the demo has no graders",
    "offset 6d23h30m": "Prometheus has not run for a week",
}
"""What has no series in a demo: a part of the expression, with the reason."""
UNSELECTED = {
    'deskpulse_oldest_waiting_timestamp_seconds{channel!~"chat|messaging|voice"}': "nobody waits on another channel",
}
"""Selectors that select nothing, beside others of the same rule that do."""
PERHAPS = {'channel="messaging"': "few write, so perhaps none of them has had to wait"}
"""What may have none in the first minutes of a demo."""

RULES = list(dict.fromkeys(every_rule()))
PARTS = {selector.text for rule in RULES for selector in selectors(rule.expr)}


@pytest.mark.parametrize("rule", RULES, ids=[f"{number} {rule.name}" for number, rule in enumerate(RULES)])
def test_a_rule_has_series_and_is_fast(rule: Rule, prometheus: Prometheus) -> None:
    """It is no error, takes at most 200 ms, the better of three times, and records something unless there is a reason.

    An alert has no series while all is well, so its conditions are made to say 0 or 1: then there are some where each
    of its parts has some, and their labels join.
    """
    assert min(prometheus.ask(rule.expr)[1] for _ in range(3)) <= SLOWEST_S
    expr = loosened(rule.expr) if rule.alerts else rule.expr
    assert _as_told(expr, prometheus), expr


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_selector_of_a_rule_has_series(part: str, prometheus: Prometheus) -> None:
    """Each selector alone selects something that the demo has shown, unless there is a reason."""
    assert _as_told(part, prometheus) != (part in UNSELECTED)


def test_prometheus_evaluates_every_rule(prometheus: Prometheus) -> None:
    """All committed rules are loaded, each has been evaluated without an error, and none needs more than 200 ms."""
    running = prometheus.rules()
    assert sorted(rule.name for rule in every_rule()) == sorted(rule["name"] for rule in running)
    assert [] == [(rule["name"], rule.get("lastError")) for rule in running if rule["health"] != "ok"]
    # An evaluation may have waited for the machine, so each rule may show another one.
    slow = set(range(len(running)))
    deadline = time.monotonic() + PATIENCE_S
    while slow and time.monotonic() < deadline:
        took = [rule["evaluationTime"] for rule in prometheus.rules()]
        slow = {place for place in slow if took[place] > SLOWEST_S}
        time.sleep(0.2 if slow else 0)
    assert [] == [running[place]["name"] for place in slow]


def test_every_exception_is_still_needed() -> None:
    """No reason stands for an expression that is gone."""
    exprs = [rule.expr for rule in RULES]
    assert [] == [part for part in (*EMPTY, *UNSELECTED, *PERHAPS) if not any(part in expr for expr in exprs)]


def _as_told(expr: str, prometheus: Prometheus) -> bool:
    if any(part in expr for part in PERHAPS):
        return True
    if any(part in expr for part in EMPTY):
        return not prometheus.has_had(expr)
    return prometheus.waits_for(expr) if expr not in UNSELECTED else prometheus.has_had(expr)
