"""One run: a cluster, a story, a plan, and in every calm the comparison of all that is shown with what is true."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stream.core.policy import Policy, load_policy
from stream.core.times import SECOND, rfc3339
from stream.edge.pipeline import WallClock
from tests.chaos import compare
from tests.chaos.fleet import until
from tests.chaos.oracle import replayed, true_page
from tests.chaos.plan import SESSION_S, Step, plan
from tests.chaos.rules import LONG, SHORT
from tests.chaos.sender import Sender, source_of
from tests.chaos.stage import Stage, wait_until
from tests.chaos.story import ORIGIN, TOPIC, Telling, story
from tests.chaos.topics import letters, transitions
from tests.chaos.watch import Look, Watch, is_whole
from tests.kafka import Cluster

PARTITIONS: Final = 8
SETTLE_S: Final = 120.0
"""What a group may take to be whole again after the last act, on a slow machine."""
CALM_S: Final = 4.0
"""What a calm usually takes, and a start."""
PACE: Final = 2.0
"""How many times as fast as usual a story goes on after a calm, until it is where the clock is."""
MARK_S: Final = 5.0
"""A partition that moved after its marker was read needs another one."""
SEND_S: Final = 300.0
"""What the rest of a story may take after the last act, on a slow machine."""


@dataclass(frozen=True)
class Run:
    """What is run.

    Attributes:
        seed: of story and plan; odd seeds run by the live clock, even ones by that of the data.
        events: different events of the story.
        segments: so many times chaos and calm follow each other.
        length: seconds of chaos in each.
        state: whether the workers keep their state in Kafka.
        telling: of the story.
    """

    seed: int
    events: int
    segments: int = 3
    length: float = 25.0
    state: bool = True
    telling: Telling = field(default_factory=Telling)

    @property
    def live(self) -> bool:
        """Whether the workers go by the clock on the wall."""
        return self.seed % 2 == 1

    @property
    def group(self) -> str:
        """The consumer group."""
        return f"chaos-{self.seed}"

    def clock(self) -> WallClock:
        """Return a clock that begins now and comes to the end of the story about when the last segment ends."""
        return WallClock(self.telling.span / SECOND / self.seconds, ORIGIN / SECOND, time.time())

    @property
    def seconds(self) -> float:
        """About how long it takes until all is sent."""
        return self.segments * (self.length + CALM_S)


@dataclass
class Report:
    """What came of a run.

    Attributes:
        timeline: what was done, and when.
        differences: what was not as it should be; empty where all is well.
        counted: how much there was and how much was compared, by name.
    """

    timeline: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)


def play(run: Run, cluster: Cluster, folder: Path) -> Report:
    """Do all of it on a cluster without topics, and return what came of it; logs go to the folder."""
    for topic in TOPIC.values():
        cluster.create_topic(topic, PARTITIONS)
    rules = folder / "rules.yaml"
    rules.write_text(LONG if run.live else SHORT)
    options = [
        f"--policy={rules}", f"--state={'kafka' if run.state else 'none'}", f"--session-timeout={SESSION_S}",
        f"--partitions={PARTITIONS}", "--replication=3", "--verbose",
    ]  # fmt: skip
    messages = story(run.seed, run.events, run.telling)
    what = plan(run.seed, run.segments, run.length)
    clock = run.clock()
    sender = Sender(cluster.bootstrap, messages, clock, PACE * len(messages) / run.seconds, PARTITIONS)
    report = Report()
    report.counted.update(events=run.events, messages=len(messages))
    with Stage(cluster, folder, run.group, options, clock if run.live else None) as stage:
        report.timeline = stage.timeline
        watch = Watch(sender.sent, PARTITIONS, keeps=run.live, workers=stage.running)
        chaos = _Chaos(load_policy(rules.read_text(), rules.name), stage, sender, watch, report)
        try:
            for number in range(what.first):
                stage.start(number)
            chaos.settle()
            sender.start()
            for steps in what.segments:
                chaos.segment(steps, what.length, is_last=steps is what.segments[-1])
                chaos.calm()
            chaos.end(cluster, with_state=run.state)
        except Exception as error:  # noqa: BLE001  whatever went wrong, the timeline tells what led to it
            report.differences.append(f"{type(error).__name__}: {error}")
        finally:
            watch.stop()
            sender.end()
    report.differences += watch.faults
    report.counted.update(looks=watch.looks, rounds=watch.rounds, whole_rounds=watch.whole)
    return report


@dataclass
class _Chaos:
    policy: Policy
    stage: Stage
    sender: Sender
    watch: Watch
    report: Report
    times: dict[int, int] = field(default_factory=dict)

    def segment(self, steps: tuple[Step, ...], length: float, *, is_last: bool) -> None:
        """Send, look and do the plan's steps; return when the time is over and, the last time, all is sent."""
        began = time.monotonic()
        self.stage.say("sending")
        self.sender.go()
        self.watch.start()
        for step in steps:
            wait_until(began + step.at, self.stage)
            self.stage.do(step, self.watch)
        wait_until(began + length, self.stage)
        if is_last:
            until(self.sender.finished.is_set, "all is sent", SEND_S, self.stage.check)
            self.sender.check()
        self.sender.rest()
        self.watch.stop()

    def settle(self) -> list[Look]:
        """Return two looks at every worker: each partition is shown, and all that was sent is in it."""
        marked, bound = float("-inf"), 0
        rounds: list[list[Look]] = [[], []]

        def is_settled() -> bool:
            nonlocal marked, bound
            if time.monotonic() - marked > MARK_S:
                bound = self.sender.mark()
                marked = time.monotonic()
                rounds[1] = []
            rounds[:] = [rounds[1], self.watch.round()]
            return all(
                is_whole(looks, PARTITIONS) and all(_has_read(look, bound) for look in looks) for looks in rounds
            )

        until(is_settled, "every partition is shown, with all that was sent", SETTLE_S, self.stage.check)
        return rounds[0] + rounds[1]

    def calm(self) -> None:
        """Compare all that every worker shows with what is true."""
        self.stage.say("calm")
        self.report.differences += self.stage.all_awake()
        looks = self.settle()
        self.stage.say("all is read")
        values = self.sender.sent.values
        wrong = []
        for look in looks:
            self.times |= look.times
            times = sorted(look.times.items())
            expected = true_page(
                self.policy, [replayed(self.policy, values[number], number, at) for number, at in times]
            )
            who = f"worker {look.number} ({', '.join(f'{number} at {rfc3339(at)}' for number, at in times)})"
            wrong += compare.pages(who, expected, look.figures)
            self.report.counted.update(figures=len(expected))
        self.report.counted.update(calms=1)
        self.report.differences += wrong
        self.stage.say(f"{len(wrong)} figures are wrong" if wrong else "all figures are true")

    def end(self, cluster: Cluster, *, with_state: bool) -> None:
        """End all workers in order, and compare what stands in the topics."""
        for number in list(self.stage.workers):
            self.stage.leave(number)
        self.report.differences += self.stage.all_awake()
        self.report.differences += letters(cluster, self.sender.sent, self.report.counted, exactly_once=with_state)
        if with_state:
            values = self.sender.sent.values
            self.report.differences += transitions(cluster, self.policy, values, self.times, self.report.counted)


def _has_read(look: Look, bound: int) -> bool:
    """Say whether a worker has read the markers from `bound` on in all that it shows."""
    return look.lag == 0 and all(
        look.newest(topic, source_of(number)) >= bound for number in look.times for topic in TOPIC.values()
    )
