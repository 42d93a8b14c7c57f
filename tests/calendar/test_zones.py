"""Every zone of the tz database: all its changes are found, and a schedule over any of them is exact to the second."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stream.core.calendar import ZONES, Holidays, OpenHours, zone
from stream.core.calendar.zones import offsets
from stream.core.times import DAY, HOUR, SECOND, parse_rfc3339, to_micros
from tests.calendar.changes import BEGIN, END, changes
from tests.calendar.oracle import Wall
from tests.calendar.test_properties import WEEKS
from tests.calendar.tzif import listed

# Nights, edges at half-past and in odd minutes: whatever a zone skips or repeats, an edge lies in it or near it.
WEEK = (
    ((0, 90), (541, 1020)),
    ((0, 1440),),
    ((1320, 1800), (135, 165)),
    ((59, 61), (1439, 1441), (600, 2040)),
    ((1380, 1440), (720, 725)),
    ((20, 130), (150, 190), (1350, 1351)),
    ((110, 160), (180, 1080), (1260, 1590)),
)


def _offset(name: str, at: int) -> int:
    """Return what `zoneinfo` says that the local time is ahead of UTC, in microseconds."""
    ahead = datetime.fromtimestamp(at // SECOND, UTC).astimezone(zone(name)).utcoffset()
    assert ahead is not None
    return ahead // timedelta(microseconds=1)


@cache
def stretches(name: str) -> tuple[tuple[int, int, int], ...]:
    """Return the stretches of a zone as the calendar has them."""
    return tuple(offsets(zone(name), BEGIN, END))


@cache
def _jumps(name: str) -> tuple[int, ...]:
    """Return the first and the last instant of every kind of change of a zone, such as an hour forwards."""
    first: dict[tuple[int, int], int] = {}
    last: dict[tuple[int, int], int] = {}
    for (_, change, before), (_, _, after) in pairwise(stretches(name)):
        first.setdefault((before, after), change)
        last[before, after] = change
    return tuple(sorted({*first.values(), *last.values()}))


def _distinct() -> Iterator[str]:
    """Iterate over the zones, those that have the same changes once."""
    known = set()
    for name in sorted(ZONES):
        same = (*listed(name), _offset(name, BEGIN), *(_offset(name, END - days * DAY) for days in range(0, 365, 5)))
        if same not in known:
            known.add(same)
            yield name


def test_every_zone_that_python_knows_can_be_named() -> None:
    """A policy may name whatever `zoneinfo` has, but for the machine's own, which is another one on each machine."""
    named = zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"}
    old = {name for name in named - ZONES if name.startswith(("SystemV/", "US/Pacific-New"))}
    assert named - ZONES <= old


@pytest.mark.slow
def test_every_change_of_every_zone_is_found() -> None:
    """The stretches tile the time, their offsets are those of `zoneinfo`, and they end where the zone's file says."""
    for name in _distinct():
        found = stretches(name)
        assert (found[0][0], found[-1][1]) == (BEGIN, END), name
        for (_, until, before), (since, _, after) in pairwise(found):
            assert until == since, name
            assert before != after, name
        for since, until, offset in found:
            assert _offset(name, since) == _offset(name, until - 1) == offset, name
        changes = {since for since, _, _ in found[1:]}
        assert {at * SECOND for at, _, _ in listed(name) if BEGIN < at * SECOND < END} <= changes, name
        # Beyond the list a rule holds, which has the same two changes in each year: none may be missing.
        for day in range(parse_rfc3339("2043-01-01T00:00:00Z"), END, DAY):
            moved = _offset(name, day) != _offset(name, day + DAY - SECOND)
            assert moved == any(day < change < day + DAY for change in changes) or day in changes, name


