"""The worked cases of the rules: what a person with a wall calendar would answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from stream.core.calendar import ALWAYS, Holidays, OpenHours, Region, Schedule, parse_days, parse_interval, week, zone
from stream.core.times import HOUR, MINUTE, SECOND, from_micros, parse_rfc3339, to_micros


def schedule(place: str, holidays: Holidays | None = None, /, **days: str) -> OpenHours:
    """Return a schedule of `mon_fri="09:00-17:00,18:00-20:00"`."""
    hours = ((parse_days(day.replace("_", "-")), map(parse_interval, text.split(","))) for day, text in days.items())
    return OpenHours("test", place, week(hours), holidays)


def at(text: str, place: str = "UTC") -> int:
    """Return the instant of a local time of the wall, "2026-03-06 16:30" in a zone."""
    return to_micros(datetime.fromisoformat(text).replace(tzinfo=zone(place)))


def wall(instant: int, place: str = "UTC") -> str:
    """Return what a clock on the wall shows at an instant."""
    return f"{from_micros(instant).astimezone(zone(place)):%Y-%m-%d %H:%M:%S}"


OFFICE = {"mon_fri": "09:00-17:00"}
LONG_TUESDAY = {"mon": "09:00-17:00", "tue": "09:00-20:00", "wed_fri": "09:00-17:00"}


@pytest.mark.parametrize(
    ("days", "start", "amount", "due"),
    [
        # Fri 16:30 + 1 h and what follows; 2026-03-06 is a Friday.
        (OFFICE, "2026-03-06 16:30", HOUR, "2026-03-09 09:30:00"),
        (OFFICE, "2026-03-06 16:00", 2 * HOUR, "2026-03-09 10:00:00"),
        (OFFICE, "2026-03-04 07:00", 2 * HOUR, "2026-03-04 11:00:00"),
        (OFFICE, "2026-03-07 10:00", 2 * HOUR, "2026-03-09 11:00:00"),
        # Longer than a day; a long Tuesday; exactly at closing time.
        (OFFICE, "2026-03-02 16:00", 10 * HOUR, "2026-03-04 10:00:00"),
        (LONG_TUESDAY, "2026-03-02 18:00", 10 * HOUR, "2026-03-03 19:00:00"),
        (LONG_TUESDAY, "2026-03-02 16:00", 12 * HOUR, "2026-03-03 20:00:00"),
        # A week from the first day of a year, before which nothing was asked.
        (OFFICE, "2026-01-01 10:00", 40 * HOUR, "2026-01-08 10:00:00"),
        # A deadline of 17:00 that is on hold for an hour, and for a second more.
        ({"mon_fri": "10:00-18:00"}, "2026-03-02 17:00", HOUR, "2026-03-02 18:00:00"),
        ({"mon_fri": "10:00-18:00"}, "2026-03-02 17:00", HOUR + SECOND, "2026-03-03 10:00:01"),
        # Without an amount it is due at once, open or not.
        (OFFICE, "2026-03-07 10:00", 0, "2026-03-07 10:00:00"),
        (OFFICE, "2026-03-07 10:00", -HOUR, "2026-03-07 10:00:00"),
    ],
)
@pytest.mark.parametrize("place", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_a_deadline_counts_open_hours_only(place: str, days: dict[str, str], start: str, amount: int, due: str) -> None:
    """Nights, weekends and the time before opening do not count, in any zone."""
    assert due == wall(schedule(place, **days).deadline(at(start, place), amount), place)


@pytest.mark.parametrize(
    ("holidays", "hours", "start", "due"),
    [
        (Holidays(frozenset({date(2015, 9, 22)})), "08:00-17:00", "2015-09-21T14:30:00Z", "2015-09-23 07:30:00"),
        (Holidays(regions=(Region("DE", "NW"),)), "08:00-20:00", "2016-11-01T13:56:21Z", "2016-11-02 09:00:00"),
    ],
)
def test_a_holiday_does_not_count(holidays: Holidays, hours: str, start: str, due: str) -> None:
    """Two hours over, or from within, a holiday in Berlin end on the day after."""
    berlin = schedule("Europe/Berlin", holidays, mon_fri=hours)
    assert due == wall(berlin.deadline(parse_rfc3339(start), 120 * MINUTE))


def test_an_hour_over_the_change_to_summer_time_is_an_hour() -> None:
    """Around the clock, 01:30 and 60 minutes is 03:30 in the night that has no 02:30."""
    start = at("2025-03-30 01:30", "Europe/Berlin")
    assert wall(ALWAYS.deadline(start, HOUR), "Europe/Berlin") == "2025-03-30 03:30:00"


@pytest.mark.parametrize(("night", "hours"), [("2025-03-29", 7), ("2025-10-25", 9), ("2025-06-14", 8)])
def test_a_night_shift_holds_what_really_passes(night: str, hours: int) -> None:
    """22:00 to 06:00 in Berlin is seven hours in spring, nine in autumn."""
    shift = schedule("Europe/Berlin", sat="22:00-06:00")
    noon = at(f"{night} 12:00", "Europe/Berlin")
    assert hours * HOUR == shift.open_between(noon, noon + 24 * HOUR)


def test_what_passes_before_opening_does_not_count() -> None:
    """Created 23:49, opened 07:00, answered 07:00:03: three seconds."""
    day = schedule("UTC", mon_fri="07:00-19:00")
    assert day.open_between(at("2026-03-02 23:49"), at("2026-03-03 07:00:03")) == 3 * SECOND


def test_open_time_on_hold_leaves_a_holiday_out() -> None:
    """Thursday 17:50 to Monday 12:30 over a holiday on Friday, open 10 to 18: 160 minutes."""
    desk = schedule("UTC", Holidays(frozenset({date(2026, 3, 6)})), mon_fri="10:00-18:00")
    assert desk.open_between(at("2026-03-05 17:50"), at("2026-03-09 12:30")) == 160 * MINUTE


def test_a_shift_that_starts_on_a_holiday_is_dropped_whole() -> None:
    """The night shift of the holiday is gone until its end; that of the evening before runs on into the holiday."""
    nights = schedule("UTC", Holidays(frozenset({date(2026, 3, 4)})), mon_sun="22:00-06:00")
    expected = [("2026-03-03 22:00", "2026-03-04 06:00"), ("2026-03-05 22:00", "2026-03-06 06:00")]
    found = nights.intervals(at("2026-03-03 12:00"), at("2026-03-06 12:00"))
    assert [(at(opening), at(closing)) for opening, closing in expected] == list(found)


@pytest.mark.parametrize(
    ("days", "start", "end", "expected"),
    [
        # Overlapping and touching intervals are one, over midnight and over the end of a year, too.
        (
            {"mon": "08:00-12:00,10:00-14:00,14:00-15:00"},
            "2026-03-02",
            "2026-03-03",
            [("2026-03-02 08:00", "2026-03-02 15:00")],
        ),
        ({"wed_thu": "00:00-24:00"}, "2025-12-31", "2026-01-05", [("2025-12-31 00:00", "2026-01-02 00:00")]),
        ({"mon_sun": "00:00-24:00"}, "2025-06-01", "2028-06-01", [("2025-06-01 00:00", "2028-06-01 00:00")]),
        (
            {"sun": "20:00-04:00", "mon": "02:00-05:00"},
            "2026-03-01",
            "2026-03-03",
            [("2026-03-01 20:00", "2026-03-02 05:00")],
        ),
        # Clipped at both ends; nothing of nothing.
        ({"mon": "08:00-12:00"}, "2026-03-02 09:00", "2026-03-02 10:00", [("2026-03-02 09:00", "2026-03-02 10:00")]),
        ({"mon": "08:00-12:00"}, "2026-03-02 12:00", "2026-03-09 08:00", []),
        ({"mon": "08:00-12:00"}, "2026-03-02 10:00", "2026-03-02 10:00", []),
    ],
)
def test_intervals_are_united_and_clipped(
    days: dict[str, str], start: str, end: str, expected: list[tuple[str, str]]
) -> None:
    """What touches is one stretch, and nothing is yielded outside of what was asked for."""
    found = schedule("UTC", **days).intervals(at(start), at(end))
    assert [(at(opening), at(closing)) for opening, closing in expected] == list(found)


def test_a_repeated_hour_is_open_as_often_as_its_local_time_is() -> None:
    """01:30 to 02:30 when 02:00 to 03:00 comes twice: open, closed for half an hour, open again."""
    desk = schedule("Europe/Berlin", sun="01:30-02:30")
    found = desk.intervals(parse_rfc3339("2025-10-25T12:00:00Z"), parse_rfc3339("2025-10-26T12:00:00Z"))
    expected = [
        (parse_rfc3339("2025-10-25T23:30:00Z"), parse_rfc3339("2025-10-26T00:30:00Z")),
        (parse_rfc3339("2025-10-26T01:00:00Z"), parse_rfc3339("2025-10-26T01:30:00Z")),
    ]
    assert expected == list(found)


@pytest.mark.parametrize("hours", ["02:00-03:00", "02:15-02:45"])
def test_an_hour_that_does_not_exist_is_not_open(hours: str) -> None:
    """An interval inside the gap of spring is empty that night, and the next one is a week later."""
    desk = schedule("Europe/Berlin", sun=hours)
    assert list(desk.intervals(at("2025-03-29 00:00"), at("2025-04-05 00:00"))) == []
    assert wall(desk.deadline(at("2025-03-29 00:00"), 1), "Europe/Berlin").startswith("2025-04-06 02:")


def test_a_day_that_was_skipped_has_no_hours() -> None:
    """Samoa had no 2011-12-30: from the evening of the 29th the next morning is that of the 31st."""
    desk = schedule("Pacific/Apia", mon_sun="09:00-17:00")
    assert wall(desk.deadline(at("2011-12-29 16:30", "Pacific/Apia"), HOUR), "Pacific/Apia") == "2011-12-31 09:30:00"


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9998-01-01T00:00:00Z"])
def test_a_time_far_away_still_has_a_deadline(start: str) -> None:
    """Outside of the years of the calendar all time counts, so that a broken date costs neither time nor memory."""
    desk = schedule("Europe/Berlin", mon="09:00-10:00")
    begin = parse_rfc3339(start)
    assert begin + HOUR == desk.deadline(begin, HOUR)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Pacific/Apia", "UTC"])
def test_the_order_of_questions_does_not_matter(name: str) -> None:
    """Years are compiled as they are needed, forwards and backwards, with the same answers."""
    days = {"mon_fri": "08:00-12:00,13:00-17:00", "sat": "22:00-06:00"}
    starts = [at(f"{year}-{month:02}-28 11:00") for year in (2011, 2025, 1999, 2027, 2010) for month in (12, 3, 1)]
    used = schedule(name, **days)
    assert [schedule(name, **days).deadline(start, 30 * HOUR) for start in starts] == [
        used.deadline(start, 30 * HOUR) for start in starts
    ]
    assert [schedule(name, **days).open_between(min(starts), start) for start in starts] == [
        used.open_between(min(starts), start) for start in starts
    ]


@pytest.mark.parametrize("years", [(2020, 2023), (2023, 2020), (2020, 2021, 2019), (2022, 2022)])
def test_a_stretch_in_a_year_that_was_not_asked_for_yet_is_counted(years: tuple[int, ...]) -> None:
    """Each of some years on its own has its open hours, whichever was asked for before."""
    for ask in ("open_between", "intervals"):
        used = schedule("Europe/Berlin", mon_fri="08:00-12:00")
        for year in years:
            # 1 June and the days after: five days of four hours in each week, whatever the year begins with.
            start = at(f"{year}-06-01 00:00", "Europe/Berlin")
            end = start + 14 * 24 * HOUR
            found = (
                used.open_between(start, end)
                if ask == "open_between"
                else sum(b - a for a, b in used.intervals(start, end))
            )
            assert 40 * HOUR == found, (ask, year)


def test_a_stretch_over_the_end_of_a_year_is_counted_from_both_sides() -> None:
    """New Year lies in the midst of a shift: what is compiled of either year first, the stretch is one."""
    before, after = at("2025-12-31 23:00", "UTC"), at("2026-01-01 01:00", "UTC")
    for asked in ((before, before + 1), (after, after + 1), (before, after)):
        nights = schedule("UTC", mon_sun="22:00-06:00")
        assert asked[1] - asked[0] == nights.open_between(*asked)
        assert nights.open_between(before, after) == 2 * HOUR
        assert [(before, after)] == list(nights.intervals(before, after))
        assert after == nights.deadline(before, 2 * HOUR)


def test_the_first_hours_of_a_year_are_counted_before_any_stretch_is_open() -> None:
    """From New Year's midnight on, asked for at first: closed until Thursday 1 January 08:00, then as the week says."""
    start = at("2026-01-01 00:00")
    for end, expected in (
        ("2026-01-01 08:00", 0),
        ("2026-01-01 09:30", 1.5),
        ("2026-01-02 10:00", 6),
        ("2026-01-06 00:00", 12),
    ):
        assert expected * HOUR == schedule("UTC", mon_fri="08:00-12:00").open_between(start, at(end))
    assert wall(schedule("UTC", mon_fri="08:00-12:00").deadline(start, 5 * HOUR)) == "2026-01-02 09:00:00"
    assert wall(schedule("UTC", mon_fri="08:00-12:00").deadline(start, 1 * HOUR)) == "2026-01-01 09:00:00"


