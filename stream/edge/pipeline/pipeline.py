"""The pipeline of one worker: batches in, shards moved on, bad messages out; the one place where these meet."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError
from faust.types import TP

from stream.edge.pipeline.app import PipelineApp
from stream.edge.pipeline.apply import apply_records
from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.counters import Counters
from stream.edge.pipeline.deadletters import DeadLetters
from stream.edge.pipeline.holding import Holdings, Phase
from stream.edge.pipeline.shardtime import data_time, live_time, newest_of_all
from stream.errors import BrokerError, TopicError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stream.core.shard import Shard
    from stream.edge.pipeline.batch import Batch, Mark
    from stream.edge.pipeline.holding import Cursor, Holding
    from stream.edge.pipeline.settings import Settings

log = logging.getLogger("deskpulse.worker")

SLICE = 500
"""Records that are applied before anything else may run: a few milliseconds."""
UNSEEN = 50_000
"""Records after which a shard is moved on that nobody may see yet: often enough to let go of what ended long ago."""
TICK_S = 0.5
"""The longest time between two looks at the clock; a deadline must show within 2 s."""
COMMIT_S = 5.0
LOOK_UP_S = 15.0
HAND_OVER_S = 5.0
"""How long a revoke waits for the batch in hand and its dead letters; the group waits meanwhile."""


class Pipeline:
    """Owns the shards of one worker and moves them on.

    Args:
        settings: of this worker.
        skew: microseconds that an event may lie after its record's own time.
        make: makes the empty shard of a partition number.
    """

    def __init__(self, settings: Settings, skew: int, make: Callable[[int], Shard]) -> None:
        self.settings = settings
        self.counters = Counters()
        self.holdings = Holdings(settings.topics, make, self._dropped)
        self.app = PipelineApp(settings, self)
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.generation = -1
        self.joined = False
        self.committed_at_s = 0.0
        self._skew = skew if settings.live else None
        self._letters = DeadLetters(settings)
        self._idle = asyncio.Event()
        self._idle.set()
        self._to_open = asyncio.Event()
        self._committing = asyncio.Lock()

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
        """Suspend all shards, finish the batch in hand with its dead letters, and put its offsets on record."""
        self.holdings.revoke()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), wait_s)
        await self.commit(wait_s)

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
            self.committed_at_s = time.time()  # nothing is read yet
        self.generation, self.joined = generation, True
        self.holdings.assign(numbers)

    async def read_on(self) -> None:
        """Seek the resumed shards to where they stand, and have the new ones opened."""
        positions = {TP(c.topic, c.partition): c.position for h in self.holdings.open() for c in h.cursors.values()}
        await self.app.consumer.kafka.read_from(positions, self.generation)
        self._to_open.set()

    def fail(self, error: BaseException) -> None:
        """Stop the worker; the first reason counts."""
        if not self.failed.done():
            self.failed.set_exception(error)

    # --- batches ----------------------------------------------------------------------------------------------------

    async def _on_batch(self, batch: Batch) -> None:
        topic, partition = batch.tp
        holding = self.holdings.get(partition)
        if holding is None or not holding.is_open:
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
        bad = []
        for start in range(0, len(records), SLICE):
            part = records[start : start + SLICE]
            began = time.perf_counter_ns()
            bad += apply_records(holding.shard, cursor, part, self.counters, self._skew)
            cursor.position = part[-1].offset + 1
            self.counters.busy_ns += time.perf_counter_ns() - began
            await asyncio.sleep(0)
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
        await self._bury(cursor, bad)
        if holding.settle():
            self.move(holding)
            self._ready(holding)

    async def _bury(self, cursor: Cursor, bad: list[Any]) -> None:
        new = [item for item in bad if item.record.offset >= cursor.written_below]
        position = cursor.position
        if new:
            await self._letters.write(new)
            cursor.safe = position
            await self.commit()
        cursor.safe = position

    def _ready(self, holding: Holding) -> None:
        ready, held = len(self.holdings.ready()), len(self.holdings)
        log.debug("partition %d is read to the end (%d of %d)", holding.number, ready, held)

    def _dropped(self, shard: Shard) -> None:
        counts = shard.counts
        self.counters.duplicates += counts.duplicates
        self.counters.late += counts.late
        self.counters.too_late += counts.too_late

    # --- time -------------------------------------------------------------------------------------------------------

    def move(self, holding: Holding) -> None:
        """Move a shard to what time it is for it now."""
        holding.unmoved = 0
        at = self._time_of(holding)
        if at is not None and at > holding.shard.now:
            holding.shard.advance(at)

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

    # --- offsets ----------------------------------------------------------------------------------------------------

    async def keep_opening(self) -> None:
        """Open what an assignment brought, for ever; a broker that is away is asked again."""
        while True:
            await self._to_open.wait()
            self._to_open.clear()
            try:
                await asyncio.wait_for(self._open(), LOOK_UP_S)
            except (KafkaError, TimeoutError, AssertionError):
                # aiokafka asserts where an assignment went away meanwhile; the next one sets the event again.
                await asyncio.sleep(TICK_S)
                self._to_open.set()

    async def _open(self) -> None:
        new, generation = self.holdings.opening(), self.generation
        if not new:
            return
        kafka = self.app.consumer.kafka
        offsets = await kafka.look_up([TP(c.topic, c.partition) for h in new for c in h.cursors.values()])
        if generation != self.generation:
            return
        positions = {}
        # What was revoked meanwhile is opened again when it comes back.
        new = [holding for holding in new if holding.phase is Phase.OPENING]
        for holding in new:
            for cursor in holding.cursors.values():
                tp = TP(cursor.topic, cursor.partition)
                first, end, committed = offsets[tp]
                if committed > end:
                    log.warning(
                        "%s partition %d ends at %d, but %d was read once: it was made anew, so nothing of it is known",
                        *tp, end, committed,
                    )  # fmt: skip
                    committed = 0
                cursor.open(first, end, committed)
                positions[tp] = first
            holding.opened()
        if not new:
            return
        await kafka.read_from(positions, generation)
        total = sum(holding.progress()[1] for holding in new)
        log.info("%d partitions to read from the start: %d messages", len(new), total)

    async def keep_committing(self) -> None:
        """Put offsets on record now and then, for those who watch the group's lag."""
        while True:
            await asyncio.sleep(COMMIT_S)
            await self.commit()

    async def commit(self, wait_s: float = LOOK_UP_S) -> None:
        """Put on record what is read and whose dead letters are safe; never less than what is there already."""
        async with self._committing:
            began = time.time()
            cursors = [cursor for holding in self.holdings for cursor in holding.cursors.values()]
            moved = [cursor for cursor in cursors if cursor.safe > cursor.committed]
            offsets = {TP(cursor.topic, cursor.partition): cursor.safe for cursor in moved}
            if not offsets:
                if all(cursor.safe >= cursor.position for cursor in cursors):
                    self.committed_at_s = began
                return
            try:
                done = await asyncio.wait_for(self.app.consumer.kafka.commit_offsets(offsets), wait_s)
            except (KafkaError, TimeoutError) as error:
                log.debug("offsets are not on record yet: %r", error)
                return
            if done:
                self.committed_at_s = began
                for cursor in moved:
                    cursor.committed = max(cursor.committed, offsets[TP(cursor.topic, cursor.partition)])

    async def close(self) -> None:
        """Let go of the dead letters' connection."""
        await self._letters.close()
