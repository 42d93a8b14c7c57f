"""What rules and panels ask for is what a worker exports, both ways; no Prometheus is needed to say so."""

from __future__ import annotations

import re
from collections import Counter

from stream.core.policy import default_policy
from stream.edge.exposition.names import every_name
from tests.prometheus.asked import every_rule, every_use

USES = tuple(every_use())
LABELS = {series: name.labels(default_policy().group_by) for name in every_name() for series in name.series}
RECORDED = {rule.name for rule in every_rule() if not rule.alerts}
OTHERS = {"up", "ALERTS", "process_resident_memory_bytes"}
"""What Prometheus itself and the process of the worker add."""
ADDED = {"job", "instance", "le"}
"""Labels that Prometheus adds to each series, and the one of a bucket."""

_OWN = "shown by no panel of ours; for a team's own"
_FORMULA = "the default policy's formula of the service level does not need it"
_PEOPLE = "only exported where the policy asks for figures by agent"
_CUSTOMERS = "once a quarter is enough to look at it: `deskpulse check` and /api/kpis have the figures"
UNUSED = {
    "deskpulse_unassigned_tickets": _OWN,
    "deskpulse_window_messages": _OWN,
    "deskpulse_window_callbacks": _OWN,
    "deskpulse_window_flow_outs": _OWN,
    "deskpulse_window_next_response_seconds": _OWN,
    "deskpulse_window_full_resolution_seconds": _OWN,
    "deskpulse_window_first_response_open_seconds": _OWN,
    "deskpulse_window_abandon_wait_seconds": _OWN,
    "deskpulse_window_abandoned_in_target": _FORMULA,
    "deskpulse_window_short_abandons": _FORMULA,
    "deskpulse_window_agent_solved": _PEOPLE,
    "deskpulse_window_agent_handled": _PEOPLE,
    "deskpulse_window_agent_handle_seconds": _PEOPLE,
    "deskpulse_window_agent_csat_answers": _PEOPLE,
    "deskpulse_window_agent_csat_satisfied": _PEOPLE,
    "deskpulse_agents_folded": _PEOPLE,
    "deskpulse_customers_active": _CUSTOMERS,
    "deskpulse_customers_at_start": _CUSTOMERS,
    "deskpulse_customers_new": _CUSTOMERS,
    "deskpulse_customers_lost": _CUSTOMERS,
    "deskpulse_customers_revenue": _CUSTOMERS,
    "deskpulse_customers_recurring_revenue": _CUSTOMERS,
    "deskpulse_customers_expansion_revenue": _CUSTOMERS,
    "deskpulse_customers_contracted_revenue": _CUSTOMERS,
    "deskpulse_customers_period_seconds": _CUSTOMERS,
    "deskpulse_customers_lifespan_periods": _CUSTOMERS,
    "deskpulse_partitions_assigned": "rules and panels go by those that are ready",
    "deskpulse_recovered_ratio": "until it is 1 partitions are missing, which rules and panels go by",
    "deskpulse_rebalances": "what it does to the figures, `deskpulse_partitions_ready` shows",
}
"""What no rule and no panel asks for, and why a worker exports it all the same."""


def test_every_metric_that_is_asked_for_is_exported_or_recorded() -> None:
    """No rule, panel, annotation or variable names a metric that there is not."""
    asked = {metric for use in USES for metric in use.selector.metrics()}
    assert set() == asked - set(LABELS) - RECORDED - OTHERS


def test_every_metric_that_is_exported_is_asked_for_or_has_a_reason() -> None:
    """Whatever a worker exports a rule or a panel uses, but for a list with reasons that names nothing else."""
    asked = {metric for use in USES for metric in use.selector.metrics()}
    assert set(UNUSED) == {name.family for name in every_name() if not asked & set(name.series)}


def test_every_label_that_is_asked_for_is_one_of_the_metric() -> None:
    """A matcher names a label that the table gives to each of its metrics; a bound of a bucket only a bucket has."""
    wrong = [
        (metric, label)
        for use in USES
        for metric in use.selector.metrics() & set(LABELS)
        for label, _, _ in use.selector.matchers
        if label != "__name__" and label not in {*LABELS[metric], *ADDED}
    ]
    wrong += [
        (metric, "le")
        for use in USES
        for metric in use.selector.metrics()
        if any(label == "le" for label, _, _ in use.selector.matchers) and not metric.endswith("_bucket")
    ]
    assert [] == wrong


def test_every_label_that_is_joined_or_grouped_by_is_one_of_some_metric() -> None:
    """`by`, `on`, `ignoring` and the like name labels that the table knows, or that Prometheus adds."""
    known = {label for labels in LABELS.values() for label in labels} | ADDED | {"alertname", "severity"}
    assert set() == {label for use in USES for label in use.listed} - known


def test_a_recorded_name_says_its_level() -> None:
    """Names are `level:metric:operation`, and no two rules record the same series."""
    assert [] == [name for name in RECORDED if not re.fullmatch(r"[a-z_]+:deskpulse_[a-z_]+:[a-z0-9]+", name)]
    twice = Counter((rule.name, rule.expr) for rule in every_rule() if not rule.alerts)
    assert [] == [name for (name, _), times in twice.items() if times > 1]
