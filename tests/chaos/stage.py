"""The workers and brokers of a run, the timeline of what is done to them, and the end of all that was started."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, Self

from stream.edge.pipeline import WallClock
from tests.chaos.brokers import Brokers
from tests.chaos.fleet import Worker, until
from tests.chaos.plan import Act, Step
from tests.chaos.watch import Watch, look_at
from tests.kafka import Cluster

LEAVE_S: Final = 30.0


class Stage:
    """A context manager that leaves no worker behind and no broker asleep.

    Args:
        cluster: the brokers.
        folder: of logs and policy.
        options: of every worker, without brokers and clock.
        clock: the desk's, or None where the newest event tells what time it is.

    Attributes:
        workers: those that run or sleep, by number.
        timeline: what was done, a line each.
        ended_badly: a line for each that was told to end and did not end well.
    """

    def __init__(self, cluster: Cluster, folder: Path, group: str, options: list[str], clock: WallClock | None) -> None:
        self.folder = folder
        self.workers: dict[int, Worker] = {}
        self.timeline: list[str] = []
        self.ended_badly: list[str] = []
        self._cluster = cluster
        self._brokers = Brokers(cluster)
        self._group = group
        self._options = [f"--brokers={cluster.bootstrap}", f"--group={group}", *options, *_clock_options(clock)]
        self._leaving: list[Worker] = []
        self._slept: dict[int, float] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in (*self.workers.values(), *self._leaving):
            worker.kill()
        self._brokers.reconnect()

    def say(self, what: str) -> None:
        """Write a line of the timeline."""
        self.timeline.append(f"{time.monotonic() - self._began:6.1f} s  {what}")

    def running(self) -> list[Worker]:
        """Return all workers that have not been told to end."""
        return list(self.workers.values())

    def check(self) -> None:
        """Raise RuntimeError where a worker has ended that should run."""
        for worker in self.running():
            worker.check()

    def do(self, step: Step, watch: Watch) -> None:
        """Do one step of the plan, and let those who watch know what follows from it."""
        act, who = step.act, step.who
        if act is Act.CUT_OFF:
            self._brokers.cut_off()
            watch.cut_off = time.monotonic()
        elif act is Act.RECONNECT:
            watch.cut_off = None
            self._brokers.reconnect()
        elif act is Act.START_BROKER:
            self._brokers.revive()
        elif act is Act.START:
            self.start(who)
        elif act is Act.KILL:
            self.workers.pop(who).kill()
        elif act is Act.LEAVE:
            self.leave(who)
        elif act is Act.SLEEP:
            self.workers[who].sleep()
            self._slept[who] = time.monotonic()
        elif act is Act.WAKE:
            self._wake(who, watch)
        else:
            who = self._brokers.kill(act, who, self._group)
        self.say(act if who < 0 else f"{act} {who}")

    def start(self, number: int) -> None:
        """Start a worker."""
        self.workers[number] = Worker(number, self._options, self.folder)

    def leave(self, number: int) -> None:
        """Ask a worker to end."""
        worker = self.workers.pop(number)
        worker.leave()
        self._leaving.append(worker)

    def all_awake(self) -> None:
        """Return once every broker answers and whoever was told to end has ended."""
        self._cluster.start()
        for worker in self._leaving:
            code = worker.process.wait(LEAVE_S)
            if code and worker.address:  # one that has not begun ends as any process does
                self.ended_badly.append(f"worker {worker.number} was told to end, and ended with code {code}")
        self._leaving.clear()

    def _wake(self, number: int, watch: Watch) -> None:
        worker = self.workers[number]
        known_as = worker.memberships
        is_out = self._brokers.has_thrown_out(self._group, known_as[-1] if known_as else "")
        slept = time.monotonic() - self._slept.pop(number)
        worker.wake()
        look = look_at(worker)
        worker.asleep = False
        # One that has joined again before it was asked may show what it has.
        if look is not None and is_out and worker.memberships == known_as:
            watch.judge_first(look, slept)


def wait_until(moment: float, stage: Stage) -> None:
    """Wait until a moment of the monotonic clock, or until something ends that should not."""
    left = max(moment - time.monotonic(), 0)
    until(lambda: time.monotonic() >= moment, "the next step", left + 1, stage.check)


def _clock_options(clock: WallClock | None) -> list[str]:
    if clock is None:
        return ["--clock=data"]
    return [
        f"--clock-speed={clock.speed!r}", f"--clock-origin={clock.origin_s!r}", f"--clock-start={clock.start_s!r}",
    ]  # fmt: skip
