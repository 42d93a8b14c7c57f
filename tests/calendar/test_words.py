"""How days, intervals, zones and countries are written."""

from __future__ import annotations

from datetime import date

import pytest

from stream.core.calendar import (
    ZONES,
    Holidays,
    Region,
    countries,
    open_time_a_week,
    parse_days,
    parse_interval,
    states,
    week,
    zone,
)
from stream.core.times import HOUR


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", (0,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("fri-mon", (4, 5, 6, 0)),
        ("Tuesday, thu", (1, 3)),
        ("sat - sun", (5, 6)),
        ("mon-wed,tue", (0, 1, 2)),
        ("sun-sun", (6,)),
    ],
)
def test_days_are_read(text: str, days: tuple[int, ...]) -> None:
    """Short and long names, ranges over the weekend and lists are read."""
    assert days == parse_days(text)


@pytest.mark.parametrize("text", ["", "mo", "m", "montag", "mon-", "-fri", "mon-fri-sun", "weekdays", "0"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """Everything else is an error that lists the days."""
    with pytest.raises(ValueError, match="no day; expected mon, tue"):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("08:00-12:00", (480, 720)),
        ("8:00 - 12:30", (480, 750)),
        ("22:00-06:00", (1320, 1800)),
        ("00:00-24:00", (0, 1440)),
        ("22:00-00:00", (1320, 1440)),
        ("23:59-00:00", (1439, 1440)),
        ("08:59-09:59", (539, 599)),
        ("00:00-00:01", (0, 1)),
    ],
)
def test_intervals_are_read(text: str, interval: tuple[int, int]) -> None:
    """One that ends before it starts runs into the next day, and 24:00 is the end of its own."""
    assert interval == parse_interval(text)


@pytest.mark.parametrize("name", ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
def test_nothing_stands_after_the_name_of_a_day(name: str) -> None:
    """A name is read up to its last letter, and not beyond."""
    assert len(parse_days(name)) == 1
    for more in "s?.1":
        with pytest.raises(ValueError, match="no day"):
            parse_days(name + more)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-12",
        "08:00",
        "08:00-12:",
        "08:00-12",
        "08:60-09:00",
        "24:00-25:00",
        "08:00-24:01",
        "09:00-09:00",
        "00:00-00:00",
    ],
)
def test_what_is_no_interval_is_refused_with_its_value(text: str) -> None:
    """An impossible time of day, and an interval that might be empty or a whole day, is an error."""
    with pytest.raises(ValueError, match=r"interval|time of day|ends where it starts") as caught:
        parse_interval(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    "text", ["08:60-10:00", "08:00-09:60", "24:00-08:00", "24:00-24:00", "08:00-24:01", "08:00-99:00"]
)
def test_a_time_of_day_that_does_not_exist_is_named_as_such(text: str) -> None:
    """Minutes end at 59; a shift starts until 23:59 and ends until 24:00."""
    with pytest.raises(ValueError, match=f"'{text}' has no time of day"):
        parse_interval(text)


def test_a_week_joins_what_is_said_of_a_day() -> None:
    """Two entries that name the same day both count."""
    assert week([((0, 1), [(480, 720)]), ((0,), [(780, 1020)])])[:3] == (((480, 720), (780, 1020)), ((480, 720),), ())


def test_the_open_time_of_a_week_counts_no_minute_twice() -> None:
    """Overlaps count once, a night over the week's end belongs to it."""
    assert open_time_a_week(week([((6,), [(1320, 1800)]), ((0,), [(0, 480)])])) == 10 * HOUR


def test_zones_come_with_the_package() -> None:
    """A zone is found by its exact name, and only by that."""
    assert "Europe/Berlin" in ZONES
    assert zone("Europe/Berlin").key == "Europe/Berlin"
    with pytest.raises(KeyError):
        zone("../tzdata/zones")


def test_holidays_of_a_state_are_dates_of_that_year() -> None:
    """Berlin has its own holiday on 8 March, the rest of Germany has not."""
    berlin, germany = Holidays(regions=(Region("DE", "BE"),)), Holidays(regions=(Region("DE"),))
    assert date(2026, 3, 8) in berlin.of(2026)
    assert date(2026, 3, 8) not in germany.of(2026)
    assert date(2026, 12, 25) in germany.of(2026)


def test_own_dates_count_in_their_year_only() -> None:
    """A date is a holiday once, not every year."""
    own = Holidays(frozenset({date(2026, 7, 1)}))
    assert own.of(2026) == {date(2026, 7, 1)}
    assert own.of(2027) == frozenset()


def test_countries_and_states_are_known() -> None:
    """What a policy may name is what the library has."""
    assert "DE" in countries()
    assert "BE" in (states("DE") or ())
    assert states("XX") is None
