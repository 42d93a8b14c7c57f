"""The pipeline of one worker: batches in, shards moved on, bad messages out; the one place where these meet."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from faust.types import TP

from stream.edge.pipeline.app import PipelineApp
from stream.edge.pipeline.apply import apply_records
from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.counters import Counters
from stream.edge.pipeline.deadletters import DeadLetters
from stream.edge.pipeline.holding import Holdings, Phase
from stream.edge.pipeline.offsets import Offsets
from stream.edge.pipeline.opening import Opener
from stream.edge.pipeline.shardtime import data_time, live_time, newest_of_all
from stream.edge.pipeline.turns import Turns
from stream.errors import BrokerError, CommitError, TopicError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from stream.core.shard import Shard
    from stream.edge.pipeline.batch import Batch, Mark
    from stream.edge.pipeline.holding import Holding
    from stream.edge.pipeline.settings import Settings

log = logging.getLogger("deskpulse.worker")

UNSEEN = 50_000
"""Records after which a shard is moved on that nobody may see yet: often enough to let go of what ended long ago."""
TICK_S = 0.5
"""The longest time between two looks at the clock; a deadline must show within 2 s."""
HAND_OVER_S = 5.0
"""How long a revoke waits for the batch in hand and for its transaction; the group waits meanwhile."""
CLOSE_S = 1.0


class Pipeline:
    """Owns the shards of one worker and moves them on.

    Args:
        settings: of this worker.
        skew: microseconds that an event may lie after its record's own time.
        make: makes the empty shard of a partition number; it keeps notes where the settings keep state.

    Attributes:
        turns: who has the processor when.
    """

    def __init__(self, settings: Settings, skew: int, make: Callable[[int], Shard]) -> None:
        self.settings = settings
        self.counters = Counters()
        self.holdings = Holdings(settings.topics, make, self._dropped)
        self.app = PipelineApp(settings, self)
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.generation = -1
        self.joined = False
        self.letters = DeadLetters(settings)
        self.offsets = Offsets(self)
        self.opener = Opener(self)
        self.turns = Turns()
        self._skew = skew if settings.live else None
        self._idle = asyncio.Event()
        self._idle.set()
        self._runs = 0
        self._closing: set[asyncio.Task[None]] = set()

    # --- what Faust calls -------------------------------------------------------------------------------------------

    async def run(self, stream: Any) -> None:
        """Be the agent: apply one batch after the other."""
        async for event in stream.events():
            self._idle.clear()
            try:
                await self._on_batch(event.value)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, the worker must stop: Faust would skip the batch
                self.fail(error)
                return
            finally:
                self._idle.set()

    def on_marks(self, marks: Iterable[Mark]) -> None:
        """Note where partitions end and when the broker said so."""
        for (topic, partition), end, confirmed in marks:
            holding = self.holdings.get(partition)
            if holding is not None and holding.is_open:
                cursor = holding.cursors[topic]
                cursor.end, cursor.confirmed = end, confirmed

    async def on_revoked(self) -> None:
        """Suspend all shards and hand them over while these partitions are still this worker's."""
        self.counters.rebalances += bool(self.holdings)  # the first join revokes nothing
        await self.hand_over(HAND_OVER_S)

    async def hand_over(self, wait_s: float) -> None:
        """Suspend all shards, finish the batch in hand, and put everything on record."""
        until = monotonic() + wait_s
        self.holdings.revoke()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), wait_s / 2)
        left = until - monotonic()
        await asyncio.gather(*(held.ledger.settle(left) for held in self.holdings if held.ledger is not None))
        await self.offsets.commit(max(until - monotonic(), wait_s / 10))

    async def on_assigned(self, assigned: set[TP], generation: int) -> None:
        """Take over the shards of an assignment.

        Raises:
            TopicError: a partition number does not exist in every topic.
        """
        numbers = {tp.partition for tp in assigned}
        for topic in self.settings.topics:
            missing = sorted(numbers - {tp.partition for tp in assigned if tp.topic == topic})
            if missing:
                self.fail(TopicError(
                    f"{topic} has no partition {missing[0]}, but other source topics do; "
                    f"give all source topics equally many partitions"
                ))  # fmt: skip
                return
        if not self.joined:
            self.offsets.recorded_at = time.time()  # nothing is read yet
        # The group counts its assignments: where one is missed, another worker may have had these shards.
        in_doubt = self.settings.keeps_state and self.joined and generation != self.generation + 1
        self.generation, self.joined = generation, True
        self.holdings.assign(numbers, in_doubt=in_doubt)

    async def read_on(self) -> None:
        """Seek the resumed shards to where they stand, and have the new ones opened."""
        run = self.next_run()
        positions: dict[TP, int] = {}
        for holding in self.holdings.open():
            holding.run = run
            positions |= {TP(cursor.topic, cursor.partition): cursor.position for cursor in holding.cursors.values()}
        await self.app.consumer.kafka.read_from(positions, self.generation, run)
        self.opener.look()

    def next_run(self) -> int:
        """Return the number of a reading that begins now: batches of an earlier one are let go."""
        self._runs += 1
        return self._runs

    def lose(self, holding: Holding, error: BaseException) -> None:
        """Drop a shard whose transaction failed and have it opened again; a refusal for good ends the worker."""
        if not isinstance(error, CommitError):
            self.fail(error)
            return
        if holding.is_open:
            log.warning("partition %d is opened again: %s", holding.number, error)
        self.holdings.replace(holding, monotonic())
        self.opener.look()

    def fail(self, error: BaseException) -> None:
        """Stop the worker; the first reason counts."""
        if not self.failed.done():
            self.failed.set_exception(error)

    # --- batches ----------------------------------------------------------------------------------------------------

    async def _on_batch(self, batch: Batch) -> None:
        topic, partition = batch.tp
        holding = self.holdings.get(partition)
        ledger = holding.ledger if holding is not None else None
        if holding is None or ledger is None or not holding.is_open or batch.run != holding.run:
            return
        cursor = holding.cursors[topic]
        records = batch.records
        if batch.start > cursor.position:
            raise BrokerError(
                f"{topic} partition {partition}: offsets {cursor.position} to {batch.start - 1} were never delivered; "
                f"this is a fault of Deskpulse, start the worker again"
            )
        if batch.start < cursor.position:
            records = [record for record in records if record.offset >= cursor.position]
        start = 0
        while start < len(records):
            await ledger.room()
            if not holding.is_open:
                break
            part = records[start : start + self.turns.slice]
            start += len(part)
            began = time.perf_counter_ns()
            bad = apply_records(holding.shard, cursor, part, self.counters, self._skew)
            cursor.position = part[-1].offset + 1
            ledger.note(len(part), bad)
            self.counters.busy_ns += time.perf_counter_ns() - began
            await self.turns.pause()
            if not holding.is_open:
                break
        else:
            cursor.position = max(cursor.position, batch.end)
        holding.unmoved += len(records)
        if holding.phase is Phase.READY or holding.unmoved >= UNSEEN:
            # Once a batch: a shard looks once at what many events have changed.
            began = time.perf_counter_ns()
            self.move(holding)
            self.counters.busy_ns += time.perf_counter_ns() - began
        await ledger.turn(cursor)
        if holding.settle():
            self.move(holding)
            self._ready(holding)

    def _ready(self, holding: Holding) -> None:
        ready, held = len(self.holdings.ready()), len(self.holdings)
        log.debug("partition %d is read to the end (%d of %d)", holding.number, ready, held)

    def _dropped(self, holding: Holding) -> None:
        self.counters.duplicates += holding.duplicates
        self.counters.late += holding.late
        self.counters.too_late += holding.too_late
        for left in (holding.ledger, self.opener.forget(holding)):
            if left is not None:
                self._close(left.close())
        holding.ledger = None  # it knows the holding
        self.dissolve(holding.shard)

    def dissolve(self, shard: Shard) -> None:
        """Free the memory of a shard that nobody uses any more, beside everything else."""
        self._close(_dissolved(shard))

    def _close(self, ending: Coroutine[Any, Any, None]) -> None:
        closing = asyncio.create_task(ending)
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    # --- time -------------------------------------------------------------------------------------------------------

    def move(self, holding: Holding) -> None:
        """Move a shard to what time it is for it now."""
        holding.unmoved = 0
        at = self._time_of(holding)
        if at is not None and at > holding.shard.now:
            holding.shard.advance(at)
            if holding.ledger is not None:
                holding.ledger.nudge()

    def _time_of(self, holding: Holding) -> int | None:
        cursors = holding.cursors.values()
        settings = self.settings
        if settings.live:
            return live_time(cursors, settings.wall(), monotonic(), settings.confirmed_s)
        if any(not held.is_open for held in self.holdings):
            return data_time(cursors, None)
        return data_time(cursors, newest_of_all(c for held in self.holdings for c in held.cursors.values()))

    async def keep_time(self) -> None:
        """Move every ready shard on, for ever: deadlines fire without events."""
        while True:
            began = time.perf_counter_ns()
            for holding in self.holdings.ready():
                self.move(holding)
                await asyncio.sleep(0)
            self.counters.busy_ns += time.perf_counter_ns() - began
            await asyncio.sleep(self._until_next())

    def _until_next(self) -> float:
        wait = TICK_S
        if self.settings.live:
            now = self.settings.wall()
            for holding in self.holdings.ready():
                if any(cursor.has_more for cursor in holding.cursors.values()):
                    continue  # its time is that of its events, and every batch moves it on
                timer = holding.shard.next_timer
                if timer is not None:
                    wait = min(wait, (timer - now) / 1_000_000 / self.settings.wall.speed)
        return max(wait, 0.02)

    # --- what is on record ------------------------------------------------------------------------------------------

    @property
    def committed_at_s(self) -> float:
        """Until when all that was read is on record in Kafka; 0.0 before the worker has joined."""
        if not self.settings.keeps_state or not self.joined:
            return self.offsets.recorded_at
        now = time.time()
        return min((holding.recorded(now) for holding in self.holdings), default=now)

    async def close(self) -> None:
        """Let go of all connections."""
        ledgers = [held.ledger.close() for held in self.holdings if held.ledger is not None]
        closing = {asyncio.ensure_future(ended) for ended in (self.letters.close(), *ledgers)}
        await asyncio.wait(closing | self._closing, timeout=CLOSE_S)


async def _dissolved(shard: Shard) -> None:
    for _ in shard.dissolve():
        await asyncio.sleep(0)
