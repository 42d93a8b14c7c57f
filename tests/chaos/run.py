"""One run: a cluster, a story, a plan, and in every calm the comparison of all that is shown with what is true."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stream.core.policy import Policy, load_policy
from stream.core.times import SECOND
from stream.edge.pipeline import WallClock
from tests.chaos import calms
from tests.chaos.calms import Calm
from tests.chaos.fleet import until
from tests.chaos.plan import SESSION_S, Plan, plan
from tests.chaos.rules import LONG, SHORT
from tests.chaos.sender import Sender, Sent
from tests.chaos.stage import Stage, wait_until
from tests.chaos.story import ORIGIN, TOPIC, Telling, story
from tests.chaos.topics import letters, transitions
from tests.chaos.watch import Watch
from tests.kafka import Cluster

PARTITIONS: Final = 8
CALM_S: Final = 4.0
"""What a calm usually takes, and a start."""
PACE: Final = 2.0
"""How many times as fast as usual a story goes on after a calm, until it is where the clock is."""
SEND_S: Final = 300.0
"""What the rest of a story of at most `USUAL` events may take after the last act, on a slow machine."""
USUAL: Final = 200_000


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

    @property
    def send_s(self) -> float:
        """What the rest of the story may take after the last act."""
        return SEND_S * max(1.0, self.events / USUAL)


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
    clock = run.clock()
    sender = Sender(cluster.bootstrap, messages, clock, PACE * len(messages) / run.seconds, PARTITIONS)
    report = Report()
    report.counted.update(events=run.events, messages=len(messages))
    with Stage(cluster, folder, run.group, options, clock if run.live else None) as stage:
        report.timeline = stage.timeline
        watch = Watch(sender.sent, PARTITIONS, keeps=run.live, workers=stage.running)
        try:
            taken = _perform(plan(run.seed, run.segments, run.length), run.send_s, stage, sender, watch)
            report.differences += end(stage)
            policy = load_policy(rules.read_text(), rules.name)
            report.differences += judged(policy, cluster, sender.sent, taken, report.counted, with_state=run.state)
        except Exception as error:  # noqa: BLE001  whatever went wrong, the timeline tells what led to it
            report.differences.append(f"{type(error).__name__}: {error}")
        finally:
            watch.stop()
            sender.end()
    report.differences += watch.faults
    report.counted.update(looks=watch.looks, woken=watch.woken, rounds=watch.rounds, whole_rounds=watch.whole)
    return report


def _perform(what: Plan, send_s: float, stage: Stage, sender: Sender, watch: Watch) -> list[Calm]:
    """Do what the plan says while the story is told, and return what was shown in each calm."""
    for number in range(what.first):
        stage.start(number)
    taken = [calms.take(sender, watch, stage.check)]
    sender.start()
    for steps in what.segments:
        stage.say("sending")
        began = time.monotonic()
        sender.go()
        watch.start()
        for step in steps:
            wait_until(began + step.at, stage)
            stage.do(step, watch)
        wait_until(began + what.length, stage)
        if steps is what.segments[-1]:
            until(sender.finished.is_set, "all is sent", send_s, stage.check)
        sender.rest()
        watch.stop()
        stage.say("calm")
        stage.all_awake()
        taken.append(calms.take(sender, watch, stage.check))
    return taken


def end(stage: Stage) -> list[str]:
    """Tell all workers to end, and return who ended badly, now or before."""
    stage.say("the end")
    for number in list(stage.workers):
        stage.leave(number)
    stage.all_awake()
    return stage.ended_badly


def judged(
    policy: Policy, cluster: Cluster, sent: Sent, taken: list[Calm], counted: Counter[str], *, with_state: bool
) -> list[str]:
    """Return what was not true in a calm, and what stands in the topics and should not, or the other way round."""
    wrong = []
    for number, calm in enumerate(taken):
        wrong += [f"calm {number}, {line}" for line in calms.differences(calm, policy, sent.values, counted)]
    wrong += letters(cluster, sent, counted, exactly_once=with_state)
    if with_state:
        wrong += transitions(cluster, policy, sent.values, taken[-1], counted)
    return wrong
