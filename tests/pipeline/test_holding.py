"""The life of a shard in a worker's hands: opened, suspended, resumed, dropped; never read twice."""

from __future__ import annotations

from stream.edge.pipeline.deadletters import DeadLetters
from stream.edge.pipeline.holding import Cursor, Holding, Holdings, Phase
from stream.edge.pipeline.letterbox import Letterbox
from stream.edge.pipeline.settings import Settings
from tests.pipeline.build import counting_shard

TOPICS = ("a", "b")


def holdings(*numbers: int) -> tuple[Holdings, list[int]]:
    """Return holdings with shards of these numbers, and the list that dropped ones go to."""
    dropped: list[int] = []

    def drop(holding: Holding) -> None:
        dropped.append(holding.number)

    held = Holdings(TOPICS, counting_shard, drop)
    held.assign(numbers)
    return held, dropped


def opened(held: Holdings, number: int, end: int = 10) -> Holding:
    """Open one shard that has `end` records in topic a and none in b."""
    holding = held.get(number)
    assert holding is not None
    holding.cursors["a"].open(0, end, 0)
    holding.cursors["b"].open(0, 0, 0)
    holding.opened()
    return holding


def test_a_shard_is_ready_only_once_every_topic_is_read_to_where_it_ended_at_opening() -> None:
    """Not when it is assigned, not when it is opened, not one record too early; what comes later does not matter."""
    held, _ = holdings(0)
    holding = held.get(0)
    assert holding is not None
    assert not holding.is_open
    opened(held, 0, end=10)
    holding.cursors["a"].position = 9
    assert not holding.settle()
    assert held.ready() == []
    holding.cursors["a"].position, holding.cursors["a"].end = 10, 500
    assert holding.settle()
    assert held.ready() == [holding]
    assert not holding.settle()  # it happens once


def test_a_shard_of_empty_topics_is_ready_at_once() -> None:
    """Where there is nothing to read, nothing is waited for."""
    held, _ = holdings(0)
    assert opened(held, 0, end=0).phase is Phase.READY


def test_progress_counts_what_was_there_at_opening() -> None:
    """Records before the first offset and after the end at opening are no part of it."""
    held, _ = holdings(0)
    holding = held.get(0)
    assert holding is not None
    holding.cursors["a"].open(100, 110, 0)
    holding.cursors["b"].open(0, 5, 0)
    holding.opened()
    assert holding.progress() == (0, 15)
    holding.cursors["a"].position, holding.cursors["b"].position = 104, 9
    assert holding.progress() == (9, 15)


def test_a_revoke_only_suspends_and_what_comes_back_goes_on_where_it_stood() -> None:
    """The same shard object with the same offsets and the same phase: nothing is read anew."""
    held, dropped = holdings(0, 1)
    ready, catching = opened(held, 0, end=0), opened(held, 1, end=10)
    catching.cursors["a"].position = 4
    held.revoke()
    held.revoke()
    assert held.open() == []
    held.assign([0, 1])
    assert [ready, catching] == held.open()
    assert (ready.phase, catching.phase, catching.cursors["a"].position) == (Phase.READY, Phase.CATCHING_UP, 4)
    assert dropped == []


def test_a_shard_that_was_suspended_behind_its_last_record_is_ready_when_it_comes_back() -> None:
    """No further record need come, so nothing else would ever look."""
    held, _ = holdings(0)
    holding = opened(held, 0, end=10)
    held.revoke()
    holding.cursors["a"].position = 10  # of the batch that was in hand
    assert not holding.settle()
    held.assign([0])
    assert held.ready() == [holding]


def test_a_suspended_shard_does_not_believe_an_old_word_of_the_broker() -> None:
    """After a rebalance the wall clock counts again only once a fetch has confirmed it."""
    held, _ = holdings(0)
    holding = opened(held, 0, end=0)
    holding.cursors["a"].confirmed = 17.0
    held.revoke()
    assert holding.cursors["a"].confirmed == float("-inf")


def test_what_does_not_come_back_is_dropped_when_the_next_assignment_is_known() -> None:
    """A shard given to another worker goes, a new number is opened, and one that is being opened stays so."""
    held, dropped = holdings(0, 1, 2)
    opened(held, 0)
    opened(held, 1)
    held.revoke()
    assert dropped == []
    held.assign([3, 1, 2])
    assert dropped == [0]
    assert [1, 2, 3] == [holding.number for holding in held]
    assert [2, 3] == [holding.number for holding in held.opening()]


def test_a_shard_that_returns_after_it_was_dropped_begins_anew() -> None:
    """Another worker had it meanwhile, so what was known of it is gone."""
    held, _ = holdings(0)
    first = opened(held, 0)
    held.assign([])
    held.assign([0])
    again = held.get(0)
    assert again is not None
    assert again is not first
    assert again.phase is Phase.OPENING


def test_opening_takes_over_what_the_group_has_on_record() -> None:
    """Bad messages below the committed offset are dead letters already, and nothing lower is ever committed."""
    cursor = Cursor("a", 0)
    cursor.open(5, 20, 12)
    assert (5, 5, 20, 12, 12) == (cursor.position, cursor.safe, cursor.target, cursor.written_below, cursor.committed)


def test_what_another_worker_may_have_had_is_opened_and_not_shown() -> None:
    """Where an assignment was missed; one that was being opened goes on, and the next assignment is no doubt."""
    held, dropped = holdings(0, 1)
    ready, opening = opened(held, 0, end=0), held.get(1)
    assert opening is not None

    async def commit() -> None:
        """Never called."""

    ready.ledger = Letterbox(DeadLetters(Settings(("k:1",))), commit)
    held.revoke()
    held.assign([0, 1], in_doubt=True)
    assert (Phase.OPENING, Phase.OPENING, 1, []) == (ready.phase, opening.phase, held.doubts, dropped)
    ready.opened()
    held.revoke()
    held.assign([0, 1])
    assert (Phase.READY, 1) == (ready.phase, held.doubts)


def test_a_shard_that_failed_is_replaced_by_an_empty_one() -> None:
    """It keeps until when all was on record, and is suspended if the old one was; nothing replaces what is gone."""
    held, dropped = holdings(0)
    old = opened(held, 0)
    old.recorded_at = 5.0
    held.revoke()
    held.replace(old, 7.0)
    new = held.get(0)
    assert new is not None
    assert (Phase.DROPPED, Phase.SUSPENDED, [0]) == (old.phase, new.phase, dropped)
    assert (5.0, 7.0, 5.0) == (new.recorded_at, new.lost_at, new.recorded(9.0))
    held.replace(old, 8.0)
    assert (new, [0]) == (held.get(0), dropped)
    held.assign([0])
    assert [new] == held.opening()


def test_what_was_counted_before_it_was_opened_is_not_counted_again() -> None:
    """A shard brings its counts along from another worker; the counters of a worker are its own."""
    held, _ = holdings(0)
    holding = held.get(0)
    assert holding is not None
    holding.shard.counts.duplicates = 100
    opened(held, 0)
    holding.shard.counts.duplicates += 3
    assert 3 == holding.duplicates
