"""Workers as anyone starts them: `deskpulse worker` in processes of their own, each with a log of its own."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.conftest import ROOT

_ADDRESS = re.compile(r"figures at (http://\S+)/metrics")
_MEMBER = re.compile(r"Joined group .* with member_id (\S+)")
ANSWER_S = 5.0


def until(holds: Callable[[], bool], what: str, seconds: float, check: Callable[[], None] = lambda: None) -> None:
    """Return as soon as a condition holds; `check` may raise a reason not to wait any longer.

    Raises:
        TimeoutError: it did not hold within so many seconds.
    """
    bound = time.monotonic() + seconds
    while not holds():
        check()
        if time.monotonic() > bound:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


class Worker:
    """One worker.

    Args:
        number: its name in the timeline and of its log.
        options: of `deskpulse worker`.
        folder: of its log.
    """

    def __init__(self, number: int, options: Sequence[str], folder: Path) -> None:
        self.number = number
        self.log = folder / f"worker-{number}.log"
        self.asleep = False
        self._address = ""
        # The kernel ends it, awake or not, when whoever started it is gone.
        leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [*leash, sys.executable, "-m", "stream", "worker", "--web-port", "0", *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,  # Ctrl-C is for the run, which ends its workers itself
            )

    @property
    def address(self) -> str:
        """Where it answers; empty while it has not said."""
        if not self._address and (found := _ADDRESS.search(self.said())) is not None:
            self._address = found[1]
        return self._address

    def said(self) -> str:
        """What it has written so far."""
        return self.log.read_text("utf-8", "replace")

    @property
    def memberships(self) -> list[str]:
        """By which names the group has known it, one for each time that it joined."""
        return _MEMBER.findall(self.said())

    def ask(self, path: str) -> tuple[int, str] | None:
        """Return status and body of an answer, or None where there is none."""
        if not self.address:
            return None
        try:
            with urllib.request.urlopen(self.address + path, timeout=ANSWER_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()
        except OSError:
            return None

    def check(self) -> None:
        """Raise RuntimeError where it has ended by itself."""
        if self.process.poll() is not None:
            last = "\n".join(self.said().splitlines()[-20:])
            raise RuntimeError(f"worker {self.number} ended with code {self.process.returncode}:\n{last}")

    def sleep(self) -> None:
        """Stop it where it stands."""
        self.asleep = True
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on; it counts as asleep until somebody has looked at it."""
        self.process.send_signal(signal.SIGCONT)

    def leave(self) -> None:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
