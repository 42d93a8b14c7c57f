"""`deskpulse dashboards`: what it writes, compares and refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from stream.core.policy import default_policy, load_policy
from stream.errors import UsageError
from stream.tools.cli.dashboards import dashboards
from stream.tools.dashboards import NAMES, make_dashboards
from stream.tools.rules import Links, generate, make_tables
from tests.conftest import leave_out
from tests.dashboards.panels import FOLDER, chosen

ONE_QUEUE = """\
version: 1
group_by: [queue]
targets: [{clock: first_response, match: {queue: mail}, within: 4h}]
windows: [10m, 4h]
"""
NO_QUEUES = """\
version: 1
group_by: [channel]
targets: [{clock: first_response, within: 4h}]
windows: [5m, 1h, 24h]
"""
_ROW = "  - {{clock: resolution, match: {{queue: [q{0}, q{1}, q{2}]}}, within: {0}h}}"
_QUEUES = ", ".join(f"q{number}" for number in range(40))
FORTY_QUEUES = "\n".join(
    [
        "version: 1",
        "targets:",
        *(_ROW.format(number, number + 12, number + 24) for number in range(1, 13)),
        f"alerts: {{teams: {{all: {{queues: [{_QUEUES}]}}}}}}",
    ]
)
ALWAYS = """\
version: 1
targets: [{clock: first_response, within: 5m, objective: 0.995}]
cost: {agent_hour: 40, currency: USD}
bands: {csat: {good: 0.9, bad: 0.8}, abandonment_rate: {good: 0.03, bad: 0.08}}
"""


def test_what_is_committed_is_what_is_made() -> None:
    """The dashboards of the default policy stand under grafana/dashboards, byte for byte."""
    outcome = CliRunner().invoke(dashboards, ["--out", str(FOLDER), "--check"])
    assert (0, "") == (outcome.exit_code, outcome.stderr)


def test_check_names_what_differs_and_writes_nothing(tmp_path: Path) -> None:
    """A changed file and a missing one are named, the exit code is 1, and both stay as they are."""
    for name in NAMES:
        shutil.copy(FOLDER / f"{name}.json", tmp_path)
    (tmp_path / "wall.json").write_text("{}")
    (tmp_path / "sla.json").unlink()
    outcome = CliRunner().invoke(dashboards, ["--out", str(tmp_path), "--check"])
    assert 1 == outcome.exit_code
    assert ["sla.json", "wall.json"] == sorted(Path(line.split(":")[0]).name for line in outcome.stderr.splitlines())
    assert "{}" == (tmp_path / "wall.json").read_text()
    assert not (tmp_path / "sla.json").exists()


@pytest.mark.parametrize(
    "text", [ONE_QUEUE, NO_QUEUES, FORTY_QUEUES, ALWAYS], ids=["one-queue", "no-queues", "forty-queues", "always-open"]
)
def test_other_policies_have_dashboards_too(text: str) -> None:
    """Each gives six files of JSON, twice the same, with five to seven figures on the wall."""
    policy = load_policy(text, "policy.yaml")
    made = make_dashboards(policy)
    assert made == make_dashboards(policy)
    assert [f"{name}.json" for name in NAMES] == list(made)
    panels = json.loads(made["wall.json"])["panels"]
    assert 5 <= sum(panel["title"] == "Verdict" for panel in panels) <= 7


@pytest.mark.parametrize(
    "text", [ONE_QUEUE, NO_QUEUES, FORTY_QUEUES, ALWAYS], ids=["one-queue", "no-queues", "forty-queues", "always-open"]
)
def test_panels_of_other_policies_ask_for_what_their_rules_record(text: str, tmp_path: Path) -> None:
    """Promtool reads every expression, and what one names as recorded the rules of the same policy record."""
    policy = load_policy(text, "policy.yaml")
    boards = [json.loads(board) for board in make_dashboards(policy).values()]
    asked = [chosen(target["expr"]) for board in boards for panel in board["panels"] for target in panel["targets"]]
    path = tmp_path / "panels.yml"
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(asked)]
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool = shutil.which("promtool")
    if promtool is None:
        leave_out("promtool is not installed; on Debian and Ubuntu: apt install prometheus")
    done = subprocess.run(
        [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    recorded = {
        rule["record"]
        for file in generate(policy, make_tables(policy), Links()).values()
        for group in (yaml.safe_load(file).get("groups") or ())
        for rule in group["rules"]
        if "record" in rule
    }
    assert set() == {name for expr in asked for name in re.findall(r"\w+:deskpulse_\w+:\w+", expr)} - recorded


def test_without_figures_by_queue_panels_show_those_of_all() -> None:
    """Where the policy does not group by queue nothing asks for what is recorded by queue and window, nor names one."""
    made = "".join(make_dashboards(load_policy(NO_QUEUES, "policy.yaml")).values())
    assert "queue_window:" not in made
    assert set() == set(re.findall(r'"legendFormat": "[^"]*{{queue}}[^"]*"', made))
    assert "queue_window:" in "".join(make_dashboards(default_policy()).values())


def test_links_lead_to_the_worker_that_is_named() -> None:
    """The address of the option is the start of the links to the tickets at risk."""
    made = json.loads(make_dashboards(default_policy(), "https://desk.example")["queues.json"])
    (worker,) = [each for each in made["templating"]["list"] if each["name"] == "worker"]
    assert "https://desk.example" == worker["query"]


def test_without_the_library_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where grafana-foundation-sdk is absent one line says how to have it."""
    for name in [
        name for name in sys.modules if name.startswith(("grafana_foundation_sdk", "stream.tools.dashboards."))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "grafana_foundation_sdk", None)
    with pytest.raises(UsageError, match=r"pip install .*grafana-foundation-sdk"):
        dashboards.callback(None, tmp_path, check=False, worker_url="")  # type: ignore[misc]
