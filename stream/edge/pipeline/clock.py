"""The two clocks of a worker: the one on the wall, which may be scaled, and the one that never goes back."""

from __future__ import annotations

import time
from dataclasses import dataclass

_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clock on the wall; with `speed` an hour passes in a minute, and all processes that have both anchors agree.

    Attributes:
        speed: seconds that pass on this clock in a real second.
        origin_s: what this clock shows at `start_s`, seconds since the Unix epoch.
        start_s: the real time of that moment, seconds since the Unix epoch.
    """

    speed: float = 1.0
    origin_s: float = 0.0
    start_s: float = 0.0

    def __call__(self) -> int:
        """Now, in microseconds since the Unix epoch."""
        real = time.time_ns() // 1_000
        if self.speed == 1.0 and self.origin_s == self.start_s:
            return real
        return int(self.origin_s * 1_000_000 + (real - self.start_s * 1_000_000) * self.speed)


def monotonic() -> float:
    """Seconds on a clock that never goes back and goes on while the machine sleeps, where it has such a clock."""
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)
