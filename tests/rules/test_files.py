"""What is committed is what is made; other policies make rules too, and not too many series."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from prometheus_client.samples import Sample

from stream.core.policy import Policy, default_policy
from stream.edge.exposition.estimate import imagine_families
from stream.tools.cli.main import cli
from stream.tools.rules import Links, RuleTables, generate, make_tables
from stream.tools.rules.files import ALERTMANAGER, RULES, differences, write
from tests.conftest import ROOT
from tests.project.test_docs import anchors
from tests.prometheus.promql import Selector, selectors
from tests.rules.film import STEP_S, Cut, Scene
from tests.rules.policies import POLICIES, QUEUES, policy_of, policy_text
from tests.rules.promtool import Groups, groups_of, play, run, scene_test
from tests.rules.stories import HEALTH

BUDGET = 3_000
each_policy = pytest.mark.parametrize("name", [*POLICIES, "default"])


def called(name: str) -> Policy:
    """One of the policies, or the default one."""
    return default_policy() if name == "default" else policy_of(name)


def rules(*arguments: str) -> int:
    """Run `deskpulse rules`, and return its exit code."""
    return int(cli.main(["rules", *arguments], standalone_mode=False) or 0)


def test_what_is_committed_is_what_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    """`deskpulse rules --check` has nothing to say about grafana/."""
    assert 0 == rules("--out", str(ROOT / "grafana"), "--check")
    assert "" == capsys.readouterr().out


def test_check_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing, a changed and a left-over file are named; writing mends all of them, and leaves other files alone."""
    assert 0 == rules("--out", str(tmp_path))
    folder = tmp_path / RULES
    (folder / "desk.yml").unlink()
    (folder / "monitor.yml").write_text("groups: []\n")
    (folder / "old.yml").write_text((folder / "recording.yml").read_text())
    (folder / "own.yml").write_text("groups: []\n")
    capsys.readouterr()
    assert 1 == rules("--out", str(tmp_path), "--check")
    said = capsys.readouterr().err
    assert {"desk.yml", "monitor.yml", "old.yml"} == set(re.findall(r"(\w+\.yml): differs", said))
    assert 0 == rules("--out", str(tmp_path))
    assert {"recording.yml", "desk.yml", "monitor.yml", "own.yml"} == {path.name for path in folder.iterdir()}
    assert 0 == rules("--out", str(tmp_path), "--check")


def test_the_links_are_those_that_are_told(tmp_path: Path) -> None:
    """Addresses of the command line stand in every alert."""
    told = [
        "--grafana-url",
        "https://g.example/",
        "--worker-url",
        "https://w.example",
        "--runbook-url",
        "https://r.example/b",
    ]
    assert 0 == rules("--out", str(tmp_path), *told)
    text = (tmp_path / RULES / "desk.yml").read_text()
    assert "localhost" not in text
    assert ["https://g.example/d/", "https://w.example/api/at-risk", "https://r.example/b#"] == [
        address
        for address in ("https://g.example/d/", "https://w.example/api/at-risk", "https://r.example/b#")
        if address in text
    ]


@each_policy
def test_the_checkers_accept_what_is_made(name: str, tmp_path: Path) -> None:
    """Promtool and amtool accept the rules and the configuration of every policy, made by the command."""
    path = tmp_path / "policy.yaml"
    if name != "default":
        path.write_text(policy_text(name))
    assert 0 == rules("--out", str(tmp_path), *(("--policy", str(path)) if name != "default" else ()))
    (tmp_path / "prometheus/prometheus.yml").write_text((ROOT / "grafana/prometheus/prometheus.yml").read_text())
    run("promtool", "check", "config", str(tmp_path / "prometheus/prometheus.yml"))
    run("promtool", "check", "rules", "--lint-fatal", *map(str, sorted((tmp_path / RULES).glob("*.yml"))))
    run("amtool", "check-config", str(tmp_path / ALERTMANAGER))


def samples(policy: Policy, queues: int) -> list[Sample]:
    """All samples of a desk at which everything has happened."""
    return [sample for family in imagine_families(policy, queues) for sample in family.samples]


