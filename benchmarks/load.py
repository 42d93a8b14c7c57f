"""Events that happen now, at a steady rate or as fast as they go: `python -m benchmarks.load BROKERS RATE SECONDS`.

The lives of a desk's tickets are repeated with new ids and pressed together: each event happens when it is written.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import Producer

from benchmarks.broker import BROKER_CORE, PRODUCER, pinned
from benchmarks.desk import events
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

POOL: Final = 200_000
TICK_S: Final = 0.01
AS_FAST_AS_IT_GOES: Final = 0


@contextmanager
def load(brokers: str, rate: float, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Write for so long from a process on the broker's core; it says when it begins and what it wrote."""
    command = [sys.executable, "-m", "benchmarks.load", brokers, str(rate), str(seconds)]
    with (
        pinned(BROKER_CORE),
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process,
    ):
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def now() -> bytes:
    """Return the time as an event carries it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def templates() -> list[tuple[str, bytes, bytes]]:
    """Return topics, keys and messages with `@` where the number of the repetition goes and `^` where the time goes."""
    made = []
    for topic, message in events(POOL):
        body = json.loads(message.value or b"")
        for name in ("event_id", "ticket_id", "chat_id"):
            if name in body:
                body[name] += "@"
        body["occurred_at"] = "^"
        made.append((topic, (message.key or b"") + b"@", json.dumps(body).encode()))
    return made


def main() -> None:
    """Write, and say how much."""
    brokers, rate, seconds = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    own = {"bootstrap.servers": brokers, "linger.ms": 5, "queue.buffering.max.messages": 200_000}
    producer = Producer(PRODUCER | own)
    pool = templates()
    endless = ((b"-%d" % number, *each) for number in itertools.count() for each in pool)
    _say({"begins": True})
    began = due = time.monotonic()
    sent = 0
    while (passed := time.monotonic() - began) < seconds:
        upto = sent + 1_000 if rate == AS_FAST_AS_IT_GOES else int(rate * passed)
        stamp = now()
        for number, topic, key, value in itertools.islice(endless, upto - sent):
            message, whose = value.replace(b"@", number).replace(b"^", stamp), key.replace(b"@", number)
            while True:
                try:
                    producer.produce(topic, message, whose)
                    break
                except BufferError:
                    producer.poll(0.1)
        sent = upto
        producer.poll(0)
        due = max(due + TICK_S, time.monotonic())
        if rate != AS_FAST_AS_IT_GOES:
            time.sleep(max(0.0, due - time.monotonic()))
    unsent = producer.flush(60)
    _say({"sent": sent - unsent, "seconds": time.monotonic() - began})


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