def test_intervals_go_on_over_the_end_of_a_year() -> None:
    """Nobody has asked for either year: a night's shift runs into the next one, an office has a night between."""
    nights = schedule("UTC", mon_sun="08:00-12:00,20:00-04:00").intervals(
        at("2025-12-31 07:00"), at("2026-01-01 09:00")
    )
    office = schedule("UTC", wed_fri="08:00-12:00").intervals(at("2025-12-31 07:00"), at("2026-01-02 00:00"))
    for found, expected in (
        (
            nights,
            [
                "2025-12-31 08:00",
                "2025-12-31 12:00",
                "2025-12-31 20:00",
                "2026-01-01 04:00",
                "2026-01-01 08:00",
                "2026-01-01 09:00",
            ],
        ),
        (office, ["2025-12-31 08:00", "2025-12-31 12:00", "2026-01-01 08:00", "2026-01-01 12:00"]),
    ):
        assert [at(text) for text in expected] == [edge for interval in found for edge in interval]


def test_years_between_two_that_were_asked_for_are_there() -> None:
    """Asked for 2030 and then for New Year's Eve of 2026: what remains of four hours is open on 1 January 2027."""
    used = schedule("UTC", mon_sun="08:00-12:00")
    assert wall(used.deadline(at("2030-06-03 08:00"), HOUR)) == "2030-06-03 09:00:00"
    assert wall(used.deadline(at("2026-12-31 10:00"), 4 * HOUR)) == "2027-01-01 10:00:00"


