"""When what changed in a shard goes on record: one transaction after the other, applying goes on meanwhile."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from stream.edge.pipeline.deadletters import letter_of
from stream.errors import CommitError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stream.edge.pipeline.apply import Bad
    from stream.edge.pipeline.counters import Counters
    from stream.edge.pipeline.holding import Cursor, Holding
    from stream.edge.pipeline.settings import Settings
    from stream.edge.pipeline.turns import Turns
    from stream.edge.store import Writer

LOOK_S = 0.1
"""How often one who waits for room looks whether the shard was taken away."""


class Transactions:
    """The `Ledger` of a shard whose state is in Kafka.

    Args:
        holding: the shard, loaded, with its cursors.
        writer: its producer, started.
        settings: when a page is closed, and how much may wait for the one before.
        counters: of this process.
        turns: who has the processor when.
        lost: is told when a transaction failed, and why.
    """

    def __init__(
        self,
        holding: Holding,
        writer: Writer,
        settings: Settings,
        counters: Counters,
        turns: Turns,
        lost: Callable[[Holding, Exception], None],
    ) -> None:
        self._holding = holding
        self._writer = writer
        self._settings = settings
        self._counters = counters
        self._turns = turns
        self._lost = lost
        self._bad: list[Bad] = []
        self._bad_bytes = self._events = 0
        self._news, self._full, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._one = asyncio.Lock()
        self._closed = False
        self._keeping: asyncio.Task[None] | None = asyncio.create_task(self._keep())

    @property
    def waits(self) -> bool:
        """Something is read, or has become of time, that is not on record."""
        return self._one.locked() or self._has_news

    @property
    def _has_news(self) -> bool:
        holding = self._holding
        return (
            bool(self._bad)
            or holding.shard.has_news
            or any(cursor.position != cursor.safe for cursor in holding.cursors.values())
        )

    async def room(self) -> None:
        """Wait while as much waits for a transaction as may."""
        settings = self._settings
        while self._holding.is_open and (
            self._events >= settings.waiting_events or self._bad_bytes >= settings.waiting_bytes
        ):
            self._room.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), LOOK_S)

    def note(self, events: int, bad: Sequence[Bad]) -> None:
        """Take notice of so many records that were applied, and of those among them that are no events."""
        cursors = self._holding.cursors
        for item in bad:
            if item.record.offset >= cursors[item.topic].written_below:
                self._bad.append(item)
                self._bad_bytes += len(item.record.value or b"")
        self._events += events
        self._news.set()
        if self._events >= self._settings.commit_events or self._bad_bytes >= self._settings.waiting_bytes:
            self._full.set()

    def nudge(self) -> None:
        """Look whether time alone has changed something."""
        if self._has_news:
            self._news.set()

    async def turn(self, cursor: Cursor) -> None:  # noqa: ARG002  as a ledger has it
        """Look whether a batch has moved on without records."""
        self.nudge()

    async def settle(self, wait_s: float) -> None:
        """Put everything on record, for so long; what is not is given up, with the shard."""
        try:
            async with asyncio.timeout(wait_s):
                await self.commit()
        except TimeoutError:
            self._lost(self._holding, CommitError(f"its last transaction took longer than {wait_s:.1f} s"))
        except Exception as error:  # noqa: BLE001  whatever it is, the worker must be told
            self._lost(self._holding, error)

    async def close(self) -> None:
        """Write no more."""
        self._closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None  # it knows this ledger, and nobody looks for cycles
        await self._writer.close()

    async def prove(self) -> None:
        """Show by a transaction that nobody else has had this shard.

        Raises:
            CommitError: somebody has, or it cannot be told.
        """
        await self.commit(even_nothing=True)

    async def commit(self, *, even_nothing: bool = False) -> None:
        """Put on record what has changed since the last time.

        Raises:
            BrokerError: the broker will never take it.
            CommitError: it is not on record, or nobody knows.
        """
        async with self._one:
            if self._closed or not (even_nothing or self._has_news):
                return
            holding, cut_at, began = self._holding, time.time(), time.perf_counter_ns()
            places = {topic: (cursor.position, cursor.newest) for topic, cursor in holding.cursors.items()}
            page = holding.shard.turn_page(places)
            letters = [letter_of(bad) for bad in self._bad]
            self._bad.clear()
            self._bad_bytes = self._events = 0
            self._room.set()
            self._counters.busy_ns += time.perf_counter_ns() - began
            await self._writer.commit(page.records, page.transitions, letters)
            for topic, (position, _newest) in places.items():
                holding.cursors[topic].safe = position
            holding.recorded_at = cut_at

    async def _keep(self) -> None:
        while True:
            await self._news.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), self._settings.commit_interval_s)
            # A page takes as long as several slices.
            await self._turns.answered()
            self._news.clear()
            self._full.clear()
            try:
                await self.commit()
            except Exception as error:  # noqa: BLE001  whatever it is, the worker must be told
                self._lost(self._holding, error)
                return
