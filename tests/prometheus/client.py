"""What is asked of a running Prometheus."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

HOUR_S = 3_600
SCRAPE_S = 1
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus.

    Attributes:
        address: of its API.
        target: what it scrapes.
    """

    address: str
    target: str

    def ask(self, expr: str, *, over_time: bool = False, step: int = 15) -> tuple[list[dict[str, Any]], float]:
        """Return the series of an expression, of now or of the last hour, and the seconds it took."""
        now = time.time()
        span = {"start": now - HOUR_S, "end": now, "step": step} if over_time else {}
        begun = time.perf_counter()
        said = self._get("query_range" if over_time else "query", {"query": expr, **span})
        found: list[dict[str, Any]] = said["result"]
        return found, time.perf_counter() - begun

    def waits_for(self, expr: str) -> bool:
        """Return whether an expression has had a series since the demo began, or comes to have one in half a minute."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.has_had(expr):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
        return True

    def has_had(self, expr: str) -> bool:
        """Return whether an expression has had a series at some moment since the demo began."""
        return bool(self.ask(expr, over_time=True, step=SCRAPE_S)[0])

    def values(self, label: str, metric: str) -> set[str]:
        """Return the values that a label of a metric has, or had since the demo began."""
        found: list[str] = self._get(f"label/{label}/values", {"match[]": metric})
        return set(found)

    def labels(self, metric: str) -> set[str]:
        """Return the labels that any series of a metric has."""
        found: list[str] = self._get("labels", {"match[]": metric})
        return set(found)

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules that it evaluates, each with its health and what its last evaluation took."""
        return [rule for group in self._get("rules", {})["groups"] for rule in group["rules"]]

    def scraped(self) -> dict[str, dict[str, set[str]]]:
        """Return what a scrape gives at this moment: of each series the values of each of its labels."""
        with urlopen(self.target, timeout=20) as answer:
            text = answer.read().decode()
        found: dict[str, dict[str, set[str]]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = found.setdefault(sample.name, defaultdict(set))
                for label, value in sample.labels.items():
                    labels[label].add(value)
        return found

    def _get(self, path: str, query: Mapping[str, object]) -> Any:
        with urlopen(f"{self.address}/api/v1/{path}?{urlencode(query)}", timeout=20) as answer:
            body = json.load(answer)
        assert "success" == body["status"], body
        return body["data"]
