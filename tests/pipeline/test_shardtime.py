"""What time it is in a shard: no storm of false breaches from a backlog, and no quiet night that stands still."""

from __future__ import annotations

from stream.edge.pipeline.holding import Cursor
from stream.edge.pipeline.shardtime import data_time, live_time, newest_of_all
from tests.pipeline.build import SECOND, T0

WALL = T0 + 3_600 * SECOND


def cursor(position: int, end: int, newest: int | None = None, confirmed: float = 99.0) -> Cursor:
    """Return a cursor at a position of a topic that ends at `end`."""
    made = Cursor("a", 0)
    made.position, made.end, made.newest, made.confirmed = position, end, newest, confirmed
    return made


def live(*cursors: Cursor) -> int | None:
    """Return the live time at 100 s of the monotonic clock."""
    return live_time(cursors, WALL, now=100.0, believed=5.0)


def test_the_wall_clock_counts_once_all_is_read() -> None:
    """Every topic is read to its end, and the broker said so a second ago."""
    assert live(cursor(5, 5, T0), cursor(0, 0)) == WALL


def test_a_backlog_lives_in_its_own_time() -> None:
    """The topic that lags furthest decides; its newest event's own second is not over yet."""
    assert live(cursor(5, 9, T0), cursor(1, 2, T0 + SECOND), cursor(0, 0)) == T0 - 1


def test_a_backlog_of_which_nothing_is_known_yet_holds_the_shard() -> None:
    """No event of the topic was seen, so no time of it is known."""
    assert live(cursor(0, 9), cursor(5, 5, T0)) is None


def test_a_broker_out_of_reach_stops_the_time() -> None:
    """The word that all is read is believed for five seconds, of every topic."""
    assert live(cursor(5, 5, T0, confirmed=95.0)) == WALL
    assert live(cursor(5, 5, T0, confirmed=94.9)) is None
    assert live(cursor(5, 5, T0), cursor(0, 0, confirmed=float("-inf"))) is None


def test_a_fast_source_does_not_carry_the_shard_beyond_the_wall_clock() -> None:
    """Events may lie some minutes ahead; time that went there could never come back."""
    assert live(cursor(5, 9, WALL + 60 * SECOND)) == WALL


def test_old_logs_live_in_the_time_of_their_newest_event() -> None:
    """Once all partitions of the worker are read, their newest event is now, for every shard."""
    read = [cursor(5, 5, T0), cursor(3, 3, T0 + SECOND), cursor(0, 0)]
    newest = newest_of_all(read)
    assert newest == T0 + SECOND
    assert data_time(read[:1], newest) == T0 + SECOND


def test_old_logs_wait_for_the_slowest_partition() -> None:
    """While one has more to read, a shard that is through stands, and one that is not lives in its backlog's time."""
    behind, through = cursor(5, 9, T0), cursor(3, 3, T0 + SECOND)
    assert newest_of_all([behind, through]) is None
    assert data_time([through], None) is None
    assert data_time([behind, through], None) == T0 - 1
    assert data_time([behind, cursor(0, 3)], None) is None
