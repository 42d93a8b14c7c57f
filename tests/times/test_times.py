"""Instants and durations keep every microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.core.times import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    SECOND,
    duration_text,
    from_micros,
    parse_duration,
    parse_rfc3339,
    rfc3339,
    seconds,
    to_micros,
)

INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS)
def test_an_instant_survives_the_way_to_text_and_back(moment: datetime) -> None:
    """Any microsecond of the years 1 to 9999 is the same after being written and read."""
    at = to_micros(moment)
    assert moment == from_micros(at)
    assert at == parse_rfc3339(rfc3339(at))


@given(INSTANTS, st.integers(-23 * 60, 23 * 60))
def test_an_offset_names_the_same_instant(moment: datetime, minutes: int) -> None:
    """The instant does not depend on the zone in which a datetime speaks."""
    zone = timezone(timedelta(minutes=minutes))
    if datetime(2, 1, 1, tzinfo=UTC) < moment < datetime(9998, 1, 1, tzinfo=UTC):
        assert to_micros(moment) == to_micros(moment.astimezone(zone))


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_772_443_800 * SECOND, "2026-03-02T09:30:00Z"),
        (1_772_443_800 * SECOND + 500_000, "2026-03-02T09:30:00.5Z"),
        (-62_135_596_800 * SECOND, "0001-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_written_with_the_fraction_it_has(at: int, text: str) -> None:
    """The text is in UTC, ends in Z and has no digit too many."""
    assert text == rfc3339(at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T10:30:00+01:00", "2026-03-02T09:30:00Z"),
        ("2026-03-02t09:30:00z", "2026-03-02T09:30:00Z"),
        ("2026-03-02 09:30:00.1234567Z", "2026-03-02T09:30:00.123456Z"),
    ],
)
def test_every_spelling_of_rfc_3339_is_read(text: str, expected: str) -> None:
    """An offset, small letters, a space and too fine a fraction are accepted."""
    assert expected == rfc3339(parse_rfc3339(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02T09:30:00",
        "2026-03-02",
        "2026-W10-1",
        "1772443800",
        "2026-02-30T00:00:00Z",
        "2026-03-02T24:30:00Z",
    ],
)
def test_what_is_no_time_is_refused_with_its_value(text: str) -> None:
    """A naive, short or impossible time is an error that shows it and an example."""
    with pytest.raises(ValueError, match="2026-03-02T09:30:00Z") as caught:
        parse_rfc3339(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("20s", 20 * SECOND),
        ("90m", 90 * MINUTE),
        ("4h", 4 * HOUR),
        ("2d", 48 * HOUR),
        ("500ms", SECOND // 2),
        (" 1.5 h ", 90 * MINUTE),
        ("31", 31 * SECOND),
        (30, 30 * SECOND),
        (0.1, 100_000),
        (1e-6, 1),
        (0, 0),
        (7 * 86_400, 7 * DAY),
    ],
)
def test_a_duration_is_read(text: str | float, micros: int) -> None:
    """Units, decimals and bare numbers of seconds are read exactly."""
    assert micros == parse_duration(text)


@pytest.mark.parametrize(
    "value", ["", "4 hours", "h", "-4h", "1e3", "٤h", -1, True, float("nan"), float("inf"), "999999d"]
)
def test_what_is_no_duration_is_refused(value: str | float) -> None:
    """Everything else is an error that shows the value."""
    with pytest.raises(ValueError, match="duration") as caught:
        parse_duration(value)
    assert repr(value) in str(caught.value)


@given(st.integers(0, LONGEST))
def test_a_duration_survives_the_way_to_text_and_back(micros: int) -> None:
    """What `duration_text` writes is what `parse_duration` reads."""
    assert micros == parse_duration(duration_text(micros))


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "0s"),
        (5_400 * SECOND, "90m"),
        (36 * HOUR, "36h"),
        (48 * HOUR, "2d"),
        (1_500_000, "1.5s"),
        (-20 * SECOND, "-20s"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_unit(micros: int, text: str) -> None:
    """The unit is the largest that leaves no rest."""
    assert text == duration_text(micros)


@pytest.mark.parametrize(("micros", "number"), [(0, 0), (3 * SECOND, 3), (1_500_000, 1.5), (-SECOND, -1), (1, 1e-6)])
def test_seconds_are_an_integer_where_whole(micros: int, number: float) -> None:
    """A whole number of seconds is an int, any other a float."""
    found = seconds(micros)
    assert number == found
    assert type(number) is type(found)
