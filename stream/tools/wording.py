"""Times and amounts as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

from stream.core.times import SECOND, from_micros, parse_rfc3339

NOTHING: Final = "·"
"""What has no value: a dot, never a nought."""
_UNITS: Final = ((3_600, "h"), (60, "min"), (1, "s"))


def whole_seconds(text: str) -> int:
    """Return the second since the epoch in which an RFC 3339 time lies."""
    return parse_rfc3339(text) // SECOND


def local(second: int, zone: tzinfo) -> datetime:
    """Return a second since the epoch in a zone; in UTC where the zone's calendar does not reach."""
    moment = from_micros(second * SECOND)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def day(moment: datetime, *, year: bool = False) -> str:
    """Return `Mon 2 Mar`, or `Mon 2 Mar 2026`."""
    return f"{moment:%a} {moment.day} {moment:%b}" + (f" {moment.year}" if year else "")


def hour(moment: datetime) -> str:
    """Return `09:30`, or `09:30:05`."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def instant(text: str | None, zone: tzinfo, *, year: bool = False) -> str:
    """Return an RFC 3339 time as `Mon 2 Mar 09:30` in a zone; a dot where there is none."""
    if text is None:
        return NOTHING
    moment = local(whole_seconds(text), zone)
    return f"{day(moment, year=year)} {hour(moment)}"


def span(seconds: float, *, days: bool = False) -> str:
    """Return a duration in hours, minutes and whole seconds, as `1 h 30 min`; with `days`, in days, too."""
    left = int(abs(seconds))
    if not left:
        return "less than 1 s" if seconds else "0 s"
    parts = []
    for size, unit in ((86_400, "days"), *_UNITS) if days and left >= 2 * 86_400 else _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count:,} {unit}")
    return " ".join(parts)


def short_span(seconds: float | None) -> str:
    """Return a duration by its two largest units, as `1h 30m`; a dot where there is none."""
    if seconds is None:
        return NOTHING
    left = round(seconds)
    for size, unit, lower, small in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if left >= size:
            whole, rest = divmod(left, size)
            return f"{whole}{unit} {rest // lower:02}{small}"
    return f"{left}s"


def count(number: int) -> str:
    """Return a number with its thousands set apart; a dot for none."""
    return f"{number:,}" if number else NOTHING


def share(ratio: float | None) -> str:
    """Return a ratio in percent; a dot where there is none."""
    return NOTHING if ratio is None else f"{ratio:.1%}"


def zone_text(zone: tzinfo, moment: datetime) -> str:
    """Return the name of a zone, with what its clocks say at a moment: `Europe/Berlin (CET, UTC+1)`."""
    offset = moment.utcoffset() or timedelta()
    hours, rest = divmod(abs(offset), timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    off = f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}" if offset else "UTC"
    name, short = str(zone), moment.tzname() or ""
    told = ", ".join(word for word in (short if short.isalpha() else "", off) if word and word != name)
    return f"{name} ({told})" if told else name