@pytest.mark.slow
def test_open_time_over_every_kind_of_change_equals_a_count_of_its_seconds() -> None:
    """In every zone, for five days around the first and the last change of each kind: intervals, times, deadlines."""
    for name in _distinct():
        for change in _jumps(name) or (parse_rfc3339("2026-03-02T00:00:00Z"),):
            near = datetime.fromtimestamp(change // SECOND, UTC).date()
            holidays = frozenset({near - timedelta(days=2), near + timedelta(days=1)})
            low, high = change - 60 * HOUR, change + 60 * HOUR
            seconds = Wall(name, WEEK, holidays).seconds(low, high)
            hours = OpenHours("any", name, WEEK, Holidays(holidays))
            runs = [(low + run.start() * SECOND, low + run.end() * SECOND) for run in re.finditer(b"\1+", seconds)]
            assert runs == list(hours.intervals(low, high)), (name, change)
            for start in range(0, 60 * 3600, 7919):
                for end in (start + 3601, start + 40_000, start + 60 * 3600):
                    counted = seconds.count(1, start, end) * SECOND
                    begin, until = low + start * SECOND, low + end * SECOND
                    assert counted == hours.open_between(begin, until), (name, change, start, end)
                    if counted:
                        due = low + (seconds.rindex(1, start, end) + 1) * SECOND
                        assert due == hours.deadline(begin, counted), (name, change, start, end)


@settings(max_examples=15, deadline=None)
@given(changes(), WEEKS, st.integers(-100_000, 40_000), st.integers(0, 90_000), st.integers(0, 999_999), st.booleans())
@example(("Australia/Lord_Howe", parse_rfc3339("2025-10-04T15:30:00Z")), WEEK, -9_000, 100_000, 500_000, True)
@example(("Pacific/Apia", parse_rfc3339("2011-12-30T10:00:00Z")), WEEK, -90_000, 150_000, 1, True)
@example(("Africa/Casablanca", parse_rfc3339("2026-02-15T02:00:00Z")), WEEK, -20_000, 90_000, 0, False)
@example(("Asia/Kathmandu", parse_rfc3339("1985-12-31T18:30:00Z")), WEEK, -1, 90_000, 0, False)
@example(("Africa/Monrovia", parse_rfc3339("1972-01-07T00:44:30Z")), WEEK, -70_001, 90_000, 0, False)
def test_the_calendar_is_exact_to_the_microsecond_near_any_change(
    drawn: tuple[str, int],
    week: tuple[tuple[tuple[int, int], ...], ...],
    before: int,
    length: int,
    part: int,
    shut: bool,
) -> None:
    """From any microsecond on, for any week: as many seconds are open as a walk second by second finds."""
    name, change = drawn
    day = datetime.fromtimestamp(change // SECOND, UTC).date()
    holidays: frozenset[date] = frozenset({day}) if shut else frozenset()
    wall, hours = Wall(name, week, holidays), OpenHours("drawn", name, week, Holidays(holidays))
    low = change + before * SECOND
    counted = [second for second in range(low, low + length * SECOND, SECOND) if wall.open_at(second)]
    start, end = low + part, low + length * SECOND
    # The first second is cut; the others are whole.
    cut = part if length and counted[:1] == [low] else 0
    found = hours.open_between(start, max(start, end))
    assert len(counted) * SECOND - cut == found
    if found:
        assert counted[-1] + SECOND == hours.deadline(start, found)
        assert found == hours.open_between(start, hours.deadline(start, found))
    if start <= change <= end:
        assert found == hours.open_between(start, change) + hours.open_between(change, end)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/St_Johns", "Pacific/Chatham", "Asia/Kathmandu"])
def test_a_year_has_the_hours_of_its_days(name: str) -> None:
    """Around the clock but on the holidays: a year less the days on which no shift starts."""
    days = frozenset({date(2026, 1, 1), date(2026, 6, 30)})
    hours = OpenHours("all", name, (((0, 1440),),) * 7, Holidays(days))
    first, last = (to_micros(datetime(year, 1, 1, tzinfo=zone(name))) for year in (2026, 2027))
    assert last - first - 2 * DAY == hours.open_between(first, last)
