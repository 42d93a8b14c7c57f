"""The group's offsets: on record now and then, for those who watch the group's lag. Nothing is read from them."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError
from faust.types import TP

if TYPE_CHECKING:
    from stream.edge.pipeline.pipeline import Pipeline

log = logging.getLogger("deskpulse.worker")

COMMIT_S = 5.0
ANSWER_S = 15.0


class Offsets:
    """Commits the offsets of a pipeline's shards.

    Attributes:
        recorded_at: until when all that was read is committed, seconds since the Unix epoch by the real clock.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.recorded_at = 0.0
        self._pipeline = pipeline
        self._one = asyncio.Lock()

    async def keep_committing(self) -> None:
        """Commit, for ever."""
        while True:
            await asyncio.sleep(COMMIT_S)
            await self.commit()

    async def commit(self, wait_s: float = ANSWER_S) -> None:
        """Put on record what is safe; never less than what is there already."""
        async with self._one:
            began = time.time()
            cursors = [cursor for holding in self._pipeline.holdings for cursor in holding.cursors.values()]
            moved = [cursor for cursor in cursors if cursor.safe > cursor.committed]
            offsets = {TP(cursor.topic, cursor.partition): cursor.safe for cursor in moved}
            if not offsets:
                if all(cursor.safe >= cursor.position for cursor in cursors):
                    self.recorded_at = began
                return
            try:
                done = await asyncio.wait_for(self._pipeline.app.consumer.kafka.commit_offsets(offsets), wait_s)
            except (KafkaError, TimeoutError) as error:
                log.debug("offsets are not on record yet: %r", error)
                return
            if done:
                self.recorded_at = began
                for cursor in moved:
                    cursor.committed = max(cursor.committed, offsets[TP(cursor.topic, cursor.partition)])
