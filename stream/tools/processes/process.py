"""One child, and the end of several: started, heard, and ended within a bounded time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from stream.errors import DeskpulseError

KEPT_LINES: Final = 200
TOLD_LINES: Final = 12
POLL_S: Final = 0.05
HEAR_S: Final = 1.0
"""How long the last words of a process that has ended are waited for."""


class ProcessDied(DeskpulseError):  # noqa: N818  that is what happened
    """A process ended by itself."""


class Ended(Exception):  # noqa: N818  that is what happened
    """Somebody ended the parent before the process had begun."""


class Process:
    """One process, in a group of its own so that Ctrl-C reaches its parent only.

    Args:
        name: `broker`, or a command of `deskpulse`.
        arguments: of the command, as far as they are known.
        title: what people call it.
        environment: of the process; that of its parent where absent.
        hears: is told each line that it says, in a thread.

    Attributes:
        lines: the last that it has said.
    """

    def __init__(
        self,
        name: str,
        *arguments: str,
        title: str,
        environment: Mapping[str, str] | None = None,
        hears: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.title = title
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._hears = hears
        self._popen = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-P", "-m", "stream.tools.processes.child", name, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
        )
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code, below 0 the signal that ended it; None while it runs."""
        return self._popen.poll()

    def last_lines(self, most: int) -> list[str]:
        """Return what it said last; after its end everything is heard."""
        if not self.is_running:
            self._ears.join(HEAR_S)
        return list(self.lines)[-most:]

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
            said = "".join(f"\n  {line}" for line in self.last_lines(TOLD_LINES)) or "\n  (nothing)"
            raise ProcessDied(f"{self.title} ended with exit code {self.exit_code}; its last lines were:{said}")

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
            for line in self.last_lines(KEPT_LINES):
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
        self._ears.join(HEAR_S)
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
                    self._hears(self.lines[-1])


def end(processes: Sequence[Process], within_s: float) -> None:
    """Ask all processes to end, and kill those that have not after so long."""
    deadline = time.monotonic() + within_s
    for process in processes:
        process.terminate()
    while any(process.is_running for process in processes) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    for process in processes:
        process.kill()
