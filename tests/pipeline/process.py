"""Workers as processes of their own, started, looked at and ended by tests."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from tests.conftest import ROOT
from tests.kafka import Message
from tests.pipeline.build import created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TOPICS = ("support.tickets", "support.chats", "support.surveys", "support.agents", "support.customers")


def tickets(count: int, first: int = 0) -> Iterator[Message]:
    """Yield the creations of tickets, keyed rightly."""
    for number in range(first, first + count):
        yield Message(created(number % 36_000, ticket_id=f"T{number}", event_id=f"e{number}"), f"T{number}".encode())


def until(holds: Callable[[], bool], what: str, seconds: float = 60.0, told: Callable[[], str] = str) -> None:
    """Return as soon as a condition holds; where it does not in time, `told` says what there is instead."""
    bound = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < bound, f"not within {seconds:g} s: {what}\n{told()}"
        time.sleep(0.05)


class Worker:
    """A worker in a process; a context manager that leaves none behind.

    Args:
        brokers: addresses of the cluster.
        folder: where its output goes.
        policy: path of a policy file; the default policy where absent.
        settings: of the worker, as `Settings` has them.
    """

    def __init__(self, brokers: Sequence[str], folder: Path, policy: Path | None = None, **settings: Any) -> None:
        options = {"brokers": brokers, "session_timeout_s": 4.0, "heartbeat_s": 0.5} | settings
        self._command = [sys.executable, "-m", "tests.pipeline.viewer", json.dumps(options)]
        self._command += [] if policy is None else [str(policy)]
        self._log = folder / f"worker-{time.monotonic_ns()}.log"
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._out = self._log.open("wb")
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=self._out, cwd=ROOT, text=True)
        assert self.process.stdout is not None
        self._port = self.process.stdout.readline().strip()
        if not self._port:
            self.__exit__()
            raise AssertionError(f"the worker did not start:\n{self.said()}")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        assert self._out is not None
        self.process.stdout.close()
        self._out.close()

    def view(self) -> dict[str, Any]:
        """What the worker shows now; nothing where it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            assert self.process.poll() is None, f"the worker ended:\n{self.said()}"
            return {"state": None, "shards": [], "ready": 0}

    def until(self, holds: Callable[[dict[str, Any]], bool], what: str, seconds: float = 60.0) -> dict[str, Any]:
        """Return the first view in which a condition holds."""
        bound = time.monotonic() + seconds
        while True:
            view = self.view()
            if holds(view):
                return view
            assert time.monotonic() < bound, f"not within {seconds:g} s: {what}\n{view}\n{self.said()}"
            time.sleep(0.05)

    def ready(self, partitions: int) -> dict[str, Any]:
        """Wait until it shows so many shards and has read everything."""
        return self.until(lambda view: view["ready"] == partitions and view["lag"] == 0, f"{partitions} are ready")

    def recorded(self) -> dict[str, Any]:
        """Wait until all that it has read is on record in Kafka."""

        def nothing_waits(view: dict[str, Any]) -> bool:
            return bool(view["state"]) and view["wall"] / 1e6 - view["committed"] < 0.05

        return self.until(nothing_waits, "everything is on record")

    def said(self) -> str:
        """What it has written for people so far."""
        return self._log.read_text("utf-8")

    def end(self, seconds: float = 3.0) -> int:
        """Ask it to end, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def events_of(*views: dict[str, Any]) -> int:
    """Return the number of events in all shards that are shown."""
    return sum(shard["events"] for view in views for shard in view["shards"])
