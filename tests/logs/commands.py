"""`deskpulse` as people type it: commands that run to their end, and workers that are scraped."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Self

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.conftest import ROOT
from tests.logs.source import Event


def write(path: Path, events: Iterable[Event]) -> Path:
    """Write events as a file that `produce` and `replay` read."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def deskpulse(*arguments: str | Path) -> str:
    """Run a command to its end, which must be a good one, and return what it printed."""
    command = [sys.executable, "-m", "stream", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, timeout=240, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


class Samples:
    """The scrapes of all workers at one moment: every sample by name and labels."""

    def __init__(self, *texts: str) -> None:
        self._workers: list[list[Sample]] = [
            [sample for family in text_string_to_metric_families(text) for sample in family.samples] for text in texts
        ]

    def sum(self, name: str, **labels: str) -> float:
        """Return the sum of all series of a name that have these labels, over all workers."""
        return sum(sum(found) for found in self.each(name, **labels))

    def each(self, name: str, **labels: str) -> list[list[float]]:
        """Return the values of all series of a name that have these labels, worker by worker."""
        wanted = labels.items()
        return [
            [sample.value for sample in samples if sample.name == name and wanted <= sample.labels.items()]
            for samples in self._workers
        ]

    def window(self, name: str) -> float:
        """Return the sum of a windowed figure over all groups; each test has one window."""
        return self.sum(f"deskpulse_window_{name}")

    def in_time(self) -> bool:
        """Say whether every partition's figures are those of the newest event that its worker has read."""
        newest = self.each("deskpulse_last_event_timestamp_seconds")
        times = self.each("deskpulse_data_timestamp_seconds")
        return all(min(own, default=0) >= max(last, default=0) for own, last in zip(times, newest, strict=True))


class Worker:
    """A worker in a process of its own, on the data's clock; a context manager that leaves none behind."""

    def __init__(self, brokers: str, policy: Path, log: Path) -> None:
        options = ("--brokers", brokers, "--policy", policy, "--clock", "data", "--web-port", "0")
        self._command = [sys.executable, "-m", "stream", "worker", *map(str, options), "--session-timeout", "6"]
        self._log = log
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._out = self._log.open("wb")
        self._process = subprocess.Popen(self._command, stdout=self._out, stderr=self._out, cwd=ROOT)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._out is not None:
            self._out.close()

    def scrape(self) -> str | None:
        """Return what the worker shows; None while it does not answer yet."""
        said = self._log.read_text("utf-8")
        assert self._process.poll() is None, f"the worker ended:\n{said}"
        found = re.search(r"http://127\.0\.0\.1:\d+/metrics", said)
        if found is None:
            return None
        try:
            with urllib.request.urlopen(found[0], timeout=20) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            return None


def shown_by(workers: Sequence[Worker], holds: Callable[[Samples], bool], what: str, seconds: float = 120) -> Samples:
    """Return the sum of a scrape of each worker as soon as a condition holds."""
    bound = time.monotonic() + seconds
    while True:
        texts = [worker.scrape() for worker in workers]
        samples = Samples(*(text for text in texts if text is not None))
        if None not in texts and holds(samples):
            return samples
        assert time.monotonic() < bound, f"not within {seconds:g} s: {what}; offered {samples.window('offered')}"
        time.sleep(0.1)


def all_read(workers: Sequence[Worker], subjects: int) -> Samples:
    """Return what the workers show together once they hold so many subjects, every partition and no lag."""

    def holds(samples: Samples) -> bool:
        return (
            samples.sum("deskpulse_partitions_ready") == 4
            and samples.sum("deskpulse_lag_records") == 0
            and samples.sum("deskpulse_subjects") == subjects
            and samples.in_time()
        )

    return shown_by(workers, holds, f"all is read and {subjects} subjects are held")
