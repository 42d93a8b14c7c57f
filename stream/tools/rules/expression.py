"""Pieces of PromQL: quoted matchers, numbers, and the desk as it is seen."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

SIGHT: Final = "desk:deskpulse_sight:bool"
"""1 while the monitor sees the desk, 0 while it sees a part or an old picture, absent without a worker."""


def seen(condition: str) -> str:
    """Return a condition that is silent while the monitor is blind."""
    return f"({condition})\nand on () ({SIGHT} == 1)"


def quoted(text: str) -> str:
    """Return a string of PromQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def one_of(label: str, values: Collection[str], *, others: bool = False) -> str:
    """Return a matcher for any of these values, or for all others."""
    found = sorted(values)
    if len(found) == 1:
        return f"{label}{'!=' if others else '='}{quoted(found[0])}"
    return f"{label}{'!~' if others else '=~'}{quoted('|'.join(map(_escaped, found)))}"


def _escaped(text: str) -> str:
    # re.escape() would escape hyphens and spaces, too, which nobody can read.
    return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", text)


def braced(*matchers: str) -> str:
    """Return a selector's braces; nothing where there is no matcher."""
    said = ", ".join(matcher for matcher in matchers if matcher)
    return f"{{{said}}}" if said else ""


def decimal(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:.10g}"
