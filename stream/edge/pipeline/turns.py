"""Who has the processor when: the events, or whoever waits for an answer of this worker.

An answer is written in a thread. One who computes hardly ever gives the interpreter away, and where both take turns by
the millisecond, neither finds anything of its own in the processor's cache: a scrape takes twice as long. So after a
slice of events the thread has the processor until its answer is there, but not for more than a tenth of the time,
however often somebody asks.
"""

from __future__ import annotations

from asyncio import Event, sleep, timeout
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from stream.edge.pipeline.clock import monotonic

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE: Final = 500
"""Records that are applied before anything else may run: a few milliseconds."""
HURRIED: Final = 100
"""The same while somebody waits, and"""
GIVEN_S: Final = 0.05
"""how long they are stopped for it at most."""
SHARE: Final = 0.1
"""What may be given of the time, and"""
MOST_S: Final = 0.2
"""how much in a row, after a while in which nobody asked."""


class Turns:
    """Says how much may be computed, and stays away then.

    Attributes:
        waiting: how many wait for an answer.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._answered = Event()
        self._left = MOST_S
        self._at = monotonic()

    @contextmanager
    def attended(self) -> Iterator[None]:
        """While it lasts, one more waits."""
        self.waiting += 1
        self._answered.clear()
        try:
            yield
        finally:
            self.waiting -= 1
            if not self.waiting:
                self._answered.set()

    @property
    def slice(self) -> int:
        """How many records may be applied at once."""
        return HURRIED if self._gives_way else SLICE

    async def pause(self) -> None:
        """Let others run after a slice: whoever waits, until it has its answer or what may be given is used up."""
        now = monotonic()
        self._left = min(MOST_S, self._left + SHARE * (now - self._at))
        self._at = now
        if self._gives_way:
            await self.answered()
            self._left -= monotonic() - now
        else:
            await sleep(0)

    async def answered(self) -> None:
        """Wait until nobody waits, where anything may be given, and for no longer than that is."""
        if self._gives_way:
            with suppress(TimeoutError):
                async with timeout(GIVEN_S):
                    await self._answered.wait()

    @property
    def _gives_way(self) -> bool:
        return self.waiting > 0 and self._left >= GIVEN_S
