"""The hot loop: raw records into a shard. Every microsecond here is paid per event."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stream.core.events import reject_future
from stream.core.events.decode import decode
from stream.core.times import micros_of
from stream.edge.pipeline.view import REJECTED_TYPE, UNKNOWN_TYPE
from stream.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.events import Event
    from stream.core.shard import Shard
    from stream.edge.pipeline.counters import Counters
    from stream.edge.pipeline.holding import Cursor

_BEFORE_ALL: Final = -(1 << 60)


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
    kinds: list[str] = []
    sources: dict[str | None, int] = {}
    # Most events in a row come from one source.
    source: str | None = None
    source_newest = _BEFORE_ALL
    for record in records:
        try:
            event = _read(record, skew)
        except EventError as error:
            bad.append(Bad(topic, cursor.partition, record, error))
            kinds.append(REJECTED_TYPE)
            continue
        if event is None:
            kinds.append(UNKNOWN_TYPE)
            continue
        at = micros_of(event.occurred_at)
        shard.apply(event, at)
        kinds.append(event.type)
        newest = max(newest, at)
        if event.source != source:
            sources[source] = source_newest
            source = event.source
            source_newest = sources.get(source, _BEFORE_ALL)
        source_newest = max(source_newest, at)
    sources[source] = source_newest
    if newest > start:
        cursor.newest = newest
    for kind, count in Counter(kinds).items():
        counters.events[topic, kind] += count
    for item in bad:
        counters.rejected[topic, item.error.reason] += 1
    for name, at in sources.items():
        if at > _BEFORE_ALL:
            counters.saw(topic, name, at)
    return bad


def _read(record: Any, skew: int | None) -> Event | None:
    """Return the event in a record, None where its type is not known; refuse what is none, or not yet."""
    event = decode(record.value)
    if event is not None and skew is not None:
        stamp: int = record.timestamp
        if micros_of(event.occurred_at) > stamp * 1_000 + skew and stamp >= 0:
            reject_future(event, stamp, skew)
    return event
