"""`promtool test rules`, for films and what they must show."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import leave_out
from tests.rules.film import STEP_S, Cut, film


@dataclass(frozen=True)
class Shot:
    """What an alert does at a moment of a film."""

    at: int
    fires: bool


def run(program: str, *arguments: str) -> str:
    """Run a checker, fail with what it said where it refuses, and return what it said."""
    if shutil.which(program) is None:
        leave_out(f"{program} is not installed, so what it checks was not checked")
    said = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert 0 == said.returncode, said.stdout + said.stderr
    return said.stdout


Groups = list[dict[str, Any]]
"""Groups of rules, in the order in which they are evaluated."""


def groups_of(files: Sequence[Path]) -> Groups:
    """All groups of rule files."""
    return [group for path in files for group in yaml.safe_load(path.read_text())["groups"]]


def needed(groups: Groups, alert: str) -> Groups:
    """The rules of one alert and the recording rules that it builds on, directly or not."""
    recorded = {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}
    exprs = [rule["expr"] for group in groups for rule in group["rules"] if rule.get("alert") == alert]
    wanted: set[str] = set()
    while exprs:
        found = set(re.findall(r"[a-z_]+:\w+:\w+", exprs.pop())) & recorded - wanted
        wanted |= found
        exprs += [rule["expr"] for group in groups for rule in group["rules"] if rule.get("record") in found]
    kept = [
        {
            **group,
            "rules": [rule for rule in group["rules"] if rule.get("alert") == alert or rule.get("record") in wanted],
        }
        for group in groups
    ]
    return [group for group in kept if group["rules"]]


def scene_test(
    name: str, cuts: Sequence[Cut], expected: Sequence[dict[str, Any]], step: int = STEP_S
) -> dict[str, Any]:
    """Return one test of a promtool file."""
    return {"name": name, "interval": f"{step}s", "input_series": film(cuts, step), "promql_expr_test": list(expected)}


def firing(alert: str, labels: Mapping[str, str], shot: Shot) -> dict[str, Any]:
    """Expect that an alert fires, once, or does not."""
    expression = f"count({selector(alert, labels, alertstate='firing')})"
    return {
        "expr": expression,
        "eval_time": f"{shot.at}s",
        "exp_samples": [{"labels": "{}", "value": 1}] if shot.fires else [],
    }


def never(alert: str, labels: Mapping[str, str], at: int) -> dict[str, Any]:
    """Expect that an alert has never fired before a moment."""
    expression = f"count(count_over_time({selector(alert, labels, alertstate='firing')}[{at}s]))"
    return {"expr": expression, "eval_time": f"{at}s", "exp_samples": []}


def selector(alert: str, labels: Mapping[str, str], **more: str) -> str:
    """Return the selector of an alert."""
    said = ", ".join(f'{name}="{text}"' for name, text in {"alertname": alert, **labels, **more}.items())
    return f"ALERTS{{{said}}}"


def play(rules: Groups, tests: Sequence[dict[str, Any]], folder: Path, step: int = STEP_S) -> None:
    """Let promtool play films, and fail where they show something else."""
    path, said = folder / "films.yml", folder / "rules.yml"
    said.write_text(json.dumps({"groups": rules}))
    document = {
        "rule_files": [str(said)],
        "evaluation_interval": f"{step}s",
        "group_eval_order": [group["name"] for group in rules],
        "tests": list(tests),
    }
    path.write_text(json.dumps(document))  # which is YAML, too, and written ten times as fast
    run("promtool", "test", "rules", str(path))
