"""What must hold for every week, zone and instant; compared with a count minute by minute."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from stream.core.calendar import Holidays, OpenHours
from stream.core.times import DAY, HOUR, MINUTE, SECOND, from_micros, parse_rfc3339
from tests.calendar.changes import changes
from tests.calendar.oracle import Wall

# Changes of a zone, or plain days, near which the instants lie as often as near any change of any zone.
PLACES = [
    ("Europe/Berlin", parse_rfc3339("2025-03-30T01:00:00Z")),
    ("Europe/Berlin", parse_rfc3339("2025-10-26T01:00:00Z")),
    ("America/New_York", parse_rfc3339("2025-11-02T06:00:00Z")),
    ("America/Santiago", parse_rfc3339("2025-09-07T04:00:00Z")),  # midnight does not exist
    ("Africa/Cairo", parse_rfc3339("2025-10-30T21:00:00Z")),  # midnight comes twice
    ("Australia/Lord_Howe", parse_rfc3339("2025-10-04T15:30:00Z")),  # half an hour
    ("Australia/Lord_Howe", parse_rfc3339("2026-04-04T15:00:00Z")),
    ("Pacific/Apia", parse_rfc3339("2011-12-30T10:00:00Z")),  # a whole day is skipped
    ("America/Caracas", parse_rfc3339("2016-05-01T07:00:00Z")),  # half an hour, once and for all
    ("Asia/Gaza", parse_rfc3339("2040-10-27T00:00:00Z")),  # two changes within a week
    ("Pacific/Kiritimati", parse_rfc3339("2025-12-31T10:00:00Z")),
    ("Asia/Kathmandu", parse_rfc3339("2026-03-02T12:00:00Z")),
    ("UTC", parse_rfc3339("2025-12-31T23:00:00Z")),
]


def _interval(start: int, length: int) -> tuple[int, int]:
    return start, start + min(length, 1440)


INTERVALS = st.builds(_interval, st.integers(0, 1439), st.integers(1, 1440))
# A walk in minutes is exact where the wall differs from UTC by whole minutes; Liberia's 44.5 min are for test_zones.
CHANGES = changes().filter(lambda drawn: drawn[0] != "Africa/Monrovia")
WEEKS = st.lists(st.lists(INTERVALS, max_size=3).map(tuple), min_size=7, max_size=7).map(tuple).filter(any)


@st.composite
def walls(draw: st.DrawFn) -> tuple[Wall, OpenHours, int]:
    """Draw a week in a zone, as the oracle and as the code have it, and an instant near a change of that zone."""
    place, around = draw(st.one_of(st.sampled_from(PLACES), CHANGES))
    near = from_micros(around).toordinal()
    days = draw(st.frozensets(st.integers(near - 2, near + 2).map(date.fromordinal), max_size=2))
    wall = Wall(place, draw(WEEKS), days)
    start = around // MINUTE * MINUTE + draw(st.integers(-36 * 60, 24 * 60)) * MINUTE
    return wall, OpenHours("drawn", place, wall.days, Holidays(days)), start


@given(walls(), st.integers(0, 48 * 60))
def test_open_time_equals_a_count_of_every_minute(drawn: tuple[Wall, OpenHours, int], minutes: int) -> None:
    """The bisection and a walk over the wall clock find the same time and the same intervals."""
    wall, hours, start = drawn
    end = start + minutes * MINUTE
    assert wall.open_between(start, end) == hours.open_between(start, end)
    assert list(wall.intervals(start, end)) == list(hours.intervals(start, end))


@given(walls(), st.integers(1, 12 * 60))
def test_a_deadline_equals_a_walk_of_every_minute(drawn: tuple[Wall, OpenHours, int], minutes: int) -> None:
    """The deadline is where a walk over the wall clock has seen as many open minutes."""
    wall, hours, start = drawn
    assert wall.deadline(start, minutes * MINUTE) == hours.deadline(start, minutes * MINUTE)


@given(walls(), st.integers(0, DAY), st.integers(1, 400 * HOUR))
def test_a_deadline_is_the_first_instant_with_its_open_time(
    drawn: tuple[Wall, OpenHours, int], offset: int, amount: int
) -> None:
    """Exactly the amount is open until the deadline, and less than it a microsecond before."""
    _, hours, start = drawn
    begin = start + offset
    due = hours.deadline(begin, amount)
    assert amount == hours.open_between(begin, due)
    assert amount - 1 == hours.open_between(begin, due - 1)


@given(walls(), st.lists(st.integers(-400 * DAY, 400 * DAY), min_size=3, max_size=3))
def test_open_time_adds_up(drawn: tuple[Wall, OpenHours, int], offsets: list[int]) -> None:
    """What is open of two stretches in a row is what is open of both, and the sum of its intervals."""
    _, hours, start = drawn
    first, second, third = sorted(start + offset for offset in offsets)
    whole = hours.open_between(first, third)
    assert whole == hours.open_between(first, second) + hours.open_between(second, third)
    assert whole == sum(closing - opening for opening, closing in hours.intervals(first, third))
    assert 0 <= whole <= third - first


@given(walls(), st.integers(0, 30 * DAY), st.integers(0, 300 * HOUR), st.integers(0, 300 * HOUR))
@example((Wall("UTC", (((0, 1),),) + 6 * ((),)), OpenHours("x", "UTC", (((0, 1),),) + 6 * ((),)), 0), 1, SECOND, SECOND)
def test_a_deadline_is_monotone(drawn: tuple[Wall, OpenHours, int], later: int, amount: int, more: int) -> None:
    """A later start or a larger amount never gives an earlier deadline; amounts may be taken in two steps."""
    _, hours, start = drawn
    due = hours.deadline(start, amount)
    assert due <= hours.deadline(start + later, amount)
    assert due <= hours.deadline(start, amount + more)
    if amount and more:
        assert hours.deadline(due, more) == hours.deadline(start, amount + more)
