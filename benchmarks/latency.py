"""`python -m benchmarks.latency`: from an event's write to its effect on /metrics, at half of the full rate.

A worker reads a steady load. Now and then a ticket is created in a queue of its own, and /metrics is asked again and
again until that queue's count has moved. What is measured ends when the answer has arrived, so it is too long by up to
one round of asking, which is told as the resolution.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confluent_kafka import Producer
from rich.console import Console

from benchmarks.broker import BROKER_CORE, create_sources, fill, kafka, pinned
from benchmarks.field import FIELD
from benchmarks.load import load, now
from benchmarks.this_worker import add_state
from benchmarks.worker_process import WorkerProcess, sum_of

if TYPE_CHECKING:
    from tests.kafka import Cluster

QUEUE = "marker"
PAUSE_S = 0.003
SETTLING_S = 5.0
"""The load has run for so long before the first marker."""
BOUND_S = 30.0


def main() -> None:
    """Measure the full rate where none is given, then the delays."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument(
        "--rate", type=float, help="events a second; half of what the worker reads at most where absent"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long; default %(default)s")
    add_state(parser)
    asked = parser.parse_args()
    say = Console(highlight=False, soft_wrap=True).print
    with kafka() as cluster:
        rate = asked.rate or full_rate(cluster, asked.state) / 2
        create_sources(cluster)
        with WorkerProcess(cluster.bootstrap, asked.state) as worker, pinned(BROKER_CORE):
            worker.until_read(partitions=4)
            with load(cluster.bootstrap, rate, SETTLING_S + asked.seconds) as loading:
                time.sleep(SETTLING_S)
                delays = markers(cluster.bootstrap, worker, asked.seconds - 5)
                output, _ = loading.communicate()
            sent = json.loads(output.splitlines()[-1])
            worker.until_read(sent["sent"], seconds=BOUND_S)
    found = sorted(delays.seen_s)
    say(f"asked for {rate:,.0f} events/s, written {sent['sent'] / sent['seconds']:,.0f} events/s, state {asked.state}")
    say(
        f"{len(found)} markers: p50 {quantile(found, 0.5):.3f} s, p99 {quantile(found, 0.99):.3f} s, "
        f"longest {found[-1]:.3f} s; resolution {statistics.median(delays.round_s):.3f} s "
        f"(one round of asking, the middle one), {max(delays.round_s):.3f} s at most"
    )


def full_rate(cluster: Cluster, state: str) -> float:
    """Return the events a second that a worker reads at most; leaves no topic behind."""
    create_sources(cluster)
    fill(cluster, 400_000)
    (contestant,) = (each for each in FIELD if each.name == ("worker" if state == "kafka" else "worker-none"))
    rate = contestant.run(cluster.bootstrap, 400_000).rate
    cluster.clear()
    return rate


@dataclass(slots=True)
class Delays:
    """Seconds until each marker was seen, and those between two answers."""

    seen_s: list[float] = field(default_factory=list)
    round_s: list[float] = field(default_factory=list)


def markers(brokers: str, worker: WorkerProcess, seconds: float) -> Delays:
    """Write one marker after the other and wait for each.

    Raises:
        TimeoutError: one was not seen within 30 s.
    """
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0})
    rng = random.Random(1)
    delays = Delays()
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        body = {"type": "ticket.created", "event_id": f"m{number}", "occurred_at": now().decode(), "queue": QUEUE}
        number += 1
        written = asked = time.monotonic()
        producer.produce("support.tickets", json.dumps(body | {"ticket_id": f"M{number}"}), f"M{number}")
        producer.poll(0)
        while seen(worker) < number:
            if asked - written > BOUND_S:
                raise TimeoutError(f"marker {number} was not on /metrics within {BOUND_S:g} s")
            time.sleep(PAUSE_S)
            answered, asked = asked, time.monotonic()
            delays.round_s.append(asked - answered)
        delays.seen_s.append(time.monotonic() - written)
        producer.flush(10)
        time.sleep(rng.uniform(0.05, 0.15))  # or the markers would keep step with the worker's own rhythm
    return delays


def seen(worker: WorkerProcess) -> float:
    """Return how many markers `/metrics` shows."""
    return sum_of(worker.get("/metrics").decode(), "deskpulse_window_created", queue=QUEUE, window="24h")


def quantile(ordered: list[float], share: float) -> float:
    """Return the value below which so much of an ordered list lies, the nearest one."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


if __name__ == "__main__":
    main()
