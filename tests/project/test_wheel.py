"""What people install: the wheel, in an empty environment outside the checkout, with the versions that are pinned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from stream import __version__
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

EVENTS = [
    {"type": "ticket.created", "occurred_at": "2026-03-02T09:00:00Z", "ticket_id": "T1"},
    {"type": "ticket.status_changed", "occurred_at": "2026-03-02T09:30:00Z", "ticket_id": "T1", "status": "solved"},
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout as it stands."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == said.returncode, said.stdout + said.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def deskpulse(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from the wheel and its declared dependencies alone."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    said = subprocess.run(
        [*install, "--constraint", str(ROOT / "constraints.txt"), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert 0 == said.returncode, said.stdout + said.stderr
    return python.with_name("deskpulse")


def run(deskpulse: Path, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the installed command in its own folder, with nothing of this environment but the PATH."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [str(deskpulse), *arguments],
        cwd=deskpulse.parents[2],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_holds_the_package_and_its_data(wheel: Path) -> None:
    """The wheel has every file of the package, its licence and its command, and nothing else."""
    names = set(zipfile.ZipFile(wheel).namelist())
    about = f"deskpulse-{__version__}.dist-info"
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "stream").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "stream/core/policy/default.yaml" in package
    assert package == {name for name in names if name.startswith("stream/")}
    assert {f"{about}/licenses/LICENSE", f"{about}/entry_points.txt"} <= names
    assert {"stream", about} == {name.split("/")[0] for name in names}


def test_it_says_its_version(deskpulse: Path) -> None:
    """The installed command is this version."""
    assert f"deskpulse, version {__version__}\n" == run(deskpulse, "--version").stdout


def test_it_checks_a_policy(deskpulse: Path) -> None:
    """The smallest policy is valid; a misspelt key is named with what was probably meant, and is exit code 1."""
    assert 0 == run(deskpulse, "check", "-", given="version: 1\n").returncode
    refused = run(deskpulse, "check", "-", given="version: 1\ntarget: []\n")
    assert (1, True) == (refused.returncode, "targets" in refused.stdout + refused.stderr)


def test_it_replays_events(deskpulse: Path) -> None:
    """Two events in, one ticket created and solved out."""
    lines = "".join(json.dumps(event | {"event_id": f"e{seq}"}) + "\n" for seq, event in enumerate(EVENTS))
    said = run(deskpulse, "replay", "--events", "-", given=lines)
    assert (0, "") == (said.returncode, said.stderr)
    figures = json.loads(said.stdout)
    counts = figures["windows"][-1]["total"]["counts"]
    assert (2, 1, 1) == (figures["events"], counts["created"], counts["solved"])


def test_it_runs_the_demo(deskpulse: Path) -> None:
    """Broker, generator, worker and table run from the wheel, and all end by themselves with a summary."""
    said = run(deskpulse, "demo", "--for", "8s", "--headless", "--port", "0")
    assert (0, "") == (said.returncode, said.stderr)
    assert said.stdout.strip()
