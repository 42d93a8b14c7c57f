"""What is installed, against what is pinned: both are files, so this needs nobody's answer."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from typing import Final

from tests.conftest import ROOT

CONSTRAINTS: Final = ROOT / "constraints.txt"
OURS: Final = "deskpulse"


def pinned() -> dict[str, str]:
    """Return the pinned version of each distribution, by its normal name."""
    lines = (line for line in CONSTRAINTS.read_text().splitlines() if line and not line.startswith("#"))
    return {normal(name): version for name, version in (line.split("==") for line in lines)}


def installed() -> list[tuple[str, str]]:
    """Return name and version of every distribution in this environment but our own."""
    found = {(normal(each.name), each.version) for each in distributions()}
    return sorted(pair for pair in found if pair[0] != OURS)


def unpinned(found: Iterable[tuple[str, str]] | None = None, pins: Mapping[str, str] | None = None) -> list[str]:
    """Return a line for each distribution that is installed in a version that is not the pinned one."""
    known = pinned() if pins is None else pins
    return [
        f"{name} {version} is installed, and {'not pinned' if name not in known else f'{known[name]} is pinned'}; "
        f"pin it in {CONSTRAINTS.name}, or remove it"
        for name, version in (installed() if found is None else found)
        if known.get(name) != version
    ]


def broken_requirements() -> list[str]:
    """Return what `pip check` has to say against this environment."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if said.returncode == 0 else (said.stdout + said.stderr).splitlines()


def normal(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
