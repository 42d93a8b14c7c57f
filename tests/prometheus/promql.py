"""An expression of PromQL taken apart, as far as tests ask: selectors, labels to group by, comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STRING = r'"(?:[^"\\]|\\.)*"'
_BRACED = rf"\{{((?:[^{{}}\"]|{_STRING})*)\}}"
_SELECTOR = re.compile(rf"{_STRING}|([a-zA-Z_:][\w:]*)?{_BRACED}|(?<![\w:.])([a-zA-Z_:][\w:]*)(?![\w:]|\s*[({{])")
_MATCHER = re.compile(rf"(\w+)\s*(=~|!~|!=|=)\s*({_STRING})")
_LISTED = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})
_COMPARED = re.compile(rf"{_STRING}|{_BRACED}|(>=|<=|==|!=|>|<)(?!\s*bool)")


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of series.

    Attributes:
        metric: its name; empty where it is a matcher of `__name__`.
        matchers: of labels: label, operator, value.
        text: as it was written.
    """

    metric: str
    matchers: tuple[tuple[str, str, str], ...]
    text: str

    def alternatives(self, label: str) -> set[str]:
        """Return the values of a label that it asks for: those of `=`, and of `=~` where it is a list of words."""
        found: set[str] = set()
        for name, operator, value in self.matchers:
            if name == label and operator in {"=", "=~"}:
                found |= set(_branches(value) if operator == "=~" else [value])
        return found

    def metrics(self) -> set[str]:
        """Return the names of its metrics."""
        return {self.metric} if self.metric else self.alternatives("__name__")


def selectors(expr: str) -> Iterator[Selector]:
    """Iterate over the selectors of an expression."""
    for found in _SELECTOR.finditer(_LISTED.sub(" ", expr)):
        braced, inside, bare = found.groups()
        if inside is None and (bare is None or bare in _WORDS):
            continue
        matchers = tuple((name, operator, text[1:-1]) for name, operator, text in _MATCHER.findall(inside or ""))
        yield Selector(braced or bare or "", matchers, found[0])


def listed(expr: str) -> set[str]:
    """Return the labels by which an expression groups or joins."""
    return {label.strip() for _, labels in _LISTED.findall(expr) for label in labels.split(",") if label.strip()}


def loosened(expr: str) -> str:
    """Return an alert's expression with conditions that say 0 or 1 instead of dropping series.

    It has series where the parts have some and their labels join, whether or not anything is wrong. What would have to
    be absent is asked for instead: `unless` is `and`, `absent(x)` is `x`.
    """
    compared = _COMPARED.sub(lambda found: f"{found[0]} bool" if found[2] else found[0], expr)
    return re.sub(r"\babsent\(", "(", re.sub(r"\bunless\b", "and", compared))


def _branches(pattern: str) -> Iterator[str]:
    """Iterate over the words of a pattern that has no more than one group of alternatives."""
    before, opened, rest = pattern.partition("(")
    inside, _, after = rest.rpartition(")")
    for word in inside.split("|") if opened else [pattern] if "|" not in pattern else pattern.split("|"):
        yield re.sub(r"\\+(.)", r"\1", f"{before}{word}{after}" if opened else word)
