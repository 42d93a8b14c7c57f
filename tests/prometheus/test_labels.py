"""Every label, every value and every bound that rules and panels ask for, against what the demo's worker exports."""

from __future__ import annotations

import pytest

from stream.core.policy import default_policy
from stream.edge.exposition import names
from stream.edge.exposition.merge import exported_bounds
from stream.edge.exposition.text import bound_text
from tests.prometheus.asked import every_rule, every_use
from tests.prometheus.client import Prometheus
from tests.prometheus.promql import listed, selectors

pytestmark = pytest.mark.slow

USES = tuple(every_use())
POLICY = default_policy()
PROMISED = {
    "target": {target.name for target in POLICY.targets},
    "queue": set(POLICY.queues_named),
    "channel": {channel for row in POLICY.rows for channel in row.match.channel or ()},
    "priority": {priority for row in POLICY.rows for priority in row.match.priority or ()},
}
"""Values that the policy names; not each of them need have come in the first minute of a demo."""
OF_ALERTS = frozenset({"alertname"}).union(*(listed(rule.expr) for rule in every_rule() if rule.alerts))
"""Labels that alerts have by their rules; which of them fire in the first minute of a demo, if any, is chance."""
ANY = {".*", ".+"}
"""What a variable of a dashboard is where all of it is chosen."""


def test_every_label_is_one_of_the_series(prometheus: Prometheus) -> None:
    """Each matcher names a label of its series, each `by` and `on` one of some series of its expression."""
    missing = set()
    for use in USES:
        for metric in use.selector.metrics():
            there = prometheus.labels(metric)
            wanted = {label for label, _, _ in use.selector.matchers} - {"__name__"}
            missing |= {(metric, label) for label in wanted - there if there}
        metrics = [metric for one in selectors(use.expr) for metric in one.metrics()]
        found = [prometheus.labels(metric) | (OF_ALERTS if metric == "ALERTS" else set()) for metric in metrics]
        missing |= {(use.expr, label) for label in use.listed - set().union(*found) if all(found)}
    assert set() == missing


def test_every_value_is_one_of_the_label(prometheus: Prometheus) -> None:
    """Each value that a matcher asks for the policy names, or a series has had it since the demo began."""
    missing = set()
    for use in USES:
        for metric in use.selector.metrics() - {"ALERTS"}:
            for label in (prometheus.labels(metric) - {"__name__"}) & {label for label, _, _ in use.selector.matchers}:
                wanted = use.selector.alternatives(label) - ANY - PROMISED.get(label, set())
                missing |= {(metric, label, value) for value in wanted - prometheus.values(label, metric)}
    assert set() == missing


def test_every_bound_is_one_that_is_exported(prometheus: Prometheus) -> None:
    """The buckets that quantiles are made of have the policy's bounds, each as it is written, and no other is named."""
    scraped = prometheus.scraped()
    buckets = {metric for use in USES for metric in use.selector.metrics() if metric.endswith("_bucket")}
    assert {names.DURATIONS[duration].series[0] for duration in names.WITH_BOUNDS} == buckets
    for duration in names.WITH_BOUNDS:
        metric = names.DURATIONS[duration].series[0]
        exported = {*map(bound_text, exported_bounds(POLICY, duration)), "+Inf"}
        assert exported == scraped[metric]["le"]
        asked = set().union(*(use.selector.alternatives("le") for use in USES if metric in use.selector.metrics()))
        assert asked <= exported
