"""Prometheus itself reads what is written, and the formulas of the reference give the figures of the core."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from stream.core.figures import Tally, kpis, report, take_figures
from stream.core.formulas import FORMULAS, SERVICE_LEVELS, Formula, Scope
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.formats import OPEN_METRICS, TEXT
from stream.edge.exposition.names import CLOCK_TIME, DATA_TIME, EXPECTED, OLDEST_WAITING, READY
from stream.edge.exposition.promql import channel_share, expression, labels_of
from stream.edge.exposition.text import render
from tests.conftest import leave_out
from tests.core.build import chat, event, run
from tests.core.build import policy as policy_of
from tests.exposition.busy import busy_events, busy_policy, spread
from tests.exposition.scraped import flat
from tests.exposition.worker import StillWorker
from tests.prometheus.promql import selectors


def promtool(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run promtool, which comes with Prometheus."""
    found = shutil.which("promtool")
    if found is None:
        leave_out("promtool is not installed; Debian has it in the package prometheus")
    return subprocess.run([str(found), *arguments], input=text, capture_output=True, check=False, timeout=60)


def ask(folder: Path, families: dict[str, float], questions: list[dict[str, Any]]) -> None:
    """Have promtool evaluate PromQL over series that stand still; it fails where an answer is not the expected one."""
    test = {
        "input_series": [
            {"series": series, "values": f"{value!r}"}
            for series, value in families.items()
            if asked_for(series, questions)
        ],
        "promql_expr_test": [{"eval_time": "0m"} | question for question in questions],
    }
    file = folder / "test.yaml"
    file.write_text(json.dumps({"rule_files": [], "tests": [test]}))
    outcome = promtool("test", "rules", str(file))
    assert outcome.returncode == 0, (outcome.stdout + outcome.stderr).decode()


def asked_for(series: str, questions: list[dict[str, Any]]) -> bool:
    """Whether a question selects a series; promtool takes long to read those that none does."""
    return any(
        series.partition("{")[0] in selector.metrics()
        and all(f'{label}="{value}"' in series for label, how, value in selector.matchers if how == "=")
        for question in questions
        for selector in selectors(question["expr"])
    )


def series_of(policy: Policy, *shards: Shard, **worker: Any) -> dict[str, float]:
    """Return every series of a worker as PromQL writes it, with its value."""
    collector = DeskpulseCollector(StillWorker(shards, **worker), policy, with_process=False)
    return {name + render(dict(labels)): value for (name, labels), value in flat(collector.collect()).items()}


def by_queue(shards: tuple[Shard, ...], window: str) -> dict[str, Tally]:
    """Return what the core counts, by queue."""
    (found,) = [found for found in take_figures(shards).windows if found.name == window]
    queues: dict[str, Tally] = {}
    for group, tally in found.groups.items():
        queues.setdefault(group[0], Tally(found.bounds)).add(tally)
    return queues