def selected(found: list[Sample], groups: Groups) -> list[Sample]:
    """Those samples that a rule selects: promtool takes long to read the rest, and nothing would be made of it."""
    wanted: defaultdict[str, list[Selector]] = defaultdict(list)
    for rule in (rule for group in groups for rule in group["rules"]):
        for selector in selectors(rule["expr"]):
            for metric in selector.metrics():
                wanted[metric].append(selector)
    return [
        sample
        for sample in found
        if any(
            all(sample.labels.get(label, "") == value for label, how, value in selector.matchers if how == "=")
            for selector in wanted[sample.name]
        )
    ]


@pytest.mark.slow
@each_policy
def test_rules_record_few_series(name: str, tmp_path: Path) -> None:
    """A desk at which everything has happened makes fewer than 3,000 series of rules and alerts, and no NaN."""
    policy = called(name)
    write(generate(policy, make_tables(policy), Links()), tmp_path)
    made: Groups = groups_of([tmp_path / RULES / file for file in ("recording.yml", "desk.yml", "monitor.yml")])
    scene: dict[str, float] = {}
    for sample in selected(samples(policy, QUEUES[name]), made):
        labels = ", ".join(f'{label}="{value}"' for label, value in sample.labels.items())
        scene[f"{sample.name}{{{labels}}}"] = float(sample.value)
    whole: Scene = {
        **{key: value for key, value in HEALTH.items() if "target" not in key and "band" not in key},
        **scene,
    }
    recorded = '{__name__=~".+:.+|ALERTS.*"}'
    expected: list[dict[str, Any]] = [
        {
            "expr": f"count({recorded}) < bool {BUDGET}",
            "eval_time": "0s",
            "exp_samples": [{"labels": "{}", "value": 1}],
        },
        {"expr": f"count({recorded}) > bool 20", "eval_time": "0s", "exp_samples": [{"labels": "{}", "value": 1}]},
        # Only NaN is not above minus infinity.
        {
            "expr": f"count({recorded} >= -Inf) == bool count({recorded})",
            "eval_time": "0s",
            "exp_samples": [{"labels": "{}", "value": 1}],
        },
    ]
    play(made, [scene_test(name, [Cut(STEP_S, whole)], expected)], tmp_path)


@each_policy
def test_every_alert_says_what_it_is_and_where_to_go(name: str) -> None:
    """Each has a severity, a summary and a description with its figure, a heading of the runbook and a dashboard."""
    headings = anchors(ROOT / "docs/runbook.md")
    for alert in make_tables(called(name)).alerts():
        said = alert.document(Links().of(alert))
        notes, labels = said["annotations"], said["labels"]
        assert labels["severity"] in {"page", "ticket", "info"}
        assert notes["summary"] != notes["description"]
        assert "{{ $value" in notes["summary"] + notes["description"] or alert.name in {
            "DeskpulseWorkerGone", "DeskpulseMetricsAbsent", "DeskpulseWatchdog",
        }  # fmt: skip
        assert urlsplit(notes["runbook_url"]).fragment in headings
        board = re.match(r"http://localhost:3000/d/deskpulse-(\w+)", notes["dashboard_url"])
        assert board
        assert board[1] in {"wall", "queues", "sla", "quality", "team", "monitor"}
        if labels["watches"] == "desk":
            assert "?var-queue={{ . | urlquery }}" in notes["dashboard_url"]
            assert "/api/at-risk{{ with $labels.queue }}?queue={{ . | urlquery }}" in notes["at_risk_url"]
            assert "$labels.queue" in notes["summary"]


def test_no_heading_of_the_runbook_is_without_an_alert(tables: RuleTables) -> None:
    """Each heading of the second level is an alert, and tells the three things that one wants to know."""
    sections = re.split(r"^## ", (ROOT / "docs/runbook.md").read_text(), flags=re.MULTILINE)[1:]
    assert {alert.name for alert in tables.alerts()} == {section.partition("\n")[0] for section in sections}
    for section in sections:
        assert ["**For a customer:**", "**Is it true?**", "**First:**"] == re.findall(
            r"^\*\*[A-Z].+?[:?]\*\*", section, re.MULTILINE
        )


def test_nothing_differs_after_writing(default: Policy, tables: RuleTables, tmp_path: Path) -> None:
    """What was written is read back as the same, and as YAML."""
    files = generate(default, tables, Links())
    write(files, tmp_path)
    assert [] == differences(files, tmp_path)
    for path in files:
        assert yaml.safe_load((tmp_path / path).read_text())
