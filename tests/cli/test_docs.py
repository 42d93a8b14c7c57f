"""The examples of docs/explain.md are what the commands print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from stream.tools.cli.main import cli
from tests.cli import example
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = re.findall(r"```console\n\$ deskpulse ([^\n]+)\n(.*?)```", (ROOT / "docs/explain.md").read_text(), re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command.split()[0] for command, _ in EXAMPLES])
def test_the_page_shows_what_is_printed(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command of the page prints what stands below it there."""
    example.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(cli, command.split(), catch_exceptions=False)
    assert ran.stdout.rstrip().splitlines() != []
    assert [line.rstrip() for line in ran.stdout.rstrip().splitlines()] == shown.splitlines()


def test_both_commands_have_an_example() -> None:
    """The page shows a story and a comparison."""
    assert [command.split()[0] for command, _ in EXAMPLES] == ["explain", "replay"]
