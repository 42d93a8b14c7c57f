"""The group `deskpulse`: its commands, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from stream.errors import PolicyError, Problem, UsageError
from stream.tools.cli.main import COMMANDS, cli, main
from tests.conftest import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m stream` as people do."""
    command = [sys.executable, "-m", "stream", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


def test_help_names_every_command_and_imports_none() -> None:
    """`--help` lists the commands, and is quick because no command's module was loaded for it."""
    code = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from stream.tools.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'faust', 'aiokafka', 'pydantic', 'rich', 'confluent_kafka', 'holidays'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (0, "") == (said.returncode, said.stderr)
    assert [] == [name for name in COMMANDS if f"  {name} " not in said.stdout]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_tells_its_purpose_and_an_example(name: str) -> None:
    """A command's help starts with a sentence, shows an example, and the list of commands knows it."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert name == command.name
    said = run(name, "--help")
    assert (0, "") == (said.returncode, said.stderr)
    assert f"deskpulse {name}" in said.stdout.partition("Example")[2]


def test_every_module_of_a_command_is_in_the_table() -> None:
    """A module with a command that the group does not know cannot be reached."""
    modules = {path.stem for path in (ROOT / "stream/tools/cli").glob("*.py")} - {"__init__", "main", "options"}
    assert set() == modules - set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["chek"], 2, "chek"),
        (["check", "--nonsense"], 2, "--nonsense"),
        (["replay"], 2, "--events"),
        (["check", "no/such/policy.yaml"], 2, "no/such/policy.yaml"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments: list[str], code: int, words: str) -> None:
    """A wrong command, option or file is answered in one line that names it."""
    said = run(*arguments)
    assert (code, 1) == (said.returncode, len(said.stderr.splitlines()))
    assert words in said.stderr


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        (UsageError("a.yaml: is a folder"), 2, "a.yaml: is a folder\n"),
        (
            PolicyError("p.yaml", (Problem(3, "targets", "no list"), Problem(None, "", "empty"))),
            1,
            "p.yaml:3: targets: no list\np.yaml: empty\n",
        ),
        (FileNotFoundError(2, "No such file or directory", "x.jsonl"), 2, "x.jsonl: No such file or directory\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_what_is_raised_decides_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    raised: BaseException,
    code: int,
    text: str,
) -> None:
    """Errors that people can cause end in their text and their code, never in a traceback."""

    def fails(*_arguments: object, **_options: object) -> None:
        raise raised

    monkeypatch.setattr(cli, "main", fails)
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit) as end:
            main([])
    assert (code, text) == (end.value.code, capfd.readouterr().err)


def test_an_unforeseen_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody expected keeps its traceback: it is a bug to report."""
    monkeypatch.setattr(cli, "main", lambda *_arguments, **_options: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        main([])