def test_promtool_finds_no_fault(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """`promtool check metrics` has nothing to say of a busy worker."""
    collector = DeskpulseCollector(StillWorker(desk), policy)
    outcome = promtool("check", "metrics", text=collector.render(collector.take(), TEXT))
    assert (0, b"") == (outcome.returncode, outcome.stdout + outcome.stderr)


def test_open_metrics_is_read_back(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """The strict parser of OpenMetrics reads the very samples that were written."""
    collector = DeskpulseCollector(StillWorker(desk), policy, with_process=False)
    text = collector.render(collector.take(), OPEN_METRICS).decode()
    assert flat(collector.collect()) == flat(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]


def shown(policy: Policy, shards: tuple[Shard, ...]) -> dict[str, float]:
    """Return the series of a worker for each shard, told apart as Prometheus does it."""
    found = {}
    for shard in shards:
        collector = DeskpulseCollector(StillWorker((shard,)), policy, with_process=False)
        for (name, labels), value in flat(collector.collect()).items():
            found[name + render({**dict(labels), "instance": f"worker-{shard.number}"})] = value
    return found


STEP = 2**-30
"""What answers are rounded to: promtool compares every bit, and a power of two is rounded to alike in Go and Python."""


def about(expr: str, expected: dict[str, float]) -> dict[str, Any]:
    """Return the question whether an expression has these values by labels, to nine digits, and no other sample."""
    samples = [{"labels": labels, "value": math.floor(value / STEP + 0.5) * STEP} for labels, value in expected.items()]
    return {"expr": f"round({expr}, {STEP!r})", "exp_samples": samples}


def figure(found: dict[str, Any], row: Formula) -> float | None:
    """Return the figure of a row among those that the core computed."""
    value = found[row.key]
    return value[row.member] if row.member else value  # type: ignore[no-any-return]


@pytest.mark.parametrize("window", ["1h", "24h"])
@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("lifespan", ["null", "180d"])
def test_every_formula_in_promql_is_that_of_the_core(tmp_path: Path, shards: int, window: str, lifespan: str) -> None:
    """Over one worker and over three, by queue and in all: what the core gives, and no sample where it gives none."""
    policy = busy_policy(customers=f"{{lifespan: {lifespan}}}")
    desk = spread(policy, busy_events(), shards)
    (total,) = [
        found["total"]["kpis"]
        for found in report(take_figures(desk), policy, desk[0].now, read={})["windows"]
        if found["window"] == window
    ]
    queues = {queue: kpis(tally, policy) for queue, tally in by_queue(desk, window).items()}
    questions = [
        about(channel_share(window), {f'{{channel="{name}"}}': share for name, share in total["channel_share"].items()})
    ]
    for row in FORMULAS:
        whole = figure(total, row)
        assert whole is not None, f"the desk of this test has nothing for {row.key} {row.member}; add it to busy.py"
        questions.append(about(expression(row, window, by=""), {"{}": whole}))
        if row.scope is Scope.WINDOW:
            expected = {queue: figure(found, row) for queue, found in queues.items()}
            assert "queue" in labels_of(row)
            assert any(value is not None for value in expected.values()), row.key
            by = {f'{{queue="{queue}"}}': value for queue, value in expected.items() if value is not None}
            questions.append(about(expression(row, window), by))
    ask(tmp_path, shown(policy, desk), questions)


def test_ratios_in_promql_are_those_of_the_core(tmp_path: Path, policy: Policy, desk: tuple[Shard, ...]) -> None:
    """At a desk of a whole day, too; without the cost of an hour there is no cost."""
    queues = {queue: kpis(tally, policy) for queue, tally in by_queue(desk, "24h").items()}
    questions = []
    for row in FORMULAS:
        if row.scope is Scope.WINDOW:
            found = {f'{{queue="{queue}"}}': figure(values, row) for queue, values in queues.items()}
            expected = {labels: value for labels, value in found.items() if value is not None}
            questions.append(about(expression(row, "24h"), expected))
    ask(tmp_path, shown(policy, desk), questions)


def test_a_queue_without_a_target_has_no_service_level(tmp_path: Path) -> None:
    """What no service level covers is in no formula: neither 0 % nor 100 %."""
    rules = policy_of(service_level="[{match: {queue: hotline}, within: 20s}]")
    events = []
    for number, queue in enumerate(("hotline", "hotline", "other")):
        fields = {"chat_id": f"C{number}", "queue": queue}
        events += [
            chat("started", "09:00", channel="voice", handled_by="queue", **fields),
            chat("queued", "09:00", **fields),
            event("chat.accepted", f"09:00:{10 + 20 * number}", chat_id=f"C{number}", agent_id="a"),
        ]
    strict = expression(SERVICE_LEVELS[0], "1h")
    ask(
        tmp_path,
        series_of(rules, run(rules, events, "09:10")),
        [{"expr": strict, "exp_samples": [{"labels": '{queue="hotline"}', "value": 0.5}]}],
    )


def test_ages_need_no_other_clock(tmp_path: Path) -> None:
    """Longest wait, data age and completeness come from one scrape, whatever time the scraper has."""
    rules = policy_of()
    shard = run(
        rules,
        [chat("started", "09:00", channel="voice", queue="hotline", handled_by="queue"),
         chat("queued", "09:00", queue="hotline")],
        "09:01",
    )  # fmt: skip
    series = series_of(rules, shard, wall_at=shard.now + 3_000_000)
    oldest = f"min by (queue) ({OLDEST_WAITING.family})"
    ask(
        tmp_path,
        series,
        [
            {
                "expr": f"scalar(max({DATA_TIME.family})) - {oldest}",
                "exp_samples": [{"labels": '{queue="hotline"}', "value": 60}],
            },
            {
                "expr": f"max({CLOCK_TIME.family}) - min({DATA_TIME.family})",
                "exp_samples": [{"labels": "{}", "value": 3}],
            },
            {"expr": f"sum({READY.family}) < max({EXPECTED.family})", "exp_samples": [{"labels": "{}", "value": 1}]},
        ],
    )


def test_buckets_give_quantiles(tmp_path: Path, policy: Policy, desk: tuple[Shard, ...]) -> None:
    """`histogram_quantile` reads the gauge histograms: its median lies between the bounds around the true one."""
    tally = Tally(desk[0].bounds)
    for other in by_queue(desk, "24h").values():
        tally.add(other)
    median = tally.durations["wait"].quantile(0.5)
    assert median is not None
    above = min(bound for bound in policy.bounds if bound >= median) / 1e6
    below = max((bound for bound in policy.bounds if bound < median), default=0) / 1e6
    name = "deskpulse_window_wait_seconds_bucket"
    quantile = f'histogram_quantile(0.5, sum by (le) ({name}{{window="24h"}}))'
    ask(
        tmp_path,
        series_of(policy, *desk),
        [
            {
                "expr": f"{below} < bool {quantile} and {quantile} <= {above}",
                "exp_samples": [{"labels": "{}", "value": 1}],
            }
        ],
    )
