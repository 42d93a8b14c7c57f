"""Instants and durations: whole microseconds inside, RFC 3339 and "4h" outside.

An instant is an int of microseconds since the Unix epoch (UTC), a duration an int of microseconds; no float
ever stands between them and their text, so every microsecond survives.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

from mypy_extensions import i64

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

LONGEST: Final = 36_500 * DAY
"""The longest duration that is read from text; what is longer is a slip of the pen."""

_TWO: Final = [f"{number:02}" for number in range(60)]
_MILLIS: Final = [(f".{number:03}".rstrip("0") if number else "") + "Z" for number in range(1_000)]
_MILLIS_BEFORE: Final = [f".{number:03}" for number in range(1_000)]
_MICROS: Final = [f"{number:03}".rstrip("0") + "Z" for number in range(1_000)]
_MINUTES: Final[dict[int, str]] = {}
"""Texts of minutes up to their seconds: of what happens, most happens near by."""
_REMEMBERED: Final = 8_192
_UNITS: Final = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": MILLISECOND}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_BARE: Final = datetime(1970, 1, 1)  # noqa: DTZ001  prints without the offset, which is always Z
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[smhd])?", re.ASCII)
_RFC3339: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def to_micros(moment: datetime) -> int:
    """Return the instant of an aware datetime; a naive one is a TypeError."""
    # Every event asks: a third of the time that a division of timedeltas takes.
    since = moment - _EPOCH
    days: i64 = since.days
    seconds_: i64 = since.seconds
    return (days * 86_400 + seconds_) * SECOND + since.microseconds


def from_micros(at: int) -> datetime:
    """Return an instant as a datetime in UTC; an OverflowError outside of the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=at)


def rfc3339(at: int) -> str:
    """Return an instant as `2026-03-02T09:30:00Z`, with as many digits of a fraction as it has."""
    minute, rest = at // MINUTE, at % MINUTE
    text = _MINUTES.get(minute)
    if text is None:
        if len(_MINUTES) >= _REMEMBERED:
            _MINUTES.clear()
        text = _MINUTES[minute] = (_EPOCH_BARE + timedelta(minutes=minute)).isoformat()[:-2]
    text += _TWO[rest // SECOND]
    millis, micros = rest % SECOND // MILLISECOND, rest % MILLISECOND
    if micros == 0:
        return text + _MILLIS[millis]
    return text + _MILLIS_BEFORE[millis] + _MICROS[micros]


def parse_rfc3339(text: str) -> int:
    """Return the instant that `text` names; digits below the microsecond are cut.

    Raises:
        ValueError: no RFC 3339 time, no offset, or a time that does not exist.
    """
    wanted = "expected a time with an offset, such as 2026-03-02T09:30:00Z"
    if _RFC3339.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no RFC 3339 time; {wanted}")
    try:
        return to_micros(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no time ({error}); {wanted}") from None


def parse_duration(value: str | int | float) -> int:  # noqa: PYI041  a compiler makes floats of all else, and True 1.0
    """Return the microseconds of "20s", "90m", "4h", "2d" (48 h), "500ms", or of a number of seconds.

    Raises:
        ValueError: anything else, below zero, or more than `LONGEST`.
    """
    wanted = "expected a duration such as 20s, 90m, 4h, 2d, or a number of seconds"
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"{value!r} is no duration; {wanted}")
        micros = Fraction(match[1]) * _UNITS[match[2] or "s"]
    else:
        if isinstance(value, bool) or not 0 <= value < float("inf"):
            raise ValueError(f"{value!r} is no duration; {wanted}")
        # Over the decimal digits that were written: 0.1 means a tenth.
        micros = Fraction(str(value)) * SECOND
    if micros > LONGEST:
        raise ValueError(f"{value!r} is longer than {LONGEST // DAY}d, the longest duration")
    return round(micros)


def seconds(micros: int) -> int | float:
    """Return a duration as a number of seconds, an int where it is whole."""
    whole, rest = divmod(micros, SECOND)
    return micros / SECOND if rest else whole


def duration_text(micros: int) -> str:
    """Return a duration in the largest unit that it fills wholly, as `parse_duration` reads it: 90m, 36h, 1.5s."""
    if micros < 0:
        return "-" + duration_text(-micros)
    for unit, size in _UNITS.items():
        if micros and micros % size == 0 and unit != "ms":
            return f"{micros // size}{unit}"
    whole, rest = divmod(micros, SECOND)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + "s"
