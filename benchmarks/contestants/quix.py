"""Quix Streams on the same job, run by an environment of its own: BROKERS EVENTS GUARANTEE.

Its windows belong to a message key, so counting per queue goes through a topic that is keyed by queue, which is how its
documentation has it.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from typing import Any

from quixstreams import Application, State

from benchmarks.measured import Stopwatch

TOPICS = ("support.tickets", "support.chats")


class Tally:
    """Counts what has come out at the end, and ends the process with the last that is wanted."""

    def __init__(self, wanted: int) -> None:
        self.stopwatch: Stopwatch | None = None
        self._wanted = wanted
        self._seen = 0

    def begin(self, _event: object) -> None:
        """The first record has come in."""
        if self.stopwatch is None:
            self.stopwatch = Stopwatch()

    def end(self, _window: object) -> None:
        """One more record has gone through."""
        self._seen += 1
        if self._seen == self._wanted and self.stopwatch is not None:
            self.stopwatch.stop(self._seen, self._seen).tell()
            os._exit(0)


def with_queue(event: dict[str, Any], state: State) -> dict[str, Any]:
    """Keep the last state of a subject; an event that names no queue belongs to that of its subject."""
    last = state.get("last") or ["none"]
    queue = event.get("queue") or last[0]
    state.set("last", [queue, event["type"], event["occurred_at"]])
    return {"queue": queue}


def event_time(value: Any, _headers: Any, timestamp: int, _timestamp_type: Any) -> int:
    """Return when an event occurred, in milliseconds; what has passed through a topic carries that time already."""
    return (
        int(datetime.fromisoformat(value["occurred_at"]).timestamp() * 1_000) if "occurred_at" in value else timestamp
    )


def main() -> None:
    """Run until all has gone through."""
    brokers, count, guarantee = sys.argv[1:]
    logging.disable(logging.ERROR)
    tally = Tally(int(count))
    app = Application(
        broker_address=brokers,
        consumer_group=f"quix-{time.time_ns()}",
        auto_offset_reset="earliest",
        processing_guarantee=guarantee,
        state_dir=tempfile.mkdtemp(),
        loglevel=None,
    )
    for name in TOPICS:
        frame = app.dataframe(app.topic(name, value_deserializer="json", timestamp_extractor=event_time))
        frame = frame.update(tally.begin).apply(with_queue, stateful=True).group_by("queue")
        frame = frame.tumbling_window(timedelta(minutes=1), grace_ms=timedelta(days=365)).count().current()
        frame.update(tally.end)
    app.run()


if __name__ == "__main__":
    main()
