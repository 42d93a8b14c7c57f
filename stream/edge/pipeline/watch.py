"""The pipeline as the rest of the worker sees it, and the few lines that it says of itself."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from stream.edge.pipeline.clock import monotonic
from stream.edge.pipeline.view import Opening, Reading, WorkerState
from stream.errors import BrokerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from stream.core.shard import Shard
    from stream.edge.pipeline.pipeline import Pipeline
    from stream.edge.pipeline.settings import Settings

log = logging.getLogger("deskpulse.worker")

WATCH_S = 0.5
PROGRESS_S = 5.0
AWAY_S = 2.0
"""How much later than its heartbeat a broker may answer before it counts as away."""

REMEDIES = {
    "GroupAuthorizationFailed": "allow this worker to read as that group",
    "InconsistentGroupProtocol": "another program is in that group: give this worker a --group of its own",
    "InvalidGroupId": "give it another --group",
    "InvalidSessionTimeout": "the broker has bounds for it: give another --session-timeout",
    "TopicAuthorizationFailed": "allow this worker to read the topic",
}
"""What helps against a refusal that no repetition will change."""


def refused(settings: Settings, error: BaseException) -> BrokerError:
    """Return what to tell a person of a refusal."""
    kind = type(error).__name__.removesuffix("Error")
    remedy = REMEDIES.get(kind, "start the worker again")
    return BrokerError(f"{settings.address} refuses this worker in group {settings.group!r} ({error!r}); {remedy}")


class Watch:
    """The `WorkerView` of a pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.expected = 0
        self._pipeline = pipeline
        self._started_at_s = time.time()
        self._absent = False
        self._unconnected_since: float | None = None
        self._stopping = False
        self._said = WorkerState.STARTING
        self._away_since: float | None = None
        self._progress_at = 0.0

    # --- what the worker tells it -----------------------------------------------------------------------------------

    def absent(self, *, absent: bool) -> None:
        """Note whether there is no broker to start with."""
        self._absent = absent

    def stopping(self) -> None:
        """The worker is about to end: nothing is shown any more."""
        self._stopping = True

    async def keep_watch(self) -> None:
        """Say what changed, for ever: a line when a broker goes and one when it is back, and progress at the start."""
        kafka = self._pipeline.app.consumer.kafka
        while True:
            if kafka.connected:
                self._unconnected_since = None
            elif self._unconnected_since is None:
                self._unconnected_since = monotonic()
            self.expected = kafka.topic_partitions(self._pipeline.settings.topics[0]) or self.expected
            self._say(self.state)
            trouble = kafka.trouble
            if trouble is not None:
                self._pipeline.fail(refused(self._pipeline.settings, trouble))
            await asyncio.sleep(WATCH_S)

    def _say(self, state: WorkerState) -> None:
        address = self._pipeline.settings.address
        now = monotonic()
        if state is WorkerState.WAITING_FOR_BROKER and self._away_since is None:
            self._away_since = now
            log.warning("no answer from %s; figures stand still until it is back", address)
        elif state is not WorkerState.WAITING_FOR_BROKER and self._away_since is not None:
            log.info("%s answers again after %.0f s", address, now - self._away_since)
            self._away_since = None
        if state is WorkerState.REBALANCING and self._said is not WorkerState.REBALANCING:
            log.info("the group is sharing out its partitions")
        if state is WorkerState.RUNNING and self._said is not WorkerState.RUNNING:
            log.info("ready: %d of %d partitions", self.partitions_ready, self.expected)
        if state is WorkerState.STARTING and now - self._progress_at >= PROGRESS_S:
            self._progress_at = now
            read, of = self._pipeline.holdings.progress()
            if of:
                doing = "catching up" if all(holding.is_open for holding in self._pipeline.holdings) else "recovering"
                log.info("%s: %s of %s records (%.0f %%)", doing, f"{read:,}", f"{of:,}", 100 * read / of)
        self._said = state

    # --- WorkerView -------------------------------------------------------------------------------------------------

    @property
    def state(self) -> WorkerState:
        """What the worker is doing."""
        pipeline = self._pipeline
        if self._stopping:
            return WorkerState.STOPPING
        if self._is_away():
            return WorkerState.WAITING_FOR_BROKER
        if not pipeline.joined:
            return WorkerState.STARTING
        # Who slept past its session shows nothing, even where a broker still hands it records: it has to join again.
        if pipeline.app.rebalancing or not self._is_member():
            return WorkerState.REBALANCING
        if len(pipeline.holdings.ready()) < len(pipeline.holdings):
            return WorkerState.STARTING
        return WorkerState.RUNNING

    def _is_away(self) -> bool:
        pipeline = self._pipeline
        now = monotonic()
        if self._absent or (self._unconnected_since is not None and now - self._unconnected_since > AWAY_S):
            return True
        if not pipeline.joined or pipeline.app.rebalancing:
            return False  # there are no heartbeats while the group waits for others
        confirmed = max((c.confirmed for h in pipeline.holdings for c in h.cursors.values()), default=float("-inf"))
        return now - max(pipeline.app.consumer.kafka.heard, confirmed) > pipeline.settings.heartbeat_s + AWAY_S

    def _is_member(self) -> bool:
        pipeline = self._pipeline
        if not pipeline.joined or self._stopping:
            return False
        return monotonic() - pipeline.app.consumer.kafka.heard < pipeline.settings.session_timeout_s

    @property
    def clock(self) -> str:
        """`live` or `data`."""
        return "live" if self._pipeline.settings.live else "data"

    @property
    def partitions_expected(self) -> int:
        """Partitions that all workers of the group together must hold."""
        return self.expected

    @property
    def partitions_assigned(self) -> int:
        """Partitions that the group gave to this worker."""
        return len(self._pipeline.holdings)

    @property
    def partitions_ready(self) -> int:
        """Shards that are shown now."""
        return len(self.shards())

    def attended(self) -> AbstractContextManager[None]:
        """While it lasts, somebody waits for an answer."""
        return self._pipeline.turns.attended()

    def shards(self) -> Sequence[Shard]:
        """Shards that may be shown, in order of number, each at its time of now."""
        if not self._is_member():
            return []
        ready = self._pipeline.holdings.ready()
        for holding in ready:
            # Who sees that all is read sees the figures of all that was read, whenever the timer comes round.
            self._pipeline.move(holding)
        return [holding.shard for holding in ready]

    def readings(self) -> Sequence[Reading]:
        """How far each partition of each topic is read."""
        return [
            Reading(c.topic, c.partition, c.position, c.end)
            for holding in self._pipeline.holdings
            for c in holding.cursors.values()
        ]

    def openings(self) -> Sequence[Opening]:
        """Shards that are not ready yet."""
        ready = {holding.number for holding in self._pipeline.holdings.ready()}
        return [Opening(h.number, *h.progress()) for h in self._pipeline.holdings if h.number not in ready]

    @property
    def recovered_ratio(self) -> float:
        """Share that is read of what all shards had when they were opened."""
        read, of = self._pipeline.holdings.progress()
        return read / of if of else 1.0

    def data_times(self) -> Mapping[int, int]:
        """Time of each shard that may be shown."""
        return {shard.number: shard.now for shard in self.shards()}

    def wall(self) -> int:
        """The clock on the wall."""
        return self._pipeline.settings.wall()

    @property
    def events_total(self) -> Mapping[tuple[str, str], int]:
        """Messages read, by (topic, type)."""
        return self._pipeline.counters.events

    @property
    def rejected_total(self) -> Mapping[tuple[str, str], int]:
        """Messages that were no events, by (topic, reason)."""
        return self._pipeline.counters.rejected

    @property
    def duplicates_total(self) -> int:
        """Events whose id was seen before."""
        return self._pipeline.counters.duplicates + sum(h.duplicates for h in self._pipeline.holdings)

    @property
    def late_total(self) -> int:
        """Events whose pane had left the longest window."""
        return self._pipeline.counters.late + sum(h.late for h in self._pipeline.holdings)

    @property
    def too_late_total(self) -> int:
        """Events older than what their subject still remembers."""
        return self._pipeline.counters.too_late + sum(h.too_late for h in self._pipeline.holdings)

    @property
    def missed_total(self) -> int:
        """Messages that were deleted before they were read."""
        return self._pipeline.counters.missed

    @property
    def busy_seconds_total(self) -> float:
        """Seconds spent decoding and applying."""
        return self._pipeline.counters.busy_ns / 1e9

    @property
    def committed_at_s(self) -> float:
        """Until when all that was read is on record in Kafka, by the real clock."""
        return self._pipeline.committed_at_s

    @property
    def started_at_s(self) -> float:
        """When the process started."""
        return self._started_at_s

    @property
    def last_events(self) -> Mapping[tuple[str, str], int]:
        """Newest `occurred_at` by (topic, source)."""
        return self._pipeline.counters.last_events

    @property
    def rebalances_total(self) -> int:
        """Times that the group took the partitions away."""
        return self._pipeline.counters.rebalances
