"""What pip-audit learns of the pinned versions, and whether anybody told it anything at all.

An index without advisories makes pip-audit skip every package and say that it knows of no vulnerability. That is no
answer, and is not taken for one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from tests.audit.pins import CONSTRAINTS

SERVICES: Final = ("pypi", "osv")
TIMEOUT_S: Final = 15


class Unanswered(Exception):  # noqa: N818  it is a state of the network, not a fault
    """No service told anything; the message says why not."""


def ask(ignored: Sequence[str] = ()) -> list[str]:
    """Return a line for each advisory about a pinned version, and for each version that the service does not know.

    Raises:
        Unanswered: no service could be reached, or none knows any of the packages.
    """
    reasons = []
    for service in SERVICES:
        try:
            return faults(_answer(service), ignored)
        except Unanswered as nobody:
            reasons.append(f"{service} {nobody}")
    raise Unanswered(", ".join(reasons))


def faults(answer: dict[str, Any], ignored: Sequence[str] = ()) -> list[str]:
    """Return what is wrong by an answer of `pip-audit --format json`.

    Raises:
        Unanswered: it skipped every package.
    """
    packages = answer["dependencies"]
    skipped = [package for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        raise Unanswered(f"knows none of {len(packages)} packages")
    lines = [f"{package['name']}: {package['skip_reason']}" for package in skipped]
    for package in packages:
        for advisory in package.get("vulns", ()):
            if not {advisory["id"], *advisory.get("aliases", ())} & set(ignored):
                better = " or ".join(advisory["fix_versions"]) or "no version yet"
                lines.append(f"{package['name']} {package['version']} has {advisory['id']}; mended in {better}")
    return lines


def _answer(service: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS), "--disable-pip", "--no-deps"]
    command += ["--vulnerability-service", service, "--timeout", str(TIMEOUT_S), "--format", "json"]
    said = subprocess.run([*command, "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    try:
        answer: dict[str, Any] = json.loads(said.stdout)
    except json.JSONDecodeError:
        reason = (said.stderr.strip().splitlines() or ["says nothing"])[-1]
        raise Unanswered(f"does not answer ({reason[:160]})") from None
    return answer
