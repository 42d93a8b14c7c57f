"""A day of a desk in some minutes: `python -m tests.chaos.day --tickets 200000 --seconds 1200`.

One worker with its state in Kafka runs by a scaled clock. Now and then the desk is silent until all is read; what the
worker showed then is compared with a replay at the end, and so is what it told on the topic of SLA events: each breach
at the very instant of its deadline. The memory of the worker is measured all the time; once what ended is let go of as
fast as it comes, it must not grow.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
import psutil

from stream.core.policy import load_policy
from stream.core.times import HOUR, MINUTE, SECOND, duration_text, parse_rfc3339
from stream.edge.pipeline import WallClock
from tests.chaos import calms, compare
from tests.chaos.calms import Calm
from tests.chaos.fleet import until
from tests.chaos.rules import DAY
from tests.chaos.run import PACE, SEND_S, end, judged
from tests.chaos.sender import Sender, Sent
from tests.chaos.stage import Stage
from tests.chaos.story import LONGEST, ORIGIN, TOPIC, Telling, story
from tests.chaos.watch import Watch
from tests.kafka import Cluster, find_way

PARTITIONS: Final = 4
PER_TICKET: Final = 11.2
"""Events of a story for each ticket in it."""
TELLING: Final = Telling(span=24 * HOUR, doubled=0.02, astray=0.01, far=5 * MINUTE, ended=1.0, latest=LONGEST - 1)
START_S: Final = 10.0
"""Before it the worker has started, so that the desk's clock does not run ahead of its story."""
BEHIND: Final = HOUR
"""The most that the clock may run ahead: what ended is held for two hours, and things are told of it for 41 minutes."""
SAMPLE_S: Final = 1.0
GROWS: Final = 1.05
"""The most that the memory of the last third may be above that of the third before: the desk is as busy in both."""


@dataclass
class Memory:
    """Resident set of a worker, in MB (10^6 bytes), in the order in which it was measured."""

    worker: psutil.Process
    samples: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Measure once."""
        self.samples.append(self.worker.memory_info().rss / 1e6)

    def thirds(self) -> list[float]:
        """Return the median of each third."""
        size = len(self.samples) // 3
        return [statistics.median(self.samples[start : start + size]) for start in (0, size, 2 * size)]


@click.command()
@click.option("--tickets", type=int, default=200_000, show_default=True, help="Tickets of the day; contacts come too.")
@click.option("--seconds", type=float, default=1_200.0, show_default=True, help="Real seconds that the day takes.")
@click.option("--looks", type=int, default=6, show_default=True, help="How often all is compared.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where logs stay; a temporary one where absent.")
def main(tickets: int, seconds: float, looks: int, seed: int, folder: Path | None) -> None:
    """Play the day; the exit code is 1 where something was not as it should be."""
    place = folder or Path(tempfile.mkdtemp(prefix="deskpulse-day-"))
    messages = story(seed, int(tickets * PER_TICKET), TELLING)
    counted: Counter[str] = Counter(messages=len(messages))
    with Cluster(find_way(), place / "kafka") as cluster:
        for topic in TOPIC.values():
            cluster.create_topic(topic, PARTITIONS)
        clock = WallClock(TELLING.span / SECOND / seconds, ORIGIN / SECOND, time.time() + START_S)
        sender = Sender(cluster.bootstrap, messages, clock, PACE * len(messages) / seconds, PARTITIONS)
        del messages
        rules = place / "rules.yaml"
        rules.write_text(DAY)
        options = [f"--policy={rules}", "--state=kafka", f"--partitions={PARTITIONS}", "--replication=1"]
        with Stage(cluster, place, "day", options, clock) as stage:
            watch = Watch(sender.sent, PARTITIONS, keeps=False, workers=stage.running)
            stage.start(0)
            until(lambda: clock() >= ORIGIN, "the day begins", START_S + 1, stage.check)
            memory = Memory(psutil.Process(stage.workers[0].process.pid))
            try:
                taken = _live_through(seconds, looks, stage, sender, watch, memory)
            finally:
                sender.end()
            wrong = end(stage)
        counted["tickets"] = sender.sent.total("ticket.created")
        policy = load_policy(DAY, "rules")
        wrong += judged(policy, cluster, sender.sent, taken, counted, with_state=True)
        wrong += _late(cluster, clock, restored(sender.sent), counted)
    wrong += watch.faults
    behind = sender.sent.behind
    if behind > BEHIND:
        wrong.insert(0, f"events came up to {duration_text(behind)} late, which proves nothing: give it more --seconds")
    first, second, third = memory.thirds()
    click.echo(f"memory by thirds of the day: {first:.0f}, {second:.0f}, {third:.0f} MB")
    if third > GROWS * second:
        wrong.append(f"memory grows from {second:.0f} to {third:.0f} MB")
    click.echo(", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counted.items()))
    for line in compare.shortened(wrong):
        click.echo(line)
    click.echo(f"{len(wrong)} differences; the log is in {place}" if wrong else "well")
    sys.exit(bool(wrong))


def _live_through(seconds: float, looks: int, stage: Stage, sender: Sender, watch: Watch, memory: Memory) -> list[Calm]:
    calms.take(sender, watch, stage.check)
    sender.start()
    taken = []
    for number in range(looks):
        began = time.monotonic()
        sender.go()
        is_last = number == looks - 1
        while not sender.finished.wait(SAMPLE_S) and (is_last or time.monotonic() < began + seconds / looks):
            stage.check()
            memory.measure()
            if time.monotonic() > began + seconds + SEND_S:
                raise TimeoutError(f"the story did not end within {seconds + SEND_S:g} s")
        sender.rest()
        taken.append(calms.take(sender, watch, stage.check))
    return taken


def restored(sent: Sent) -> set[tuple[str, str]]:
    """Return tickets and the instants at which they were restored: a deadline that had passed by then breaches then."""
    lines = (json.loads(line) for lines in sent.values.values() for line in lines if b"ticket.restored" in line)
    return {(line["ticket_id"], line["occurred_at"]) for line in lines}


def _late(cluster: Cluster, clock: WallClock, back: set[tuple[str, str]], counted: Counter[str]) -> list[str]:
    """Return the breaches that are not told at their instants, and print how late in real time they are told."""
    wrong: list[str] = []
    waits: list[float] = []
    for record in cluster.read("support.sla"):
        line = json.loads(record.value or b"{}")
        if line["event"] != "clock.breached":
            continue
        if line["at"] != line["due_at"] and (line["subject"], line["at"]) not in back:
            wrong.append(f"breached at {line['at']}, due at {line['due_at']}: {line}")
        real = clock.start_s + (parse_rfc3339(line["at"]) / SECOND - clock.origin_s) / clock.speed
        waits.append(record.timestamp_ms / 1_000 - real)
    if waits:
        counted.update(breaches=len(waits))
        p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
        click.echo(f"from a deadline to its record on support.sla: p50 {p50:.2f} s, p99 {p99:.2f} s in real time")
    return wrong


if __name__ == "__main__":
    main()
