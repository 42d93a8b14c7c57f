"""`deskpulse check`: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream.core.policy import default_policy_text
from stream.tools.cli.main import main


def check(*arguments: str) -> int:
    """Run the command and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    return int(ended.value.code or 0)


def test_a_valid_policy_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Targets, schedules, windows and the number of series are shown, OK is the last line, and the code is 0."""
    path = tmp_path / "policy.yaml"
    path.write_text(default_policy_text(), "utf-8")
    assert check(str(path)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[-1] == "OK"
    for words in ("mail-4h", "90 % within 4h", "office", "now,", "24h in steps of 24m", "for 20 queues"):
        assert words in said.out
    assert "Look at this" not in said.out


def test_problems_are_lines_of_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem is `file:line: key: message`, and the code is 1."""
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\nwindow: [1h]\nmax_groups: 0\n", "utf-8")
    assert check(str(path)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    first, second = said.err.splitlines()
    assert first.startswith(f"{path}:2: window: 'window' is no key here")
    assert first.endswith("did you mean 'windows'?")
    assert second == f"{path}:3: max_groups: 0 is too small; expected at least 1"


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_a_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """One line names the file, and the code is 2."""
    assert check(str(tmp_path / name)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(str(tmp_path))


def test_what_is_probably_not_meant_is_pointed_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that can never match and a schedule that nobody uses are valid, and told."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        """version: 1
schedules: {office: {hours: {mon: 8:00-9:00}}}
targets:
  - {clock: resolution, match: {queue: [a, b]}, within: 1h}
  - {clock: resolution, match: {queue: a, channel: email}, within: 2h}
  - {clock: ownership, match: {queue: a}, within: 2h}
""",
        "utf-8",
    )
    assert check(str(path)) == 0
    said = capsys.readouterr().out
    assert "targets[1] is never reached: targets[0] before it matches all that it matches" in said
    assert "targets[2]" not in said
    assert "schedules.office is not used by any target" in said
