"""Small stand-ins: records as aiokafka gives them, and a shard that only counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from aiokafka.structs import ConsumerRecord

from stream.core.counts import ShardCounts
from stream.core.shard import Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stream.core.events import Event

T0 = 1_772_442_000_000_000
"""2026-03-02T09:00:00Z in microseconds."""
SECOND = 1_000_000


def created(number: int, **changes: Any) -> bytes:
    """Return the creation of ticket T<number>, `number` seconds after T0 unless told."""
    fields = {
        "type": "ticket.created",
        "event_id": f"e{number}",
        "occurred_at": f"2026-03-02T{9 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "ticket_id": f"T{number}",
    } | changes
    return json.dumps(fields).encode()


def record(offset: int, value: bytes | None, stamp_ms: int = T0 // 1_000) -> Any:
    """Return a record of partition 0."""
    return ConsumerRecord("support.tickets", 0, offset, stamp_ms, 0, b"key", value, None, 3, 0, ())


@dataclass
class CountingShard:
    """Takes what a shard takes, and remembers it."""

    number: int = 0
    now: int = -1
    next_timer: int | None = None
    counts: ShardCounts = field(default_factory=ShardCounts)
    events: list[Event] = field(default_factory=list)

    def apply_all(self, events: Sequence[Event], instants: Sequence[int]) -> None:
        """Keep the events."""
        assert [event.at for event in events] == list(instants)
        self.events += events
        self.counts.events += len(events)

    def dissolve(self) -> Iterator[None]:
        """Let go of the events."""
        self.events.clear()
        yield

    def advance(self, now: int) -> None:
        """Keep the time."""
        self.now = now


def counting_shard(number: int = 0) -> Shard:
    """Return a `CountingShard` for whoever wants a shard."""
    return cast("Shard", CountingShard(number))
