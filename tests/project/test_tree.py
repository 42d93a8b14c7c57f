"""The tree of the project: what stands at its top, how long its modules are, and what must not be in it."""

from __future__ import annotations

import re
import statistics
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

AT_THE_TOP = {
    ".ci", ".dockerignore", ".gitignore", "CHANGELOG.md", "Dockerfile", "LICENSE", "Makefile", "README.md",
    "benchmarks", "constraints.txt", "docker-compose.yml", "docs", "grafana", "pyproject.toml", "stream", "tests",
}  # fmt: skip

FORBIDDEN = {
    "an address of a package index": r"pypi\.org/simple|pythonhosted|index-url|find-links|npmjs\.org|repo1\.maven",
    "a path of somebody's machine": r"(?<![\w.$}])/(root|work|home/(?!appuser)\w+|Users/\w+)/",
    "a credential": r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_\w{30}",
}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file of the project that is in version control."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: there is no .git to list the files of")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_only_what_a_newcomer_expects_is_at_the_top(tracked: list[Path]) -> None:
    """The top of the project has the entries of the plan and no other."""
    assert set() == {path.relative_to(ROOT).parts[0] for path in tracked} - AT_THE_TOP


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_of_a_machine_is_in_the_project(tracked: list[Path], what: str) -> None:
    """No tracked text names a package index, a path of a machine or a credential."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked
        if path != Path(__file__) and b"\0" not in path.read_bytes()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if re.search(FORBIDDEN[what], line)
    ]
    assert [] == found


def test_modules_are_short(tracked: list[Path]) -> None:
    """No module of the package has more than 400 lines, and half of them have less than 150."""
    lengths = {
        path: len(path.read_text().splitlines())
        for path in tracked
        if path.is_relative_to(ROOT / "stream") and path.suffix == ".py"
    }
    assert {} == {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > 400}
    assert statistics.median(lengths.values()) < 150


def test_names_say_something(tracked: list[Path]) -> None:
    """No module is named after what every module is."""
    empty = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    assert [] == [str(path) for path in tracked if path.suffix == ".py" and path.stem in empty]


def test_every_pinned_version_is_exact() -> None:
    """The constraints pin each distribution to one version, and hold no options."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [] == [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==([0-9]+!)?[A-Za-z0-9.]+", line)]
