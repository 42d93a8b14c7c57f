"""Who has the processor when: the events, or whoever waits for an answer of this worker.

An answer is written in a thread. One who computes hardly ever gives the interpreter away, and where both take turns by
the millisecond, neither finds anything of its own in the processor's cache: a scrape takes twice as long. So after each
slice of events the thread has the processor for a while, but not for more than a tenth of the time, however often
somebody asks.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from stream.edge.pipeline.clock import monotonic

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE: Final = 500
"""Records that are applied before anything else may run: a few milliseconds."""
HURRIED: Final = 100
"""The same for one who waits, and"""
GIVEN_S: Final = 0.02
"""how long the thread has the processor after it."""
SHARE: Final = 0.1
"""What may be given of the time, and"""
MOST_S: Final = 0.2
"""how much at once, after a while in which nobody asked."""


class Turns:
    """Says how much may be computed, and how long to stay away then.

    Attributes:
        waiting: how many wait for an answer.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._left = MOST_S
        self._at = monotonic()

    @contextmanager
    def attended(self) -> Iterator[None]:
        """While it lasts, one more waits."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    @property
    def slice(self) -> int:
        """How many records may be applied at once."""
        return HURRIED if self.waiting and self._left >= GIVEN_S else SLICE

    def pause(self) -> float:
        """Return for how many seconds to stay away after a slice."""
        if not self.waiting:
            return 0.0
        now = monotonic()
        self._left = min(MOST_S, self._left + SHARE * (now - self._at))
        self._at = now
        if self._left < GIVEN_S:
            return 0.0
        self._left -= GIVEN_S
        return GIVEN_S
