"""Times and durations as the tables write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

MONDAY = date(2026, 3, 2)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_TIME = re.compile(
    rf"(?:(?P<next>next )?(?P<name>{'|'.join(DAYS)}) |(?P<date>\d{{4}}-\d\d-\d\d) )?"
    r"(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?P<utc>Z?)(?= |$)"
)
_DURATION = re.compile(r"(-?)((?:\d+(?:\.\d+)?[dhms])+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")


class Wall:
    """A clock on the wall of a zone, and the day that was named last."""

    def __init__(self, zone: str, day: date = MONDAY) -> None:
        self.zone = ZoneInfo(zone)
        self.day = day

    def read(self, text: str) -> tuple[datetime, str]:
        """Return the time that `text` starts with, and the rest of the text."""
        match = _TIME.match(text)
        if match is None:
            raise ValueError(f"{text!r} does not start with a time such as 09:00, Tue 09:00:30 or 2026-03-02 09:00Z")
        if match["date"]:
            self.day = date.fromisoformat(match["date"])
        elif match["name"]:
            self.day = MONDAY + timedelta(days=DAYS.index(match["name"]) + (7 if match["next"] else 0))
        zone = ZoneInfo("UTC") if match["utc"] else self.zone
        moment = datetime.combine(self.day, time.fromisoformat(match["time"]), zone)
        if moment.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=zone, fold=0) != moment:
            raise ValueError(f"{text!r}: there is no such time in {zone}")
        return moment.astimezone(ZoneInfo("UTC")), text[match.end() :].strip()

    def only(self, text: str) -> datetime:
        """Return the time that is the whole of `text`."""
        moment, rest = self.read(text)
        if rest:
            raise ValueError(f"{text!r} goes on after the time")
        return moment


def shown(moment: datetime) -> str:
    """Return a time in UTC as explanations show it."""
    text = moment.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def seconds(text: str) -> int | float:
    """Return the seconds of `1h30m`, an int where they are whole."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no duration such as 1h30m, 20s or -5m")
    total = sum((Fraction(amount) * _SECONDS[unit] for amount, unit in _PART.findall(match[2])), Fraction(0))
    signed = -total if match[1] else total
    return int(signed) if signed.denominator == 1 else float(signed)
