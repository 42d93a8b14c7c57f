"""Windows and histograms at their very edges: what a rule that is off by one would get wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest

from stream.core.policy import load_policy
from stream.core.times import DAY, HOUR, SECOND
from stream.core.windows import Windows, bucket_of, fine_bounds, quantile, representative
from stream.core.windows.hours import Hours
from stream.core.windows.panes import SlidingWindow
from stream.errors import PolicyError

BOUNDS = fine_bounds([20 * SECOND])


def test_bounds_grow_by_nine_percent() -> None:
    """The first bounds are 0, 1, 2, 3 µs; each is 9 % above the one before, or 1 µs, up to a century."""
    bounds = fine_bounds([])
    assert bounds[:4] == (0, 1, 2, 3)
    assert all(high == max(low + 1, int(low * 1.09)) for low, high in pairwise(bounds[1:]))
    assert bounds[-1] < 100 * 366 * DAY <= int(bounds[-1] * 1.09)


def test_a_bound_of_the_policy_is_one_of_the_bounds() -> None:
    """A target's own bound stands among the others, and a value that equals it lies below it."""
    assert set(BOUNDS) - set(fine_bounds([])) == {20 * SECOND}
    assert BOUNDS[bucket_of(BOUNDS, 20 * SECOND)] == 20 * SECOND
    assert bucket_of(BOUNDS, 20 * SECOND + 1) == bucket_of(BOUNDS, 20 * SECOND) + 1


def test_what_is_longer_than_all_bounds_is_shown_as_the_longest() -> None:
    """A value above the last bound has a bucket of its own, and is told as that bound."""
    beyond = bucket_of(BOUNDS, BOUNDS[-1] + 1)
    assert beyond == len(BOUNDS)
    assert representative(BOUNDS, beyond) == BOUNDS[-1]
    assert quantile(BOUNDS, {beyond: 3}, 0.5) == BOUNDS[-1]


def test_a_bucket_is_told_as_the_harmonic_mean_of_its_ends() -> None:
    """Of 11 to 20 µs that is 14.2: as far from the one as from the other, in parts of them."""
    assert [representative((0, 10, 20), bucket) for bucket in range(3)] == [0, 2, 14]


def test_a_bucket_that_was_emptied_has_no_value() -> None:
    """The smallest value is that of the first bucket that holds any."""
    assert quantile(BOUNDS, {0: 0, 3: 2}, 0.0) == 3


def test_a_rank_is_no_share_too_far() -> None:
    """Nine of ten values are at most the ninth, though 0.9 * 10 is no exact float; the tenth begins above it."""
    buckets = {bucket_of(BOUNDS, value): 1 for value in range(1, 11)}
    assert [quantile(BOUNDS, buckets, share) for share in (0.1, 0.5, 0.9, 0.90001, 1.0)] == [1, 5, 9, 10, 10]


NOW = 20_000 * DAY + 10 * HOUR + 1


def _hours(*arrived: int) -> Hours:
    """Return the hours at `NOW` in which one each arrived, so many full hours before the one that runs."""
    hours = Hours()
    for before in arrived:
        hours.add(NOW - before * HOUR, 0, 1)
    hours.advance(NOW)
    return hours


def test_the_hour_that_runs_and_the_one_before_the_first_do_not_count() -> None:
    """Of a window of 24 h: the last full hour and the 24th, and both a week before; not their neighbours."""
    for before, expected in ((0, (0, 0)), (1, (1, 0)), (24, (1, 0)), (25, (0, 0))):
        for week, found in ((0, expected), (7 * 24, expected[::-1])):
            assert tuple(part[0] for part in _hours(before + week).against_last_week(24)) == found, before + week


def test_an_hour_that_is_full_by_now_counts() -> None:
    """What arrived in the hour that runs counts once it is over, also where somebody asked before."""
    hours = _hours(0)
    assert hours.against_last_week(1)[0][0] == 0
    hours.advance(NOW + HOUR)
    assert hours.against_last_week(1)[0][0] == 1
    hours.add(NOW, 0, 2)
    assert hours.against_last_week(1)[0][0] == 3


def test_hours_that_nothing_is_compared_with_any_more_are_let_go() -> None:
    """192 hours are kept, and the one that runs: memory does not grow with the log."""
    hours = Hours()
    for hour in range(1_000):
        hours.add(hour * HOUR, 0, 1)
        hours.advance(hour * HOUR)
    assert len(hours._hours) == 193


