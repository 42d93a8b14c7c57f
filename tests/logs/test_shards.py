"""Any split of the subjects of a log over any number of shards gives the figures of one shard, to the last digit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.logs import desk
from tests.logs.whole_logs import SMALL, WholeLogs

WAYS = st.builds(
    desk.Way,
    shards=st.sampled_from((2, 3, 7, 16)),
    seed=st.none() | st.integers(0, 2**32 - 1),
)


@pytest.mark.parametrize("name", SMALL)
def test_any_split_gives_the_same_figures(name: str, whole: WholeLogs) -> None:
    """By hash or by chance, over two shards or sixteen, full ones and empty ones: all that `replay` prints is equal."""
    log = whole[name]
    expected = log.told

    @settings(max_examples=10)
    @given(WAYS)
    def same(way: desk.Way) -> None:
        assert expected == desk.told(log.policy, desk.run(log.policy, log.events, way))

    same()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("bank_calls", desk.Way("sixteen by hash", shards=16)),
        ("servicenow_incidents", desk.Way("seven by chance", shards=7, seed=498)),
    ],
)
def test_a_large_log_gives_the_same_figures_over_many_shards(name: str, way: desk.Way, whole: WholeLogs) -> None:
    """A hundred thousand events and more, once each: all that `replay` prints is equal.

    The city's year is split, and shuffled besides, in test_city_requests.py.
    """
    log = whole[name]
    assert log.told == desk.told(log.policy, desk.run(log.policy, log.events, way))
