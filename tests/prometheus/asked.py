"""What the committed rules and dashboards ask for: their expressions, and the selectors in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tests.conftest import ROOT
from tests.dashboards.panels import every_expression
from tests.prometheus.promql import Selector, listed, selectors

FOLDER = ROOT / "grafana/prometheus/rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """A committed rule.

    Attributes:
        name: of the series that it records, or of the alert.
        expr: PromQL.
        alerts: whether it is an alert.
    """

    name: str
    expr: str
    alerts: bool

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Use:
    """A selector, and the labels that its expression groups or joins by."""

    selector: Selector
    listed: frozenset[str]
    expr: str


def every_rule() -> Iterator[Rule]:
    """Iterate over the committed rules, in the order of the files."""
    for path in sorted(FOLDER.glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                yield Rule(rule.get("record") or rule["alert"], rule["expr"], "alert" in rule)


def every_use() -> Iterator[Use]:
    """Iterate over the selectors of all rules, panels, annotations and variables."""
    for expr in dict.fromkeys([*(rule.expr for rule in every_rule()), *(asked.expr for asked in every_expression())]):
        for selector in selectors(expr):
            yield Use(selector, frozenset(listed(expr)), expr)