SHORT = load_policy("version: 1\nwindows: [30s]", "test.yaml").windows


def test_a_pane_that_waited_is_held_to_the_end_of_its_window() -> None:
    """A pane that lay in the future when it was filled is in the first window and in the last one that holds it."""
    for now, held in ((99, 0), (100, 1), (130, 1), (131, 0)):
        windows = Windows(SHORT, ())
        windows.advance(0)
        windows.add(100 * SECOND, 0, 1)
        windows.settle()
        windows.advance(now * SECOND)
        windows.settle()
        assert windows.all[0].sums.get(0, 0) == held, now


@pytest.mark.parametrize(("length", "pane"), [(179, 2), (100, 1), (599, 9)])
def test_panes_enter_and_leave_each_at_its_own_second(length: int, pane: int) -> None:
    """A window need not be a whole number of panes: read every second, it holds what it is said to hold."""
    (window,) = load_policy(f"version: 1\nwindows: [{length}s]", "test.yaml").windows
    windows = Windows([window], ())
    for second in range(900):
        windows.add(second * SECOND, 0, 1)
    for now in range(1_600):
        windows.advance(now * SECOND)
        windows.settle()
        starts = range(max(0, (now - length) // pane) * pane, min(900, now + 1), pane)
        expected = sum(min(pane, 900 - start) for start in starts)
        assert windows.all[0].sums.get(0, 0) == expected, now


def test_a_pane_that_has_left_comes_back_no_more() -> None:
    """Put into a window that has gone on, it is in no sum, then and later."""
    window = SlidingWindow(SHORT[0])
    window.advance(100 * SECOND)
    window.take({69: {0: 5}, 70: {0: 1}}, window.pane)
    assert window.sums == {0: 1}
    window.advance(101 * SECOND)
    assert window.sums == {}


def test_what_is_staged_is_bounded() -> None:
    """However long nobody reads, contributions do not pile up."""
    windows = Windows(SHORT, ())
    for second in range(9_000):
        windows.add(second * SECOND, 0, 1)
        windows.advance(second * SECOND)
    assert 0 < len(windows._stage) <= 4_097
    windows.settle()
    assert windows.all[0].sums == {0: 31}


def test_much_about_one_moment_waits_for_no_reader() -> None:
    """Where many keys are contributed to at one moment, they are in the sums when the next one has begun."""
    for keys, waits in ((511, True), (512, False)):
        windows = Windows(SHORT, ())
        for second in (1, 2):
            windows.advance(second * SECOND)
            for key in range(keys):
                windows.add(second * SECOND, key, 1)
            windows.advance(second * SECOND)
        assert windows.all[0].sums == ({} if waits else dict.fromkeys(range(keys), 1))
        windows.settle()
        assert windows.all[0].sums == dict.fromkeys(range(keys), 2)


def followed(*, asks: bool) -> SlidingWindow:
    """Return a window of 31 keys that somebody followed for 100 s, who asked every second or never."""
    windows = Windows(SHORT, ())
    (window,) = windows.all
    window.follow("me")
    for second in range(100):
        windows.advance(second * SECOND)
        windows.add(second * SECOND, second, 1)
        windows.settle()
        assert window.is_followed("me") is (asks or second <= 45)
        if asks:
            window.changes("me")
    return window


def test_what_nobody_asks_for_is_not_kept_for_ever() -> None:
    """Who would be told more than twice what the sums are is told nothing any more, and can begin anew."""
    assert followed(asks=True).changes("me") == []
    window = followed(asks=False)
    with pytest.raises(KeyError):
        window.changes("me")
    window.follow("me")
    assert window.changes("me") == [(dict.fromkeys(range(69, 100), 1), 1)]


def test_every_target_has_a_place_of_its_own() -> None:
    """As many targets as there are places are taken, and one more is refused: its outcomes would count as durations."""
    row = "  - {clock: first_response, within: 1h, match: {queue: q%d}}"
    levels = "service_level: [{within: 20s}]\n"
    text = "version: 1\n" + levels + "targets:\n" + "\n".join(row % number for number in range(1_023))
    assert len(load_policy(text, "p.yaml").targets) == 1_024
    with pytest.raises(PolicyError, match=r"p.yaml:3: targets: 1025 targets and service levels are too many; .* 1024"):
        load_policy(f"{text}\n{row % 1_023}", "p.yaml")
