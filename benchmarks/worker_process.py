"""A real `deskpulse worker` in a process of its own, on the core of what is measured."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import psutil

from benchmarks.broker import OWN_CORE, pinned
from benchmarks.measured import peak_of
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

T = TypeVar("T")


class WorkerProcess:
    """A context manager that leaves no process behind.

    Args:
        brokers: addresses of the cluster.
        state: `kafka` or `none`.
        module: what is run instead of the command `deskpulse`, and takes its words.
        options: of `deskpulse worker`, such as `group="g"`.

    Attributes:
        used_s: processor time from the first instruction to the last, once it has ended.
    """

    def __init__(self, brokers: str, state: str, *, module: str = "stream", **options: object) -> None:
        given = {"brokers": brokers, "web-port": 0, "state": state}
        given |= {name.replace("_", "-"): value for name, value in options.items()}
        words = [f"--{name}={value}" for name, value in given.items()]
        self._command = [sys.executable, "-m", module, "worker", *words]
        self.used_s = 0.0

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self._log = Path(self._folder.name) / "worker.log"
        self.started = time.monotonic()
        with pinned(OWN_CORE), self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=ROOT)
        try:
            found = until(self._address, "the worker tells its address", 60)
        except BaseException:
            self.stop(kill=True)
            raise
        self.url = found
        return self

    def __exit__(self, kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None) -> None:
        if kind is not None:
            sys.stderr.write(self.said()[-2_000:])
        self.stop(kill=kind is not None)

    def stop(self, *, kill: bool = False) -> None:
        """Ask it to end, or kill it, and wait until it has ended.

        Raises:
            RuntimeError: it was asked, and did not end well; with what it said.
        """
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            _, status, used = os.wait4(self._process.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.used_s = used.ru_utime + used.ru_stime
        said = self.said()
        self._folder.cleanup()
        if self._process.returncode and not kill:
            raise RuntimeError(f"the worker ended with {self._process.returncode}:\n{said[-2_000:]}")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def said(self) -> str:
        """Return what it has written so far."""
        return self._log.read_text("utf-8", "replace")

    def get(self, path: str) -> bytes:
        """Return what it answers, be it 503."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        return body

    def readiness(self) -> dict[str, Any]:
        """Return what `/readyz` says."""
        found: dict[str, Any] = json.loads(self.get("/readyz"))
        return found

    def until_read(self, events: int = 0, partitions: int | None = None, seconds: float = 600) -> None:
        """Wait until it has read what its partitions hold.

        Args:
            events: of these it must have read so many: what was written just now, it may not know of yet.
            partitions: so many it must have, where that is told.
            seconds: the longest wait.
        """

        def is_read() -> bool:
            said = self.readiness()
            mine = said["partitions"]["assigned"]
            there = said["ready"] and said["lag_records"] == 0 and partitions in {None, mine}
            return bool(there) and (not events or self.sum_of("deskpulse_events_total") >= events)

        until(is_read, "the worker has read everything", seconds, every=0.1)

    def sum_of(self, name: str, **labels: str) -> float:
        """Return the sum of the series of a name that have these labels, by `/metrics`."""
        return sum_of(self.get("/metrics").decode(), name, **labels)

    @property
    def cpu_s(self) -> float:
        """Processor time so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    @property
    def rss_mb(self) -> float:
        """Resident set now."""
        return psutil.Process(self._process.pid).memory_info().rss / 1e6

    @property
    def peak_mb(self) -> float:
        """Largest resident set so far; that of now where the system keeps no record."""
        status = Path(f"/proc/{self._process.pid}/status")
        return peak_of(status) if status.exists() else self.rss_mb

    def _address(self) -> str | None:
        said = self.said()
        if self._process.poll() is not None:
            raise RuntimeError(f"the worker ended:\n{said}")
        found = re.search(r"(http://\S+)/metrics", said)
        return None if found is None else found[1]


def until(holds: Callable[[], T | None], what: str, seconds: float, every: float = 0.02) -> T:
    """Return the first answer that is true; TimeoutError where there is none in time."""
    bound = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > bound:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(every)
    return found


def sum_of(metrics: str, name: str, **labels: str) -> float:
    """Return the sum of the series of a name that have these labels, in the text of a scrape."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    lines = (line for line in metrics.splitlines() if line.startswith((name + "{", name + " ")))
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(each in line for each in wanted))