def test_a_year_without_any_open_hour_is_passed_over() -> None:
    """Every Monday of 2026 is a holiday of a desk that opens on Mondays: the next one is 4 January 2027."""
    mondays = frozenset(date(2026, 1, 5) + timedelta(weeks=number) for number in range(52))
    assert wall(schedule("UTC", Holidays(mondays), mon="08:00-12:00").deadline(at("2026-03-02 08:00"), HOUR)) == (
        "2027-01-04 09:00:00"
    )
    whole = at("2026-01-01 00:00"), at("2027-01-01 00:00")
    assert schedule("UTC", Holidays(mondays), mon="08:00-12:00").open_between(*whole) == 0
    assert list(schedule("UTC", Holidays(mondays), mon="08:00-12:00").intervals(*whole)) == []


@pytest.mark.parametrize(
    ("place", "shift", "day", "holiday", "hours"),
    [
        # The night shift of a 31 December that is a holiday is not there on 1 January either.
        ("UTC", "22:00-06:00", "2026-01-01", None, 6),
        ("UTC", "22:00-06:00", "2026-01-01", date(2025, 12, 31), 0),
        # In Auckland 1 January begins at 11:00 UTC on 31 December: all of this shift lies in the old year.
        ("Pacific/Auckland", "01:00-10:00", "2027-01-01", None, 9),
        ("Pacific/Auckland", "01:00-10:00", "2027-01-01", date(2027, 1, 1), 0),
        ("Pacific/Auckland", "01:00-10:00", "2027-01-01", date(2026, 12, 31), 9),
    ],
)
def test_a_holiday_at_the_turn_of_a_year_is_one_in_both_years(
    place: str, shift: str, day: str, holiday: date | None, hours: int
) -> None:
    """A shift belongs to the local day on which it starts, whichever year of UTC it lies in, asked for first."""
    holidays = None if holiday is None else Holidays(frozenset({holiday}))
    begin, until = at(f"{day} 00:00", place), at(f"{day} 12:00", place)
    assert hours * HOUR == schedule(place, holidays, mon_sun=shift).open_between(begin, until)
    assert hours * HOUR == sum(b - a for a, b in schedule(place, holidays, mon_sun=shift).intervals(begin, until))


