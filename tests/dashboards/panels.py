"""The committed dashboards, taken apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "grafana" / "dashboards"
DASHBOARDS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
CHOSEN = {
    "$queue": ".*",
    "$target": ".*",
    "$window": "1h",
    "$__rate_interval": "1m",
    "$__interval": "30s",
    "${datasource}": "prometheus",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One expression of a panel, as Grafana sends it with everything chosen that is chosen at first."""

    dashboard: str
    panel: str
    expr: str
    over_time: bool

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.panel}"


def every_panel() -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over the panels with the names of their dashboards."""
    for name, dashboard in DASHBOARDS.items():
        for panel in dashboard["panels"]:
            yield name, panel


def every_expression() -> Iterator[Asked]:
    """Iterate over what panels, annotations and variables ask Prometheus."""
    for name, panel in every_panel():
        for target in panel["targets"]:
            yield Asked(name, panel["title"], chosen(target["expr"]), bool(target.get("range")))
    for name, dashboard in DASHBOARDS.items():
        for event in dashboard["annotations"]["list"]:
            yield Asked(name, event["name"], chosen(event["expr"]), over_time=True)
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                metric, label = variable["query"].removeprefix("label_values(").rstrip(")").split(", ")
                yield Asked(name, variable["name"], f"count by ({label}) ({metric})", over_time=False)


def chosen(expr: str) -> str:
    """Put what is chosen at first in the place of the variables."""
    for variable, value in CHOSEN.items():
        expr = expr.replace(variable, value)
    return expr
