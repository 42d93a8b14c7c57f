"""What time it is in a shard: the rule, without a clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.edge.pipeline.holding import Cursor


def live_time(cursors: Iterable[Cursor], wall: int, now: float, believed: float) -> int | None:
    """Time of a shard by the wall clock, in microseconds, or None where it must stand still.

    Each topic has its own time: that of its newest event while it has more to read, and the wall clock's once all is
    read, as long as the broker has confirmed that within `believed` seconds. The shard's time is the earliest of them.
    A source whose clock is fast cannot carry the shard beyond the wall clock.

    Args:
        cursors: one per topic of the shard.
        wall: the wall clock, microseconds.
        now: the monotonic clock, seconds.
        believed: how long the broker's word is believed, seconds.
    """
    earliest = wall
    for cursor in cursors:
        if cursor.has_more:
            if cursor.newest is None:
                return None
            # One tick before the newest event: what happened in the very second of a deadline is in time.
            earliest = min(earliest, cursor.newest - 1)
        elif now - cursor.confirmed > believed:
            return None
    return earliest


def data_time(cursors: Iterable[Cursor], newest: int | None) -> int | None:
    """Time of a shard by the data's own clock, in microseconds, or None where it must stand still.

    Args:
        cursors: one per topic of the shard.
        newest: newest event of all partitions of this worker once all of them are read, None before that.
    """
    if newest is not None:
        return newest
    behind = [cursor.newest for cursor in cursors if cursor.has_more]
    if not behind or None in behind:
        return None
    return min(at for at in behind if at is not None) - 1


def newest_of_all(cursors: Iterable[Cursor]) -> int | None:
    """Newest event time over all cursors of a worker, or None while one of them has more to read."""
    newest: int | None = None
    for cursor in cursors:
        if cursor.has_more:
            return None
        if cursor.newest is not None and (newest is None or cursor.newest > newest):
            newest = cursor.newest
    return newest