def test_shifts_of_neighbouring_days_reach_into_a_year_of_utc() -> None:
    """The farthest there are: twelve hours behind, a shift of 30 December; fourteen ahead, one of 1 January."""
    behind = schedule("Etc/GMT+12", tue="23:59-23:58")  # 30 December 2025, until 11:58 UTC on 1 January
    assert behind.open_between(at("2026-01-01 00:00"), at("2026-01-02 00:00")) == 12 * HOUR - 2 * MINUTE
    ahead = schedule("Etc/GMT-14", thu="00:00-24:00")  # 1 January 2026, from 10:00 UTC on 31 December
    assert ahead.open_between(at("2025-12-31 00:00"), at("2026-01-01 00:00")) == 14 * HOUR


def test_hours_are_kept_from_1970_to_2199() -> None:
    """In those years the week holds, on their first and last day, too; a microsecond before and after all is open."""
    day = schedule("UTC", mon_sun="08:00-12:00")
    for first, last, expected in (
        ("1970-01-01", "1970-01-02", 4),
        ("2199-12-31", "2200-01-01", 4),
        ("1969-12-31", "1970-01-01", 24),
        ("2200-01-01", "2200-01-02", 24),
        ("1969-12-31", "1970-01-02", 28),
        ("2199-12-31", "2200-01-02", 28),
    ):
        for asked in (day, schedule("UTC", mon_sun="08:00-12:00")):
            assert expected * HOUR == asked.open_between(at(f"{first} 00:00"), at(f"{last} 00:00")), first
        if expected == 4:
            assert f"{first} 09:00:00" == wall(day.deadline(at(f"{first} 00:00"), HOUR))


