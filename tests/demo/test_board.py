"""The board: figures of queues from the samples that Prometheus would see."""

from __future__ import annotations

import pytest

from stream.edge.exposition import names
from stream.tools.demo.board import Mark, Share, board_of
from stream.tools.demo.scrape import WANTED, Scrape, parse
from tests.demo.pages import METRICS, board


def test_every_wanted_series_has_a_name_of_the_reference() -> None:
    """The table asks for nothing that a worker does not export."""
    known = {series for name in names.every_name() for series in name.series}
    assert known >= WANTED


def test_only_the_window_that_is_shown_is_parsed() -> None:
    """Samples of other windows do not add up with it."""
    assert 20 == Scrape(parse(METRICS, "1h")).total(names.COUNTS["created"].family)
    assert 200 == Scrape(parse(METRICS, "24h")).total(names.COUNTS["created"].family)


def test_a_queue_is_summed_over_channels_and_priorities() -> None:
    """Counts add up, and the oldest is the oldest of all."""
    billing = board().rows[0]
    assert "billing" == billing.queue
    assert (8, 9, 4, 4, 2, 80) == (
        billing.waiting, billing.unsolved, billing.unanswered, billing.breaching, billing.imminent, billing.arrived,
    )  # fmt: skip
    assert 372 == billing.oldest_wait_s
    assert 7200 == billing.oldest_unanswered_s


def test_a_service_level_is_made_of_its_parts() -> None:
    """Over channels numerators and denominators are summed, ratios are never averaged."""
    level = board().rows[0].service_level
    assert (24, 60, 0.8) == (level.numerator, level.denominator, level.objective)
    assert pytest.approx(0.4) == level.value


def test_attainment_leaves_waits_to_the_service_level() -> None:
    """It counts the other clocks, and its objective weighs theirs."""
    attainment = board().rows[0].attainment
    assert (38, 40) == (attainment.numerator, attainment.denominator)
    assert pytest.approx((20 * 0.9 + 20 * 1.0) / 40) == attainment.objective


def test_all_queues_are_summed_part_by_part() -> None:
    """The last row is made of the sums, too."""
    total = board().total
    assert (48, 85) == (total.service_level.numerator, total.service_level.denominator)
    assert 105 == total.arrived


def test_queues_in_trouble_come_first() -> None:
    """A bad service level goes before good ones, which keep their order; a quiet queue stays."""
    assert ["billing", "privacy", "sales"] == [row.queue for row in board().rows]


@pytest.mark.parametrize(
    ("numerator", "denominator", "objective", "mark"),
    [
        (80, 100, 0.8, Mark.GOOD),
        (79, 100, 0.8, Mark.NEAR),
        (74, 100, 0.8, Mark.BAD),
        (0, 0, 0.8, Mark.NONE),
        (5, 10, None, Mark.NONE),
    ],
)
def test_a_share_is_marked_by_its_objective(
    numerator: float, denominator: float, objective: float | None, mark: Mark
) -> None:
    """Met, nearly met, missed; nobody to serve is neither."""
    assert mark is Share(numerator, denominator, objective).mark


def test_the_board_says_how_well_it_is_fed() -> None:
    """Counters are summed, the data's age is that of the oldest partition."""
    found = board()
    assert (13455, 12, 140, 3, 2) == (found.events, found.rejected, found.duplicates, found.late, found.lag)
    assert 12 == found.age_s
    assert found.is_complete


@pytest.mark.parametrize(("ready", "expected"), [("3.0", "4.0"), ("0.0", "4.0"), ("0.0", "0.0")])
def test_a_part_of_the_partitions_is_incomplete(ready: str, expected: str) -> None:
    """As long as one is missing, or nobody knows how many there are."""
    assert not board(partitions_ready=ready, partitions_expected=expected).is_complete


def test_an_empty_page_is_a_board_without_queues() -> None:
    """A worker that has just started has nothing to show, and that is no error."""
    empty = board_of(Scrape({}))
    assert () == empty.rows
    assert empty.total.service_level.value is None
    assert empty.age_s is None


def test_what_is_at_risk_is_named() -> None:
    """Subject and clock come as the API gives them; what a ticket lacks is `none`."""
    late, soon = board().risks
    assert ("C-1042", True, -70.0) == (late.subject, late.breaching, late.remaining_s)
    assert ("none", "urgent", False) == (soon.channel, soon.priority, soon.breaching)
