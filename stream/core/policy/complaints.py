"""What is wrong with a policy file, told with line, key, value, what was expected, and what was probably meant."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stream.core.calendar import open_time_a_week, parse_days, parse_interval, week
from stream.core.policy.document import Document, Path, path_text
from stream.core.policy.fields import nearest, shown
from stream.core.policy.file import ALWAYS_NAME, SECTIONS, PolicyFile, ScheduleEntry
from stream.core.policy.model import CLOCKS
from stream.core.times import duration_text
from stream.core.windows.slots import MAX_TARGETS
from stream.errors import Problem

_EXPECTED: Final = {
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "finite_number": "a number",
}
"""What pydantic's own errors ask for, by their type."""
_MISSING: Final = {
    "version": "; expected `version: 1`",
    "within": "; expected a duration such as 4h, or null for no target",
    "clock": f"; expected {', '.join(CLOCKS[:-1])}",
}
_WEEKS: Final = 10 * 52
"""A target that needs more open weeks than these is a mistake."""


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Return pydantic's errors as problems of the file."""
    return [_problem(detail, document) for detail in error.errors(include_url=False)]


def schedule_names(value: object) -> frozenset[str]:
    """Return the names that a target may give as its schedule."""
    schedules = value.get("schedules") if isinstance(value, dict) else None
    return frozenset((ALWAYS_NAME, *(schedules if isinstance(schedules, dict) else ())))


def names_twice(document: Document) -> list[Problem]:
    """Return a problem for each target that is named like one before it."""
    targets = document.value.get("targets") if isinstance(document.value, dict) else None
    first: dict[str, int] = {}
    problems = []
    for index, target in enumerate(targets if isinstance(targets, list) else ()):
        name = target.get("name") if isinstance(target, dict) else None
        if isinstance(name, str) and first.setdefault(name, index) != index:
            path: Path = ("targets", index, "name")
            message = f"{name!r} is the name of targets[{first[name]}] already; expected a name of its own"
            problems.append(Problem(document.line(path), path_text(path), message))
    return problems


def out_of_reach(file: PolicyFile, document: Document) -> list[Problem]:
    """Return a problem where there are too many targets, and for each whose deadline would be years away.

    The latter is so where its schedule is open too rarely.
    """
    problems = []
    count = sum(bool(entry.within) for entry in file.targets) + sum(bool(level.within) for level in file.service_level)
    if count > MAX_TARGETS:
        message = f"{count} targets and service levels are too many; expected at most {MAX_TARGETS}"
        problems.append(Problem(document.line(("targets",)), "targets", message))
    for index, target in enumerate(file.targets):
        open_time = _open_time(file.schedules.get(target.schedule))
        if target.within and open_time and target.within > _WEEKS * open_time:
            path: Path = ("targets", index, "within")
            message = (
                f"{duration_text(target.within)} of open time takes more than ten years: "
                f"schedule {target.schedule!r} is open {duration_text(open_time)} a week"
            )
            problems.append(Problem(document.line(path), path_text(path), message))
    return problems


def _open_time(entry: ScheduleEntry | None) -> int:
    if entry is None:
        return 0
    hours = ((parse_days(days), map(parse_interval, shifts)) for days, shifts in entry.hours.items())
    return open_time_a_week(week(hours))


def _problem(detail: ErrorDetails, document: Document) -> Problem:
    context: dict[str, Any] = detail.get("ctx", {})
    # pydantic adds marks of its own to the path: for a key rather than its value, and for the branch of a union.
    marks = ("[key]", "#date", "#region")
    path: Path = (*(part for part in detail["loc"] if part not in marks), *context.get("at", ()))
    key, value, hint = str(path[-1]) if path else "", detail["input"], None
    match detail["type"]:
        case "policy":
            message, hint = context["message"], context["hint"]
        case "extra_forbidden":
            section = SECTIONS[_pattern(path[:-1])]
            message = f"{key!r} is no key here; expected {', '.join(section.model_fields)}"
            hint = nearest(key, section.model_fields)
        case "missing":
            message = "the key is missing" + _MISSING.get(key, "")
        case "greater_than_equal":
            message = f"{shown(value)} is too small; expected at least {context['ge']}"
        case kind:
            message = f"{shown(value)} is not {_EXPECTED[kind]}" if kind in _EXPECTED else detail["msg"]
    return Problem(document.line(path), path_text(path), message, hint)


def _pattern(path: Path) -> tuple[str, ...]:
    """Return the key of `SECTIONS` for a path."""
    for pattern in SECTIONS:
        if len(pattern) == len(path) and all(want in ("*", part) for want, part in zip(pattern, path, strict=True)):
            return pattern
    raise KeyError(path)
