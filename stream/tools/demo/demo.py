"""The demo from its first line to its last: start everything, show it, end everything."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from rich.console import Console

from stream.core.policy import Policy
from stream.core.times import HOUR, SECOND, parse_rfc3339
from stream.tools.demo.desk import BREACH, DESK, trouble_at
from stream.tools.demo.picture import draw
from stream.tools.demo.scaled_time import ScaledTime
from stream.tools.demo.screens import Screen, screen_of, signs_of
from stream.tools.demo.summary import summary
from stream.tools.demo.table import Frame
from stream.tools.demo.watch import Watch
from stream.tools.processes import Ended, Process, end

ORIGIN: Final = parse_rfc3339("2026-03-02T10:00:00+01:00")
"""When the demo begins at the desk: a Monday in the middle of the morning."""
HISTORY: Final = "10h"
"""What has happened before: the day so far."""
LOOK_S: Final = 0.5
END_S: Final = 2.2
BROKER_END_S: Final = 0.3
PICTURE: Final = (116, 26)
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line.

    Attributes:
        length_s: real seconds after which the demo ends; None until Ctrl-C.
        speed: simulated seconds in a real one.
        port: of the worker's HTTP; 0 is a free one.
        headless: plain lines, whatever the output is.
        policy_file: given to the worker; None is the default policy.
        seed: of the desk.
        picture: where the last table goes as SVG.
        breach: whether a queue goes bad at once.
    """

    length_s: float | None
    speed: float
    port: int
    headless: bool
    policy_file: str | None
    seed: int
    picture: Path | None
    breach: bool = False


class Demo:
    """One run.

    Args:
        wishes: what was asked for.
        policy: the worker's.
        console: where it is shown.
    """

    def __init__(self, wishes: Wishes, policy: Policy, console: Console) -> None:
        self._wishes = wishes
        self._console = console
        self._signs = signs_of(console)
        self._windows = policy.windows
        # The window that fits the pace of a demo.
        self._window = min(policy.windows, key=lambda window: abs(window.length - HOUR)).name
        self._stop = Event()

    def run(self) -> None:
        """Run until the time is over or somebody ends it; nothing that was started is left behind.

        Raises:
            ProcessDied: a process ended by itself.
        """
        told: list[str] = []
        with _signals(self._stop), suppress(Ended), ExitStack() as ends:
            screen = ends.enter_context(screen_of(self._console, headless=self._wishes.headless))
            processes: list[Process] = []
            ends.callback(_end, processes)
            watch = self._start(screen, processes)
            self._show(watch, screen)
            told = self._tell(watch)
            self._draw(watch)
        for line in told:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _start(self, screen: Screen, processes: list[Process]) -> Watch:
        """Start all processes and return the watch once there is a board.

        Raises:
            Ended: the demo is ended before.
        """
        wishes, stopping = self._wishes, self._stop.is_set
        screen.say("Starting a broker in the box")
        policy = [f"--policy={wishes.policy_file}"] if wishes.policy_file else []
        # All of them get ready at the same time, and go in turn.
        broker = _child("broker")
        processes.append(broker)
        generator = _child(
            "generate", f"--speed={wishes.speed!r}", f"--history={HISTORY}", f"--seed={wishes.seed}",
            "--no-create-topics", *(("--breach",) if wishes.breach else ()),
        )  # fmt: skip
        processes.append(generator)
        told_now = (f"--web-port={wishes.port}", f"--clock-speed={wishes.speed!r}", *policy)
        worker = _child("worker", "--state=none", *told_now)  # the broker in the box has no transactions
        processes.append(worker)
        broker.go()
        brokers = broker.expect(r"broker at (\S+)", stopping)[1]
        clock = ScaledTime(wishes.speed, ORIGIN / SECOND, time.time())
        told = (f"--brokers={brokers}", *clock.options)
        generator.go(*told)
        screen.say("Sending what happened at the desk today")
        # A worker that reads all of the past at once never shows a part of it.
        generator.expect("going on live", stopping)
        worker.go(*told)
        screen.say("Starting the worker")
        address = worker.expect(r"figures at (http://\S+)/metrics", stopping)[1]
        screen.say(f"Reading {address}/metrics")
        watch = Watch(address, self._window, processes)
        while (board := watch.look()) is None or not board.is_complete:
            if self._stop.wait(0.1):
                raise Ended
        return watch

    def _show(self, watch: Watch, screen: Screen) -> None:
        length = self._wishes.length_s
        over = float("inf") if length is None else time.monotonic() + length
        while not self._stop.is_set():
            board = watch.look()
            if board is not None:
                screen.show(board, lambda width, height: self._frame(watch, width, height))
            left = over - time.monotonic()
            if left <= 0:
                return
            self._stop.wait(min(LOOK_S, left))

    def _frame(self, watch: Watch, width: int, height: int) -> Frame:
        at = int(watch.board.at_s * SECOND) if watch.board else ORIGIN
        trouble = trouble_at(BREACH if self._wishes.breach else DESK, at)
        return Frame(
            width=width,
            height=height,
            speed=self._wishes.speed,
            events_per_s=watch.events_per_s,
            address=watch.address,
            window=self._window,
            courses=watch.courses,
            note=f"staged: {trouble} lacks agents" if trouble else "",
            silent=watch.silent,
            signs=self._signs,
        )

    def _tell(self, watch: Watch) -> list[str]:
        if watch.board is None:
            return []
        longest = max(self._windows, key=lambda window: window.length).name
        frame = self._frame(watch, *self._console.size)
        return summary(watch.board, frame, ORIGIN / SECOND, longest, watch.breaches(longest))

    def _draw(self, watch: Watch) -> None:
        picture = self._wishes.picture
        if picture is not None and watch.board is not None:
            draw(watch.board, self._frame(watch, *PICTURE), picture)


def _child(name: str, *arguments: str) -> Process:
    # What is set for a real worker must not lead the demo's astray.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DESKPULSE_")}
    return Process(name, *arguments, title=f"the demo's {name}", environment=bare)


def _end(processes: Sequence[Process]) -> None:
    """End all processes; the first, which the others talk to, last."""
    end(processes[1:], END_S)
    end(processes[:1], BROKER_END_S)


@contextmanager
def _signals(stop: Event) -> Iterator[None]:
    """Let the signals that end a program end this one in order."""
    before: list[tuple[signal.Signals, Callable[..., object] | int | None]] = [
        (number, signal.signal(number, lambda *_: stop.set())) for number in SIGNALS
    ]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
