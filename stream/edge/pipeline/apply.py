"""The hot loop: raw records into a shard. Every microsecond here is paid per event."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from stream.core.events import decode, reject_future
from stream.edge.pipeline.view import REJECTED_TYPE, UNKNOWN_TYPE
from stream.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.shard import Shard
    from stream.edge.pipeline.counters import Counters
    from stream.edge.pipeline.holding import Cursor

_BEFORE_ALL = -(1 << 63)


class Bad(NamedTuple):
    """A record that is no event, where it stands, and why."""

    topic: str
    partition: int
    record: Any
    error: EventError


def apply_records(
    shard: Shard, cursor: Cursor, records: Sequence[Any], counters: Counters, skew: int | None
) -> list[Bad]:
    """Apply records of one partition in their order and return those that are no events; counts all of them.

    Args:
        shard: takes the events.
        cursor: its `newest` follows; its position is the caller's business.
        records: as aiokafka gives them.
        counters: of this process.
        skew: microseconds that an event may lie after its record's own time; None rejects no future.
    """
    topic = cursor.topic
    newest = start = _BEFORE_ALL if cursor.newest is None else cursor.newest
    bad: list[Bad] = []
    sources: dict[str | None, int] = {}
    types: list[str] = []
    apply, seen, typed = shard.apply, sources.get, types.append
    for record in records:
        try:
            event = decode(record.value)
            if event is None:
                typed(UNKNOWN_TYPE)
                continue
            at = event.at
            if skew is not None and at > (stamp := record.timestamp) * 1_000 + skew and stamp >= 0:
                reject_future(event, stamp, skew)
        except EventError as error:
            bad.append(Bad(topic, cursor.partition, record, error))
            typed(REJECTED_TYPE)
            continue
        apply(event, at)
        typed(event.type)
        if at > newest:
            newest = at
        source = event.source
        if at > seen(source, _BEFORE_ALL):
            sources[source] = at
    if newest > start:
        cursor.newest = newest
    for kind, count in Counter(types).items():
        counters.events[topic, kind] += count
    for item in bad:
        counters.rejected[topic, item.error.reason] += 1
    for source, at in sources.items():
        counters.saw(topic, source, at)
    return bad
