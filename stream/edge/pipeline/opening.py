"""Opening what an assignment brought: fence and load its state, then read on where that stands."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError
from faust.types import TP

from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.commits import Transactions
from stream.edge.pipeline.holding import Phase
from stream.edge.pipeline.interpreter import collector_at_rest
from stream.edge.pipeline.letterbox import Letterbox
from stream.edge.store import Places, Writer, kind_of, load, sizes
from stream.errors import CommitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stream.edge.pipeline.batch import Offsets
    from stream.edge.pipeline.holding import Cursor, Holding
    from stream.edge.pipeline.pipeline import Pipeline

log = logging.getLogger("deskpulse.worker")

PAUSE_S = 0.5
LOOK_UP_S = 15.0
PASSING = (CommitError, KafkaError, OSError, TimeoutError)
"""What is tried again."""

Starts = dict[str, tuple[int, int | None]]
"""By topic, the offset to read on at, and the newest event time seen before it; the first offset where absent."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A shard that is in memory; `doubts` is what the holdings counted when its producer was started."""

    writer: Writer
    starts: Starts
    doubts: int


class Opener:
    """Opens the shards of a pipeline, those with state one after the other: memory is needed for one at a time."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._wanted = asyncio.Event()
        self._loaded: dict[Holding, Loaded] = {}

    def look(self) -> None:
        """There may be something to open."""
        self._wanted.set()

    def forget(self, holding: Holding) -> Writer | None:
        """Return the producer of a shard that was loaded and is not wanted any more."""
        loaded = self._loaded.pop(holding, None)
        return None if loaded is None else loaded.writer

    async def keep_opening(self) -> None:
        """Open what is to be opened, for ever; a broker that is away is asked again."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            opening = self._pipeline.holdings.opening()
            if self._pipeline.settings.keeps_state:
                await self._look_ahead(opening)
                outcomes = [await self._tried([holding]) for holding in opening]
            else:
                outcomes = [await self._tried(opening)] if opening else []
            if not all(outcomes):
                await asyncio.sleep(PAUSE_S)
                self._wanted.set()

    async def _look_ahead(self, opening: Sequence[Holding]) -> None:
        """Note how much there is to load, so that the progress is that of all."""
        new = [holding for holding in opening if holding.ledger is None]
        settings = self._pipeline.settings
        if len(new) > 1:
            try:
                found = await sizes(settings.options(), settings.state_topic, [holding.number for holding in new])
            except PASSING as error:
                log.debug("how much state there is cannot be told: %r", error)
            else:
                for holding in new:
                    holding.loaded = holding.loaded[0], found[holding.number]

    async def _tried(self, holdings: list[Holding]) -> bool:
        try:
            return await self._open(holdings)
        except PASSING as error:
            log.debug("partitions %s are not open yet: %r", [holding.number for holding in holdings], error)
            return False

    async def _open(self, holdings: list[Holding]) -> bool:
        pipeline = self._pipeline
        if not pipeline.settings.keeps_state:
            for holding in holdings:
                holding.ledger = Letterbox(pipeline.letters, pipeline.offsets.commit)
            await self._begin(holdings, [{} for _ in holdings])
            return True
        (holding,) = holdings
        if holding.phase is not Phase.OPENING:
            return True  # revoked meanwhile; the next assignment comes back to it
        if isinstance(holding.ledger, Transactions):
            return await self._prove(holding)
        if not await self._may_fence(holding):
            return False
        loaded = self._loaded.get(holding) or await self._load(holding)
        if loaded.doubts != pipeline.holdings.doubts:
            pipeline.lose(holding, CommitError("another worker may have had it while it was loaded"))
            return False
        if holding.phase is Phase.OPENING:
            await self._begin([holding], [loaded.starts])
        return True

    async def _may_fence(self, holding: Holding) -> bool:
        """Whether this worker still has the shard, as far as the group knows: else it would fence the rightful one."""
        kafka = self._pipeline.app.consumer.kafka
        if holding.lost_at is None:
            return monotonic() - kafka.heard < self._pipeline.settings.session_timeout_s
        await kafka.stop_reading([TP(cursor.topic, cursor.partition) for cursor in holding.cursors.values()])
        return kafka.heard > holding.lost_at

    async def _prove(self, holding: Holding) -> bool:
        ledger = holding.ledger
        if not isinstance(ledger, Transactions):
            return False
        try:
            await ledger.prove()
        except CommitError as error:
            self._pipeline.lose(holding, error)
            return False
        if holding.phase is Phase.OPENING:
            starts = {cursor.topic: (cursor.position, cursor.newest) for cursor in holding.cursors.values()}
            await self._begin([holding], [starts])
        return True

    async def _load(self, holding: Holding) -> Loaded:
        pipeline = self._pipeline
        settings, number, began = pipeline.settings, holding.number, time.monotonic()
        places = Places(settings.state_topic, settings.sla_topic, settings.dead_topic)
        writer = Writer(settings.options(), f"{settings.group}-{number}", places, number, settings.transaction_s)

        def told(read: int, of: int) -> None:
            if holding.phase is Phase.DROPPED:
                raise CommitError(f"partition {number} was taken away while it was loaded")
            holding.loaded = read, of

        doubts = pipeline.holdings.doubts
        try:
            await writer.start()
            with collector_at_rest():
                starts = await load(settings.options(), settings.state_topic, holding.shard, told)
        except BaseException as error:
            await writer.close()
            if holding.phase is Phase.DROPPED:
                pipeline.dissolve(holding.shard)  # it was filled further after it had been dropped
            if isinstance(error, PASSING):
                reason = str(error) if isinstance(error, CommitError) else kind_of(error)
                if holding.lost_at is None:
                    log.info("partition %d cannot be loaded now (%s); trying again", number, reason)
                pipeline.lose(holding, CommitError(reason))
            raise
        if holding.loaded[1]:
            took = time.monotonic() - began
            log.info("partition %d: %s records of state read in %.1f s", number, f"{holding.loaded[1]:,}", took)
        loaded = self._loaded[holding] = Loaded(writer, starts, doubts)
        return loaded

    async def _begin(self, holdings: Sequence[Holding], starts: Sequence[Starts]) -> None:
        async with asyncio.timeout(LOOK_UP_S):
            pipeline = self._pipeline
            generation, kafka = pipeline.generation, pipeline.app.consumer.kafka
            try:
                offsets = await kafka.look_up([TP(c.topic, c.partition) for h in holdings for c in h.cursors.values()])
            except AssertionError as error:
                # aiokafka asserts where an assignment went away meanwhile; the next one comes back to this.
                raise CommitError("these partitions are another worker's now") from error
            if generation != pipeline.generation:
                return
            run, positions, begun = pipeline.next_run(), {}, 0
            for holding, start in zip(holdings, starts, strict=True):
                if holding.phase is not Phase.OPENING:
                    continue
                for cursor in holding.cursors.values():
                    tp = TP(cursor.topic, cursor.partition)
                    self._place(cursor, offsets[tp], start)
                    positions[tp] = cursor.position
                loaded = self._loaded.pop(holding, None)
                if loaded is not None:
                    holding.ledger = Transactions(
                        holding, loaded.writer, pipeline.settings, pipeline.counters, pipeline.turns, pipeline.lose
                    )
                holding.run = run
                holding.opened()
                if holding.ledger is not None:
                    holding.ledger.nudge()
                begun += 1
            if begun:
                await kafka.read_from(positions, generation, run)
                total = sum(c.target - c.first for h in holdings for c in h.cursors.values())
                log.log(
                    logging.DEBUG if pipeline.settings.keeps_state else logging.INFO,
                    "%d partitions to read on: %d messages", begun, total,
                )  # fmt: skip

    def _place(self, cursor: Cursor, offsets: Offsets, starts: Mapping[str, tuple[int, int | None]]) -> None:
        first, end, committed = offsets
        at, newest = starts.get(cursor.topic, (first, None))
        if max(at, committed) > end:
            log.warning(
                "%s partition %d ends at %d, but %d was read once: it was made anew, so it is read from its start",
                cursor.topic, cursor.partition, end, max(at, committed),
            )  # fmt: skip
            at, newest, committed = first, None, 0
        elif at < first:
            log.error(
                "%s partition %d begins at %d, but only what is before %d was read: %d messages were deleted unread; "
                "keep messages of that topic for longer",
                cursor.topic, cursor.partition, first, at, first - at,
            )  # fmt: skip
            self._pipeline.counters.missed += first - at
            at = first
        cursor.open(at, end, committed, newest)
