"""YAML text to plain values, with the line of every key; what only looks like something else stays text.

Scalars are read as YAML 1.2 reads them: `on`, `no` and `NO` are text and no booleans, `8:00` is text and no number
to the base of 60, `2026-12-25` is text and no date object, `1e3` is a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from stream.errors import Problem

Path = tuple[str | int, ...]
"""Keys and indices from the top of the file."""

MAX_CHARACTERS: Final = 1 << 18
MAX_VALUES: Final = 50_000
"""Aliases may repeat a value; a file with more values than this is no policy."""

_STR: Final = "tag:yaml.org,2002:str"
_SCALARS: Final[dict[str, tuple[re.Pattern[str], Callable[[str], Any]]]] = {
    "null": (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    "bool": (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    "int": (re.compile(r"[-+]?[0-9]{1,18}"), int),
    "float": (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
}


class _Loader(yaml.SafeLoader):
    """Resolves no plain scalar; they are all text until `_scalar` looks at them."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  overrides PyYAML's own


@dataclass
class Document:
    """What a file says.

    Attributes:
        value: dicts, lists and scalars.
        lines: the line, from 1, of each key and list item.
        problems: what is wrong with the YAML itself.
    """

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """Return the line of a key, or of the nearest key around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_document(text: str) -> Document:
    """Return what `text` says, or the problems that keep it from being read."""
    document = Document()
    if len(text) > MAX_CHARACTERS:
        message = f"{len(text)} characters are too many; a policy has at most {MAX_CHARACTERS}"
        document.problems.append(Problem(None, "", message))
        return document
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is not None:
            document.lines[()] = node.start_mark.line + 1
            document.value = _Builder(document).value(node, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        parts = (getattr(error, "context", None), getattr(error, "problem", None))
        message = " ".join(" ".join(str(part).split()) for part in parts if part) or " ".join(str(error).split())
        line = None if mark is None else mark.line + 1
        document.problems.append(Problem(line, "", f"this is no YAML: {message}", _hint(text, line)))
    except RecursionError:
        document.problems.append(Problem(None, "", "the file is nested too deeply; a policy needs six levels"))
    return document


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MAX_VALUES
        self._around: list[yaml.Node] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._left -= 1
        if self._left == 0:
            self._problem(node, path, f"more than {MAX_VALUES} values; a policy has far fewer")
        if self._left <= 0:
            return None
        if node in self._around:
            self._problem(node, path, "an alias that holds itself")
            return None
        self._around.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return self._sequence(node, path)
            return self._scalar(node, path) if isinstance(node, yaml.ScalarNode) else None
        finally:
            self._around.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, path, "a list or mapping cannot be a key; expected text before the colon")
                continue
            name, here = key.value, (*path, key.value)
            if name in found:
                self._problem(key, here, f"{name!r} stands twice here, first on line {self._document.lines[here]}")
                continue
            self._document.lines[here] = key.start_mark.line + 1
            found[name] = self.value(child, here)
        return found

    def _sequence(self, node: yaml.SequenceNode, path: Path) -> list[Any]:
        found = []
        for index, child in enumerate(node.value):
            here = (*path, index)
            self._document.lines[here] = child.start_mark.line + 1
            found.append(self.value(child, here))
        return found

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        if node.style is not None or node.tag != _STR:
            if not node.tag.startswith("tag:yaml.org,2002:"):
                self._problem(node, path, f"the tag {node.tag} has no meaning in a policy")
            return node.value
        for pattern, read in _SCALARS.values():
            if pattern.fullmatch(node.value):
                return read(node.value)
        return node.value

    def _problem(self, node: yaml.Node, path: Path, message: str) -> None:
        self._document.problems.append(Problem(node.start_mark.line + 1, path_text(path), message))


def path_text(path: Path) -> str:
    """Return a path as people write it: `targets[0].match.queue`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _hint(text: str, line: int | None) -> str | None:
    lines = text.splitlines()
    if line is not None and line <= len(lines) and "\t" in lines[line - 1]:
        return "indent with spaces, never with tabs"
    return None
