"""A real log through a real Kafka: `produce`, one worker and two, and the oracle's figures on /metrics."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.kafka import Cluster
from tests.logs import bank_calls
from tests.pipeline.process import until
from tests.pipeline.test_commands import run, running

POLICY = "version: 1\nservice_level: [{within: 20s, short_abandon: 5s}]\nwindows: [31d]\n"
ORACLE = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "answered_in_target": "answered_within_20s",
    "abandoned_in_target": "abandoned_within_20s",
    "short_abandons": "abandoned_within_5s",
}


def service_levels(of: Counter[str]) -> dict[str, float]:
    """Return the six formulas by the oracle's names, written down from the definitions."""
    answered, abandoned, short = of["window_answered"], of["window_abandoned"], of["window_short_abandons"]
    in_time, left_in_time = of["window_answered_in_target"], of["window_abandoned_in_target"]
    levels = {
        "strict": in_time / (answered + abandoned),
        "short_abandons_removed_5s": in_time / (answered + abandoned - short),
        "short_abandons_credited_5s": (in_time + short) / (answered + abandoned),
        "abandons_within_target_ignored": in_time / (answered + abandoned - left_in_time),
        "abandons_within_target_positive": (in_time + left_in_time) / (answered + abandoned),
        "answered_only": in_time / answered,
    }
    return {name: round(level, 6) for name, level in levels.items()}


class Served:
    """The /metrics of a worker whose log says where it is."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def figures(self) -> Counter[str]:
        """Return the sum of every metric over its labels; nothing before the worker serves."""
        found = re.search(r"http://127\.0\.0\.1:\d+/metrics", self._log.read_text())
        if found is None:
            return Counter()
        with urllib.request.urlopen(found[0], timeout=20) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            sums: Counter[str] = Counter()
            for sample in (sample for family in families for sample in family.samples):
                sums[sample.name.removeprefix("deskpulse_")] += sample.value  # type: ignore[assignment]  # exact: integers
            return sums


def together(*served: Served) -> Counter[str]:
    """Return the figures of a fleet."""
    return sum((one.figures() for one in served), Counter())


def settled(served: tuple[Served, ...], events: int) -> Counter[str]:
    """Wait until all partitions are ready and all events are in, and return the figures."""
    last: list[Counter[str]] = [Counter()]

    def through() -> bool:
        last[0] = together(*served)
        handled = last[0]["window_handle_seconds_gcount"]
        return last[0]["partitions_ready"] == 4 and last[0]["lag_records"] == 0 and handled >= events

    until(through, "all is read and shown", 120)
    return last[0]


@pytest.mark.kafka
@pytest.mark.slow
def test_the_banks_january_is_exact_with_one_worker_and_with_one_that_joins_midway(
    kafka: Cluster, logs: Path, tmp_path: Path
) -> None:
    """Every count and both sums, added up over the workers, are the oracle's, and so are all six service levels."""
    expected = json.loads((logs / "bank_calls" / "oracle.json").read_bytes())["by_month"]["january"]
    lines = [json.dumps(event) for event in bank_calls.events(logs, "january")]
    policy, first, rest = tmp_path / "policy.yaml", tmp_path / "first.jsonl", tmp_path / "rest.jsonl"
    policy.write_text(POLICY)
    first.write_text("\n".join(lines[: len(lines) // 2]))
    rest.write_text("\n".join(lines[len(lines) // 2 :]))
    worker = ("worker", "--brokers", kafka.bootstrap, "--policy", str(policy), "--clock", "data", "--web-port", "0")
    with ExitStack() as stack:

        def start(name: str, group: str) -> Served:
            stack.enter_context(running(tmp_path / name, *worker, "--group", group))
            return Served(tmp_path / name)

        def produce(path: Path) -> None:
            assert run("produce", "--events", str(path), "--brokers", kafka.bootstrap).returncode == 0

        produce(first)
        one = start("one", "pair")
        until(lambda: one.figures()["partitions_ready"] == 4, "the first worker is ready")
        two = start("two", "pair")
        produce(rest)
        until(lambda: two.figures()["partitions_ready"] == 2, "the second worker is ready", 120)
        pair = settled((one, two), expected["answered"])
        alone = settled((start("alone", "alone"),), expected["answered"])
    for figures in (pair, alone):
        assert {name: expected[theirs] for name, theirs in ORACLE.items()} == {
            name: figures[f"window_{name}"] for name in ORACLE
        }
        assert expected["sum_wait_answered_seconds"] == figures["window_wait_seconds_gsum"]
        assert expected["sum_handle_seconds"] == figures["window_handle_seconds_gsum"]
        assert expected["service_level"] == service_levels(figures)
