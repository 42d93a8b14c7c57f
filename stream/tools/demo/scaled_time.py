"""Scaled time: all processes of a demo agree on what time it is, an hour a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass

from stream.core.times import SECOND


@dataclass(frozen=True, slots=True)
class ScaledTime:
    """The clock that a worker keeps when it is told the same three numbers.

    Attributes:
        speed: seconds that pass on it in a real second.
        origin_s: what it shows at `start_s`, seconds since the Unix epoch.
        start_s: the real time of that moment, seconds since the Unix epoch.
    """

    speed: float
    origin_s: float
    start_s: float

    def now(self) -> int:
        """Return microseconds since the Unix epoch."""
        return int((self.origin_s + (time.time() - self.start_s) * self.speed) * SECOND)

    @property
    def options(self) -> list[str]:
        """The options that tell the same to a command."""
        return [
            f"--clock-origin={self.origin_s!r}",
            f"--clock-start={self.start_s!r}",
        ]
