"""`python -m benchmarks.calendar`: deadlines and stretches of open time per second of processor time, on one core."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from rich.console import Console
from rich.table import Table

from stream.core.calendar import ALWAYS, Holidays, OpenHours, Region, Schedule, parse_days, parse_interval, week
from stream.core.times import DAY, HOUR, parse_rfc3339

BEGIN = parse_rfc3339("2025-01-01T00:00:00Z")
YEARS = 3
LISTED = Holidays(frozenset(date(2025, 1, 1) + timedelta(days=37 * number) for number in range(30)))


def schedule(name: str, place: str, holidays: Holidays | None = None, /, **days: str) -> OpenHours:
    """Return a schedule of `mon_fri="09:00-17:00,18:00-20:00"`."""
    hours = ((parse_days(day.replace("_", "-")), map(parse_interval, text.split(","))) for day, text in days.items())
    return OpenHours(name, place, week(hours), holidays)


SCHEDULES: tuple[Schedule, ...] = (
    schedule("office, UTC", "UTC", mon_fri="09:00-17:00"),
    schedule(
        "office, Berlin",
        "Europe/Berlin",
        Holidays(regions=(Region("DE", "BE"),)),
        mon_fri="8:00-17:00",
    ),
    schedule("lunch break, New York", "America/New_York", mon_fri="08:00-12:00,13:00-18:00", sat="10:00-14:00"),
    schedule("nights, Casablanca", "Africa/Casablanca", mon_sun="22:00-06:00"),
    schedule("listed holidays, Lord Howe", "Australia/Lord_Howe", LISTED, mon_fri="08:30-12:15,12:45-17:00"),
    schedule(
        "48 a day, Kathmandu",
        "Asia/Kathmandu",
        mon_sun=",".join(f"{hour:02}:{half:02}-{hour:02}:{half + 20}" for hour in range(24) for half in (0, 30)),
    ),
    ALWAYS,
)


def main() -> None:
    """Ask each schedule for as many deadlines and stretches and print how many it answered in a second."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calendar", description=__doc__)
    parser.add_argument("--questions", type=int, default=200_000, help="how many of each kind; default %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="how often, the middle one counts; default %(default)s")
    asked = parser.parse_args()
    rng = random.Random(1)
    starts = [BEGIN + rng.randrange(YEARS * 365 * DAY) for _ in range(asked.questions)]
    amounts = [rng.randrange(72 * HOUR) for _ in starts]
    ends = [start + 3 * amount for start, amount in zip(starts, amounts, strict=True)]
    table = Table(title=f"{asked.questions:,} questions over {YEARS} years: answers in a second of one core")
    table.add_column("schedule")
    for name in ("deadline", "open_between", "first answer, ms"):
        table.add_column(name, justify="right")
    for each in SCHEDULES:
        first = seconds(lambda each=each: each.open_between(BEGIN, BEGIN + (YEARS + 1) * 365 * DAY))  # type: ignore[misc]
        speeds = [
            rate(ask, starts, others, asked.rounds)
            for ask, others in ((each.deadline, amounts), (each.open_between, ends))
        ]
        table.add_row(each.name, *(f"{speed:,.0f}" for speed in speeds), f"{1_000 * first:.1f}")
    Console().print(table)


def rate(ask: Callable[[int, int], int], starts: list[int], others: list[int], rounds: int) -> float:
    """Return how many answers a second of processor time gives, the middle of some rounds."""
    return len(starts) / statistics.median(seconds(lambda: _ask(ask, starts, others)) for _ in range(rounds))


def seconds(what: Callable[[], object]) -> float:
    """Return the processor time that something takes."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def _ask(ask: Callable[[int, int], int], starts: list[int], others: list[int]) -> None:
    for start, other in zip(starts, others, strict=True):
        ask(start, other)


if __name__ == "__main__":
    main()
