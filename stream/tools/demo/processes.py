"""The processes of the demo: started together, heard, and ended together within a bounded time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from stream.errors import DeskpulseError

KEPT_LINES: Final = 200
TOLD_LINES: Final = 12
POLL_S: Final = 0.05
END_S: Final = 2.2
"""What the ends of all processes may take together; what runs after that is killed."""


class ProcessDied(DeskpulseError):  # noqa: N818  that is what happened
    """A process of the demo ended by itself."""


class Ended(Exception):  # noqa: N818  that is what happened
    """Somebody ended the demo before it had begun."""


class Process:
    """One process of the demo, in a group of its own so that Ctrl-C reaches the demo only.

    Args:
        name: `broker`, or a command of `deskpulse`.
        arguments: of the command, as far as they are known.

    Attributes:
        lines: the last that it has said.
    """

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._popen = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-P", "-m", "stream.tools.demo.child", name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # What is set for a real worker must not lead the demo's astray.
            env={name: value for name, value in os.environ.items() if not name.startswith("DESKPULSE_")},
            process_group=0,
        )
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def go(self, *arguments: str) -> None:
        """Let it begin its work, with these arguments besides; one that has died meanwhile is found by `check`."""
        if self._popen.stdin is not None:
            with suppress(OSError):
                os.write(self._popen.stdin.fileno(), json.dumps(arguments).encode() + b"\n")

    def check(self) -> None:
        """Do nothing while it runs.

        Raises:
            ProcessDied: it has ended; the text holds its last lines.
        """
        if not self.is_running:
            self._ears.join(1.0)
            said = "".join(f"\n  {line}" for line in list(self.lines)[-TOLD_LINES:]) or "\n  (nothing)"
            raise ProcessDied(
                f"the demo's {self.name} ended with exit code {self._popen.returncode}; its last lines were:{said}"
            )

    def expect(self, pattern: str, is_stopping: Callable[[], bool]) -> re.Match[str]:
        """Wait until it says a line that holds `pattern`, and return the match.

        Raises:
            ProcessDied: it has ended and has not said it.
            Ended: `is_stopping` came true before.
        """
        wanted = re.compile(pattern)
        while not is_stopping():
            # The order matters: what it says last is heard before its end is noticed.
            running = self.is_running
            if not running:
                self._ears.join(1.0)
            for line in list(self.lines):
                if match := wanted.search(line):
                    return match
            if not running:
                self.check()
            time.sleep(POLL_S)
        raise Ended

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(OSError):
            self._popen.terminate()

    def kill(self) -> None:
        """End it."""
        with suppress(OSError):
            self._popen.kill()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _listen(self) -> None:
        stream = self._popen.stdout
        if stream is not None:
            with suppress(ValueError, OSError):
                for line in stream:
                    self.lines.append(line.decode(errors="replace").rstrip())


def end(processes: Sequence[Process]) -> None:
    """End all processes; the first, which the others talk to, last."""
    deadline = time.monotonic() + END_S
    first, others = processes[:1], processes[1:]
    for group, until in ((others, deadline), (first, deadline + 0.3)):
        for process in group:
            process.terminate()
        _wait(group, until)
    for process in processes:
        process.kill()


def _wait(processes: Sequence[Process], deadline: float) -> None:
    while any(process.is_running for process in processes) and time.monotonic() < deadline:
        time.sleep(POLL_S)
