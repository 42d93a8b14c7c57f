"""What the documents tell people to type or to look at exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from stream.tools.cli.main import COMMANDS, cli
from tests.conftest import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link, or an image, is a file of the project; its anchor is a heading of that file."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not (target.exists() and (not anchor or anchor in anchors(target))):
            broken.append(link)
    assert [] == broken


@each_document
def test_targets_of_make_exist(path: Path) -> None:
    """Each `make …` that a document names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set() == set(re.findall(r"(?:`|^\$? ?)make ([a-z]+)", path.read_text(), re.MULTILINE)) - targets


@each_document
def test_commands_and_their_options_exist(path: Path) -> None:
    """Each `deskpulse …` in code is a command, with options that it has."""
    wrong = []
    text = path.read_text().replace("\\\n", " ")
    for name, rest in re.findall(r"(?:`|^\$? ?|bin/)deskpulse ([a-z]+)([^`\n]*)", text, re.MULTILINE):
        command = cli.get_command(click.Context(cli), name) if name in COMMANDS else None
        known = (
            {word for option in command.params for word in (*option.opts, *option.secondary_opts)} if command else set()
        )
        options = set(re.findall(r"(?<!\S)--[a-z-]+", rest.partition("#")[0].partition("|")[0]))
        if command is None or options - known - {"--help"}:
            wrong.append(f"deskpulse {name}{rest}")
    assert [] == wrong


def test_the_readme_names_the_two_commands() -> None:
    """A newcomer finds `make demo` and `make test`."""
    readme = (ROOT / "README.md").read_text()
    assert ["make demo", "make test"] == [words for words in ("make demo", "make test") if words in readme]
