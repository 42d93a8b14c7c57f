"""What a contestant measures of itself, and how it says so; the standard library alone, for every environment."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a contestant, from its first record to its last.

    Attributes:
        events: records of that span.
        counted: what the counts of its job add up to; 0 where it keeps none.
        seconds: of the clock.
        cpu_s: of processor time, all threads.
        peak_mb: largest resident set of the process, in MB (10^6 bytes).
    """

    events: int
    counted: int
    seconds: float
    cpu_s: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def cpu_s_each(self) -> float:
        """Seconds of processor time of one event."""
        return self.cpu_s / self.events

    def tell(self) -> None:
        """Print it as the line that `heard` reads."""
        sys.stdout.write(json.dumps(asdict(self)) + "\n")
        sys.stdout.flush()

    @classmethod
    def heard(cls, output: str) -> Self:
        """Return what the last line of a contestant's output tells."""
        return cls(**json.loads(output.splitlines()[-1]))


class Stopwatch:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def stop(self, events: int, counted: int = 0) -> Measured:
        """Return what it took to read so many events."""
        seconds, cpu_s = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        return Measured(events, counted, seconds, cpu_s, peak_mb())


def peak_mb() -> float:
    """Largest resident set of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike getrusage, which starts with the size of whoever started the process.
        return peak_of(status)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def peak_of(status: Path) -> float:
    """Largest resident set by a `status` file of /proc, in MB."""
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1_024 / 1e6
