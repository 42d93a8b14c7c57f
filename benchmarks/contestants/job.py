"""The simple job that all but the worker do: far less than the rules of a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from stream.core.events import Event


class Job:
    """Counts per queue and minute of event time, and keeps the last state of each ticket and chat.

    Args:
        last: queue, type and time of the last event, by subject.
        counts: events by `queue|minute`; a key that is absent counts 0.
    """

    def __init__(self, last: MutableMapping[str, Any], counts: MutableMapping[str, int]) -> None:
        self.last = last
        self.counts = counts

    def take(self, event: Event) -> None:
        """Take one event in; one that names no queue belongs to that of its subject."""
        key, at = event.key, event.at
        queue = getattr(event, "queue", None)
        if queue is None:
            state = self.last.get(key)
            queue = "none" if state is None else state[0]
        self.last[key] = [queue, event.type, at]
        group = f"{queue}|{at // 60_000_000}"
        self.counts[group] = self.counts.get(group, 0) + 1
