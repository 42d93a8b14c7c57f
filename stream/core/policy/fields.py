"""The kinds of values that a policy file holds, and what is said where one is not of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from stream.core.policy.model import Window
from stream.core.times import DAY, SECOND, duration_text, parse_duration

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def fault(message: str, hint: str | None = None, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """Return the error to raise in a validator; `at` leads from the validated value to the one at fault."""
    return PydanticCustomError("policy", "{message}", {"message": message, "hint": hint, "at": at})


def shown(value: object) -> str:
    """Return a value as it would stand in the file, cut where it is long."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(value: object, known: Iterable[str]) -> str | None:
    """Return the hint that names the known word that `value` is a slip of; None where nothing is near."""
    words = {word.casefold(): word for word in known}
    found = get_close_matches(str(value).casefold(), words, n=1, cutoff=0.5)
    return f"did you mean {words[found[0]]!r}?" if found else None


def one_of(known: Iterable[str], what: str) -> BeforeValidator:
    """Accept one of a few words."""
    words = tuple(known)

    def check(value: object) -> object:
        if value not in words:
            message = f"{shown(value)} is no {what}; expected {', '.join(words[:-1])} or {words[-1]}"
            raise fault(message, nearest(value, words))
        return value

    return BeforeValidator(check)


def _duration(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise fault(f"{shown(value)} is no duration; expected 20s, 90m, 4h, 2d, or a number of seconds")
    try:
        return parse_duration(value)
    except ValueError as error:
        raise fault(str(error)) from None


def _above_zero(value: int) -> int:
    if value <= 0:
        raise fault("0 is too short; expected a duration above 0")
    return value


def _window(value: object) -> Window:
    length = _duration(value)
    # As long as any duration: a window of many years costs as many panes as one of an hour, and holds a whole old log.
    if length < SECOND or length % SECOND:
        raise fault(f"{shown(value)} is no length of a window; expected whole seconds, at least 1s, such as 5m")
    name = value.strip() if isinstance(value, str) and value.strip()[-1:].isalpha() else duration_text(length)
    return Window(name, length, max(1, length // (60 * SECOND)) * SECOND)


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 366:
        raise fault(f"{shown(value)} is no number of days; expected 0 to 366, such as 7")
    return round(value * DAY)


def _text(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise fault(f"{shown(value)} is no text; expected a name", f'write it in quotes: "{shown(value)}"')
    if not isinstance(value, str):
        raise fault(f"{shown(value)} is no text; expected a name")
    if not value.strip() or value != value.strip() or not value.isprintable() or len(value) > 256:
        raise fault(f"{shown(value)} is no name; expected 1 to 256 printable characters, no space at either end")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        percent = isinstance(value, int | float) and 1 < value <= 100
        hint = f"{value} % is {value / 100:g}" if percent and isinstance(value, int | float) else None
        raise fault(f"{shown(value)} is no share; expected a number above 0, at most 1, such as 0.90", hint)
    return float(value)


def _date(value: object) -> date:
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise fault(f"{shown(value)} is no date; expected YYYY-MM-DD such as 2026-12-25, or {{country: DE, state: BE}}")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise fault(f"{value!r} is no day of the calendar: {error}") from None


def _url(value: str) -> str:
    if not value.startswith(("https://", "http://")) or "{id}" not in value:
        raise fault(f'{value!r} is no address of a ticket; expected such as "https://desk.example/tickets/{{id}}"')
    return value


def listed(value: object) -> object:
    """Return a single word or number as the list of it."""
    return [value] if isinstance(value, str | int | float) else value


def readable(parse: Callable[[str], object]) -> BeforeValidator:
    """Accept text that `parse` reads, and keep the text; the ValueError of `parse` is the message."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            raise fault(f"{shown(value)} is no text", f'write it in quotes: "{shown(value)}"')
        try:
            parse(value)
        except ValueError as error:
            raise fault(str(error)) from None
        return value

    return BeforeValidator(check)


Duration = Annotated[int, BeforeValidator(_duration)]
PositiveDuration = Annotated[Duration, AfterValidator(_above_zero)]
WindowEntry = Annotated[Window, BeforeValidator(_window)]
Days = Annotated[int, BeforeValidator(_days)]
Name = Annotated[str, BeforeValidator(_text)]
Names = Annotated[list[Name], BeforeValidator(listed)]
Share = Annotated[float, BeforeValidator(_share)]
Day = Annotated[date, BeforeValidator(_date)]
TicketUrl = Annotated[str, AfterValidator(_url)]
Amount = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
