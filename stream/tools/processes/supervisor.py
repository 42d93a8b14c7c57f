"""Several workers under one parent: started together, started again where one ends by itself, ended together."""

from __future__ import annotations

import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Final

from stream.tools.processes.process import Process, end

log = logging.getLogger("deskpulse.worker")

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
LOOK_S: Final = 0.1
END_S: Final = 8.0
"""What the ends of all workers may take together; a worker takes 3 s, and more where the machine does much else."""
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
LASTING_S: Final = 60.0
"""A worker that has run for so long did not end of how it was started, so the pauses begin anew."""
TOLD_LINES: Final = 3
REFUSED: Final = frozenset({1, 2})
"""Exit codes of what a person has to mend."""
_READY: Final = re.compile(r"ready: \d+ of \d+ partitions$")
_tongue = threading.Lock()


def next_pause(pause_s: float, lived_s: float) -> float:
    """Return the seconds to wait before a worker is started again.

    Args:
        pause_s: waited for before the life that has ended; 0 where it was the first.
        lived_s: how long that life was.
    """
    if lived_s >= LASTING_S:
        return FIRST_PAUSE_S
    return min(max(FIRST_PAUSE_S, 2 * pause_s), LONGEST_PAUSE_S)


class Place:
    """One of the workers, whichever process it is now.

    Args:
        number: from 1; each of its lines begins with it.
        arguments: of `deskpulse worker`.

    Attributes:
        process: the one that runs, or the last one that did.
    """

    def __init__(self, number: int, arguments: Sequence[str]) -> None:
        self._number = number
        self._arguments = arguments
        self._pause_s = 0.0
        self._again_at: float | None = None
        self._was_ready = False
        self.process = self._start()

    def look(self) -> int | None:
        """Start it again where that is due; return the exit code of one that was refused before it was ever ready."""
        code, now = self.process.exit_code, time.monotonic()
        if code is None:
            return None
        if self._again_at is None:
            said = self._said(code)
            if code in REFUSED and not self._was_ready:
                log.error("%s; all end, since the others have the same options", said)
                return code
            self._pause_s = next_pause(self._pause_s, now - self._started_at)
            self._again_at = now + self._pause_s
            log.warning("%s; it is started again in %g s", said, self._pause_s)
        elif now >= self._again_at:
            self._again_at = None
            self.process.kill()
            self.process = self._start()
        return None

    def _start(self) -> Process:
        self._started_at = time.monotonic()
        process = Process("worker", *self._arguments, title=f"worker {self._number}", hears=self._hear)
        process.go()
        return process

    def _hear(self, line: str) -> None:
        self._was_ready = self._was_ready or _READY.search(line) is not None
        # Where nobody reads any more the worker must not wait for a reader.
        with _tongue, suppress(OSError):
            print(f"[{self._number}] {line}", file=sys.stderr, flush=True)  # noqa: T201  as a worker's log has it

    def _said(self, code: int) -> str:
        how = f"exit code {code}" if code >= 0 else f"signal {-code} ({signal.strsignal(-code)})"
        lines = " | ".join(self.process.last_lines(TOLD_LINES)) or "(nothing)"
        return f"{self.process.title} ended by itself with {how}; its last lines: {lines}"


class Supervisor:
    """Runs several workers of one group.

    A worker that ends by itself is started again after a pause, which grows from failure to failure. Where one is
    refused before it was ever ready all end, since the others would be refused as well.

    Args:
        workers: the arguments of `deskpulse worker` for each of them; the environment is inherited.
    """

    def __init__(self, workers: Sequence[Sequence[str]]) -> None:
        self._workers = workers
        self._places: list[Place] = []

    def run(self) -> int:
        """Run until SIGINT or SIGTERM, which all workers are told as SIGTERM, and return the exit code.

        It is that of a worker that was refused, 1 where one had to be killed at the end, and else 0.
        """
        with _signals() as told:
            try:
                for number, arguments in enumerate(self._workers, start=1):
                    self._places.append(Place(number, arguments))
                while not _is_told(told):
                    for place in self._places:
                        code = place.look()
                        if code is not None:
                            return code
            finally:
                running = [place.process for place in self._places if place.process.is_running]
                end([place.process for place in self._places], END_S)
        return max((_judge(process) for process in running), default=0)


def _judge(process: Process) -> int:
    """Return the exit code that the end of a worker is worth, after it was asked to end."""
    code = process.exit_code
    if code == -signal.SIGKILL:
        log.error("%s had not ended after %g s and was killed", process.title, END_S)
        return 1
    # One that has not begun its work ends of the signal itself.
    return 0 if code is None or code < 0 else code


@contextmanager
def _signals() -> Iterator[SimpleQueue[int]]:
    """Put the signals that end a program into a queue, which alone may be written to at any moment."""
    told: SimpleQueue[int] = SimpleQueue()
    before = {number: signal.signal(number, lambda caught, _frame: told.put(caught)) for number in SIGNALS}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_told(told: SimpleQueue[int]) -> bool:
    """Wait a moment for the word to end."""
    try:
        told.get(timeout=LOOK_S)
    except Empty:
        return False
    return True
