"""What the image and the benchmarks run: the hot path as C, held to the same tests as the source that it is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, leave_out

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

HELD_TO = ("tests/core", "tests/calendar", "tests/times", "tests/oracle/test_recount.py")
QUIETLY = ("-q", "--maxfail=3", "-p", "no:cacheprovider")
CHILD = """
import sys, pytest
code = pytest.main(sys.argv[1:])
from stream.core import shard
print("compiled" if shard.COMPILED else "interpreted", shard.__file__)
sys.exit(code)
"""
"""Looks only afterwards, so that it speaks of the module that the tests had."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled wheel of the checkout as it stands; left out where nothing can be compiled."""
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if shutil.which("gcc") is None or not header.is_file():
        leave_out(f"compiling needs gcc and {header}; on Debian and Ubuntu: apt install gcc python3-dev")
    folder = tmp_path_factory.mktemp("compiled")
    # Without `--wheel` it is built from an unpacked source distribution: the compiler writes beside the sources.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    environment = os.environ | {"HATCH_BUILD_HOOK_ENABLE_MYPYC": "true"}
    said = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert 0 == said.returncode, said.stdout + said.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_every_module_of_the_hot_path_is_compiled(wheel: Path) -> None:
    """Each module that is listed to be compiled stands in the wheel as a library, and no other one does."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.removeprefix("/") for name in listed["hooks"]["mypyc"]["include"]} == {
        name.removesuffix(suffix) + ".py" for name in names if name.startswith("stream/") and name.endswith(suffix)
    }


def test_what_is_compiled_gives_the_same_figures(wheel: Path, tmp_path: Path) -> None:
    """The tests of core and calendar and the recount of generated desks hold for the compiled modules, too."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    said = subprocess.run(
        [sys.executable, "-c", CHILD, *QUIETLY, "-o", f"pythonpath={tmp_path} {ROOT}", *HELD_TO],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONSAFEPATH": "1", "DESKPULSE_EXAMPLES": "60"},
    )
    assert 0 == said.returncode, said.stdout + said.stderr
    how, file = said.stdout.splitlines()[-1].split()
    assert ("compiled", True) == (how, Path(file).is_relative_to(tmp_path))
