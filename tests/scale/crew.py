"""`deskpulse worker --processes N` as a test sees it: what it says, which processes it has, and what they show."""

from __future__ import annotations

import re
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.worker_process import sum_of

PARTITIONS = 8
_ADDRESS = re.compile(r"^\[(\d+)\] .*figures at (http://\S+)/metrics$", re.MULTILINE)


class Crew:
    """A parent with its workers.

    Args:
        process: the parent.
        log: where all of them say what they say.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def said(self) -> str:
        """What was said so far."""
        return self._log.read_text("utf-8")

    def addresses(self) -> dict[int, str]:
        """Where each worker answers now, by its number."""
        return {int(number): address for number, address in _ADDRESS.findall(self.said())}

    def children(self) -> list[psutil.Process]:
        """Its workers, in the order in which they were started."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def shown(self, name: str) -> list[float]:
        """Return the sum of a metric on the page of each worker that answers."""
        found = []
        for address in self.addresses().values():
            with suppress(OSError), urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
                found.append(sum_of(answer.read().decode(), name))
        return found

    def statuses(self, path: str) -> list[int]:
        """Return with which status each worker answers who proves nothing."""
        found = []
        for address in self.addresses().values():
            try:
                with urllib.request.urlopen(address + path, timeout=5) as answer:
                    found.append(answer.status)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    found.append(refusal.code)
        return found

    def share(self, partitions: int) -> bool:
        """Whether each of three workers shows some partitions, and all of them together show so many."""
        ready = self.shown("deskpulse_partitions_ready")
        return len(ready) == 3 and 0 not in ready and sum(ready) == partitions