YEAR = at("2026-01-01 00:00"), at("2027-01-01 00:00")
FIRST = at("1970-01-01 00:00"), at("1971-01-01 00:00")
LAST = at("2199-01-01 00:00"), at("2200-01-01 00:00")


@pytest.mark.parametrize(
    ("ask", "years"),
    [
        (lambda hours: hours.open_between(*YEAR), (2026, 2026)),
        (lambda hours: hours.open_between(YEAR[0], YEAR[1] + 1), (2026, 2027)),
        (lambda hours: hours.open_between(YEAR[0] - 1, YEAR[1]), (2025, 2026)),
        (lambda hours: hours.open_between(*FIRST), (1970, 1970)),
        (lambda hours: hours.open_between(FIRST[0] - 1, FIRST[0]), (1969, 1969)),
        (lambda hours: hours.open_between(*LAST), (2199, 2199)),
        (lambda hours: hours.open_between(LAST[1], LAST[1] + 1), (2200, 2200)),
        (lambda hours: hours.deadline(YEAR[1] - 1, 1), (2026, 2026)),
        (lambda hours: hours.deadline(YEAR[0], YEAR[1] - YEAR[0]), (2026, 2026)),
        (lambda hours: hours.deadline(YEAR[0], YEAR[1] - YEAR[0] + 1), (2026, 2027)),
        (lambda hours: list(hours.intervals(*YEAR)), (2026, 2026)),
        (lambda hours: list(hours.intervals(YEAR[1] - 1, YEAR[1])), (2026, 2026)),
        (lambda hours: list(hours.intervals(YEAR[0], YEAR[0])), None),
    ],
)
def test_no_year_is_compiled_that_is_not_asked_for(
    ask: Callable[[OpenHours], object], years: tuple[int, int] | None
) -> None:
    """A question costs the years that it touches, at their very edges too."""
    hours = schedule("UTC", mon_sun="00:00-24:00")
    ask(hours)
    table = hours._table
    assert (years is None) == (table.first > table.last)
    if years is not None:
        assert (table.first, table.last) == years


def test_what_is_compiled_is_not_compiled_again() -> None:
    """A question about years that are there, from their first instant to their last, only looks."""
    hours = schedule("UTC", mon_sun="00:00-24:00")
    hours.open_between(*YEAR)
    table = hours._table
    hours.open_between(*YEAR)
    hours.deadline(YEAR[0], YEAR[1] - YEAR[0])
    hours.deadline(YEAR[1] - 1, 1)
    assert list(hours.intervals(*YEAR)) == [YEAR]
    assert hours._table is table


def test_hours_without_any_interval_are_refused() -> None:
    """Such a schedule is open around the clock, which is another class."""
    with pytest.raises(ValueError, match="24x7"):
        OpenHours("empty", "UTC", week([]))


def test_a_schedule_is_called_as_the_policy_calls_it() -> None:
    """Its name stands in every explanation."""
    assert [schedule("UTC", mon="08:00-12:00").name, ALWAYS.name] == ["test", "24x7"]


def test_always_is_always() -> None:
    """Around the clock every instant counts."""
    always: Schedule = ALWAYS
    assert always.open_between(5, 9) == 4
    assert always.deadline(5, 4) == 9
    assert [always.deadline(5, amount) for amount in (-1, 0, 1)] == [5, 5, 6]
    assert list(always.intervals(5, 9)) == [(5, 9)]
    assert list(always.intervals(5, 5)) == []
