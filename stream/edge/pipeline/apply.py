"""The hot loop: raw records into a shard. Every microsecond here is paid per event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stream.core.events import reject_future
from stream.core.events.decode import decode
from stream.core.times import to_micros
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
    """A record that is no event, where it stands, why, and the field at fault.

    It has not the error itself: that knows the call in which it was raised, and with it the whole batch.
    """

    topic: str
    partition: int
    record: Any
    reason: str
    field: str | None


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
    events: list[Event] = []
    instants: list[int] = []
    bad: list[Bad] = []
    kinds: dict[str, int] = {}
    sources: dict[str | None, int] = {}
    # Most events in a row come from one source.
    source: str | None = None
    source_newest = _BEFORE_ALL
    for record in records:
        try:
            event = decode(record.value)
            if event is None:
                kinds[UNKNOWN_TYPE] = kinds.get(UNKNOWN_TYPE, 0) + 1
                continue
            at = to_micros(event.occurred_at)
            if skew is not None:
                _check_time(event, at, record.timestamp, skew)
        except EventError as error:
            bad.append(Bad(topic, cursor.partition, record, error.reason, error.field))
            kinds[REJECTED_TYPE] = kinds.get(REJECTED_TYPE, 0) + 1
            continue
        events.append(event)
        instants.append(at)
        kind: str = event.type
        kinds[kind] = kinds.get(kind, 0) + 1
        newest = max(newest, at)
        if event.source != source:
            sources[source] = source_newest
            source = event.source
            source_newest = sources.get(source, _BEFORE_ALL)
        source_newest = max(source_newest, at)
    shard.apply_all(events, instants)
    sources[source] = source_newest
    if newest > start:
        cursor.newest = newest
    for kind, count in kinds.items():
        counters.events[topic, kind] += count
    for item in bad:
        counters.rejected[topic, item.reason] += 1
    for name, at in sources.items():
        if at > _BEFORE_ALL:
            counters.saw(topic, name, at)
    return bad


def _check_time(event: Event, at: int, stamp: int, skew: int) -> None:
    """Refuse an event that is too far in the future of its record, which is of `stamp`, in milliseconds."""
    # Without a product: a compiler has to expect that it is too large for a register.
    if (at - skew - 1) // 1_000 >= stamp >= 0:
        reject_future(event, stamp, skew)
