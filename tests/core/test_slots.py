"""The numbers of counters and durations, which stand in the code one by one."""

from __future__ import annotations

import pytest

from stream.core.windows import slots


@pytest.mark.parametrize("name", [name for name in slots.COUNTERS if hasattr(slots, name.upper())])
def test_a_counter_s_number_is_its_place_in_the_list(name: str) -> None:
    """A number that was written wrongly would count one thing as another."""
    assert getattr(slots, name.upper()) == slots.SLOT[name]


def test_the_other_numbers_follow_from_the_lists() -> None:
    """Agents' times, arrivals, levels and durations have their places, too."""
    assert (slots.TIMES, slots.ARRIVED, slots.WEEK_BEFORE) == tuple(
        slots.SLOT[name] for name in ("available_time", "arrived_full_hours", "arrived_week_before")
    )
    assert len(slots.STATES) == slots.ONCE
    for place, name in enumerate(slots.DURATIONS):
        assert getattr(slots, name.upper()) == slots.HISTOGRAMS + place * slots.HISTOGRAM_SIZE
