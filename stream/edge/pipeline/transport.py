"""Faust's transport, made to carry batches: one Faust event per partition and fetch, its value the raw records.

Faust spends four asyncio tasks on a message; here it spends them on a fetch. Its consumer thread, rebalancing, streams
and agents stay as they are. Reading never starts where the group committed, but where the shards say, so Faust's own
commits, acknowledgements and seeks are not used.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import aiokafka
import faust
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage
from mode.threads import MethodQueue

from stream.edge.pipeline.batch import Batch, Fetch, Mark, Offsets
from stream.edge.pipeline.clock import monotonic
from stream.edge.store import at_most, raw_records

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from stream.edge.pipeline.app import PipelineApp

RETRY_S = 0.5
"""Pause between two attempts to reach a broker."""
LEAVE_S = 1.0


class BatchTopic(faust.Topic):
    """A topic whose events carry a batch as it is: nothing is decoded per message."""

    def _compile_decode(self) -> Any:  # Faust assigns `decode` here and expects nothing back
        create_event = self.app.create_event

        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG001  Faust's signature
            return create_event(None, message.value, None, message)

        self.decode = decode  # type: ignore[method-assign]
        return decode


class BatchThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread with aiokafka in it; what is said here runs on the thread's own loop."""

    heard: float = float("-inf")
    """When the group last confirmed this worker, seconds of the monotonic clock."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._reading: dict[TP, tuple[int, int]] = {}
        self._confirmed: dict[TP, tuple[int | None, float]] = {}

    @property
    def method_queue(self) -> MethodQueue:
        """Calls from the main loop; Faust's two workers are one too few when a commit and a look-up both wait."""
        if self._method_queue is None:
            self._method_queue = MethodQueue(num_workers=4, loop=self.thread_loop, beacon=self.beacon)
        return self._method_queue

    async def on_start(self) -> None:
        """Start aiokafka; a broker that went away since the topics were checked is waited for."""
        self.time_started = time.monotonic()
        while not self.should_stop:
            consumer = self._create_consumer(self.thread_loop)
            try:
                await consumer.start()
            except KafkaError:
                await consumer.stop()
                await asyncio.sleep(RETRY_S)
            else:
                self._consumer = consumer
                self._watch_heartbeats(consumer._coordinator)  # noqa: SLF001  aiokafka tells nobody of a heartbeat
                return

    async def on_thread_stop(self) -> None:
        """Leave the group; a broker that does not answer is not waited for."""
        await super(driver.AIOKafkaConsumerThread, self).on_thread_stop()
        if self._consumer is not None:
            await at_most(self._consumer.stop(), LEAVE_S)
            await at_most(self._consumer._client.close(), LEAVE_S / 2)  # noqa: SLF001  `stop` may not have come so far

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> Any:  # noqa: ARG002  Faust's signature
        app = cast("PipelineApp", self.app)
        settings = app.settings
        self._assignor = app.assignor
        return aiokafka.AIOKafkaConsumer(
            **settings.options(),
            client_id="deskpulse",
            group_id=settings.group,
            partition_assignment_strategy=[app.assignor],  # partition n of every topic goes to one worker, and stays
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=settings.fetch_wait_ms,
            fetch_max_bytes=settings.fetch_bytes,
            max_partition_fetch_bytes=settings.partition_fetch_bytes,
            session_timeout_ms=int(settings.session_timeout_s * 1_000),
            heartbeat_interval_ms=int(settings.heartbeat_s * 1_000),
            rebalance_timeout_ms=int(settings.rebalance_timeout_s * 1_000),
            request_timeout_ms=settings.request_timeout_ms,
            metadata_max_age_ms=30_000,
            max_poll_interval_ms=300_000,
        )

    def _watch_heartbeats(self, coordinator: Any) -> None:
        beat = coordinator._do_heartbeat  # noqa: SLF001

        async def watched() -> bool:
            asked = monotonic()
            confirmed: bool = await beat()
            if confirmed:
                self.heard = asked  # not when the answer is read: a process may be stopped in between
            elif coordinator.member_id == "":
                self.heard = float("-inf")  # the group has thrown this worker out
            return confirmed

        coordinator._do_heartbeat = watched  # noqa: SLF001

    @property
    def connected(self) -> bool:
        """There is a connection to some broker."""
        if self._consumer is None:
            return False
        return any(connection.connected() for connection in list(self._consumer._client._conns.values()))  # noqa: SLF001

    @property
    def trouble(self) -> Exception | None:
        """Why the group will not have this worker; aiokafka keeps it until somebody reads."""
        if self._consumer is None:
            return None
        return cast("Exception | None", self._consumer._coordinator._pending_exception)  # noqa: SLF001

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Hold everything back until the shards have said where to read on."""
        self.heard = monotonic()
        self._reading.clear()
        self._confirmed.clear()
        self._ensure_consumer().pause(*(TopicPartition(*tp) for tp in assigned))
        await super().on_partitions_assigned(assigned, generation_id)

    async def read_from(self, positions: Mapping[TP, int], generation: int, run: int) -> bool:
        """Begin to read; False where these partitions are no longer this worker's. Called from the main loop."""
        return cast("bool", await self.call_thread(self._read_from, positions, generation, run))

    async def _read_from(self, positions: Mapping[TP, int], generation: int, run: int) -> bool:
        consumer = self._ensure_consumer()
        if consumer._coordinator.generation != generation:  # noqa: SLF001
            return False
        for tp, offset in positions.items():
            partition = TopicPartition(*tp)
            try:
                consumer.seek(partition, offset)
                consumer.resume(partition)
            except IllegalStateError:
                return False
            self._reading[tp] = offset, run
        return True

    async def stop_reading(self, partitions: Collection[TP]) -> None:
        """Read them no further until `read_from`. Called from the main loop."""
        await self.call_thread(self._stop_reading, partitions)

    async def _stop_reading(self, partitions: Collection[TP]) -> None:
        for tp in partitions:
            if self._reading.pop(tp, None) is not None:
                with suppress(IllegalStateError):  # they are taken away, so they are not read anyway
                    self._ensure_consumer().pause(TopicPartition(*tp))

    async def look_up(self, partitions: Collection[TP]) -> dict[TP, Offsets]:
        """Ask the broker where partitions begin and end, and what the group committed. Called from the main loop.

        Raises:
            KafkaError: the broker is out of reach.
        """
        return cast("dict[TP, Offsets]", await self.call_thread(self._look_up, partitions))

    async def _look_up(self, partitions: Collection[TP]) -> dict[TP, Offsets]:
        consumer = self._ensure_consumer()
        wanted = [TopicPartition(*tp) for tp in partitions]
        first = await consumer.beginning_offsets(wanted)
        end = await consumer.end_offsets(wanted)
        committed = await consumer._coordinator.fetch_committed_offsets(wanted)  # noqa: SLF001  one request, not twenty
        return {
            TP(*tp): Offsets(first[tp], end[tp], max(0, committed[tp].offset) if tp in committed else 0)
            for tp in wanted
        }

    async def fetch(self, wait_s: float) -> Fetch:
        """Return what has arrived, waiting at most `wait_s` seconds for it. Called from the main loop."""
        return cast("Fetch", await self.call_thread(self._fetch, wait_s))

    async def _fetch(self, wait_s: float) -> Fetch:
        consumer = self._ensure_consumer()
        fetcher, subscriptions, coordinator = consumer._fetcher, consumer._subscription, consumer._coordinator  # noqa: SLF001
        if consumer._closed or fetcher._closed:  # noqa: SLF001
            raise ConsumerStoppedError
        with subscriptions.fetch_context():
            if not self._reading:
                await asyncio.sleep(wait_s)
                return Fetch(coordinator.generation, [], [])
            limit = cast("PipelineApp", self.app).settings.fetch_records
            drained = await raw_records(fetcher, self._reading, wait_s, limit)
        # No await from here on: positions, records and generation belong together.
        assignment = subscriptions.subscription.assignment
        if assignment is None or not assignment.active:
            return Fetch(coordinator.generation, [], [])
        batches, marks = [], []
        for tp, (start, run) in self._reading.items():
            state = assignment.state_value(tp)
            if state is None or not state.has_valid_position:
                continue
            if state.position != start:
                # Without records, too: markers of transactions take up offsets.
                batches.append(Batch(tp, drained.get(tp, []), start, state.position, run))
            if state.highwater is not None:
                marks.append(Mark(tp, self._end(state), self._confirmed_at(tp, state.timestamp)))
        for batch in batches:
            self._reading[batch.tp] = batch.end, batch.run
        return Fetch(coordinator.generation, batches, marks)

    @staticmethod
    def _end(state: Any) -> int:
        # What an open transaction has written is not there yet; a broker without transactions tells -1.
        return cast("int", state.highwater if state.lso is None or state.lso < 0 else state.lso)

    def _confirmed_at(self, tp: TP, answered_ms: int | None) -> float:
        seen, at = self._confirmed.get(tp, (None, float("-inf")))
        if answered_ms is not None and answered_ms != seen:
            # aiokafka stamps an answer, be it empty, with the wall clock; the age of the stamp is what counts.
            at = monotonic() - max(0.0, time.time() - answered_ms / 1_000)
            self._confirmed[tp] = answered_ms, at
        return at

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Put offsets on the group's record; False where the partitions are no longer this worker's.

        Raises:
            KafkaError: the broker refuses.
        """
        return cast("bool", await self.call_thread(self._commit_offsets, offsets))

    async def _commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        try:
            await self._ensure_consumer().commit(
                {TopicPartition(*tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
            )
        except (CommitFailedError, IllegalStateError):
            return False
        return True


class NoReadOffsets(dict[TP, int | None]):
    """Remembers nothing.

    Faust drops what lies before the last offset that it delivered, but notes that offset once more after a revoke: a
    partition that comes back and is read from its start would lose its first batches. The cursors know better.
    """

    def __getitem__(self, _tp: TP) -> int | None:
        return None

    def __setitem__(self, _tp: TP, _offset: int | None) -> None:
        pass


class BatchConsumer(driver.Consumer):
    """Faust's consumer; delivers batches, and leaves it to the pipeline where reading begins."""

    _thread: BatchThread

    def __post_init__(self) -> None:
        super().__post_init__()
        self._read_offset = NoReadOffsets()

    def _new_consumer_thread(self) -> BatchThread:
        return BatchThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def kafka(self) -> BatchThread:
        """The thread that talks to Kafka."""
        return self._thread

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109  Faust's signature
        """Yield one message per partition that has something new."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]  # mode names its own Event only
        app = cast("PipelineApp", self.app)
        fetch = await self._thread.fetch(min(timeout, 0.25))
        if not self.flow_active:
            # A fetch that a rebalance caught on its way ends behind it, with what was sought then, yet before the flow
            # goes on: to let go of it would leave a hole.
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]
        # A batch of before a rebalance is let go: its shard says anew where to read on, or another worker does.
        if self.should_stop or not self.flow_active or fetch.generation != app.consumer_generation_id:
            return
        app.pipeline.on_marks(fetch.marks)
        for batch in fetch.batches:
            if not self.flow_active:
                return
            yield batch.tp, self._message(batch, fetch.generation)

    def _message(self, batch: Batch, generation: int) -> ConsumerMessage:
        topic, partition = batch.tp
        return ConsumerMessage(
            topic, partition, batch.end, 0.0, 0, None, None, cast("Any", batch), None, 0, 0, batch.tp,
            generation_id=generation,
        )  # fmt: skip

    async def perform_seek(self) -> None:
        """Read on where the shards stand; Faust calls this once a rebalance is through."""
        await cast("PipelineApp", self.app).pipeline.read_on()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Stop the flow, then let the pipeline finish what it holds, while the partitions are still this worker's."""
        await super().on_partitions_revoked(revoked)
        await cast("PipelineApp", self.app).pipeline.on_revoked()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Tell the pipeline first, so that no event of the new assignment can come before its shards are there."""
        await cast("PipelineApp", self.app).pipeline.on_assigned(assigned, generation_id)
        await super().on_partitions_assigned(assigned, generation_id)

    def on_buffer_full(self, tp: TP) -> None:
        """Do nothing: a full queue holds the next fetch back, which is all that is needed."""

    def on_buffer_drop(self, tp: TP) -> None:
        """Do nothing, see `on_buffer_full`."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Do nothing: Faust compares two different clocks there; the pipeline watches its broker itself."""


class BatchTransport(driver.Transport):
    """The transport of `faust.transport.drivers.aiokafka` with batches."""

    Consumer = BatchConsumer
