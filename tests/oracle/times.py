"""Time as the recount keeps it: whole microseconds, since 1970 in UTC where they are a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def moment_of(text: str) -> int:
    """Return the moment that an RFC 3339 time names."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def text_of(moment: int) -> str:
    """Return a moment in UTC, with the fraction only where there is one."""
    text = (EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


def length_of(said: str | int | None) -> int:
    """Return the length that a policy says: `90s`, `4h`, or a number of seconds; nothing is 0."""
    if isinstance(said, str):
        return int(said[:-1]) * UNITS[said[-1]]
    return (said or 0) * SECOND


def in_seconds(micros: int) -> int | float:
    """Return a length in seconds, as an integer where it is whole."""
    return micros / SECOND if micros % SECOND else micros // SECOND
