"""The Faust app of a worker: one agent over all source topics, and nothing that Deskpulse does itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faust
from faust.app.base import BootStrategy
from faust.assignor.partition_assignor import PartitionAssignor
from faust.tables.manager import TableManager
from yarl import URL

from stream.edge.pipeline.transport import BatchConsumer, BatchTopic, BatchTransport

if TYPE_CHECKING:
    from stream.edge.pipeline.pipeline import Pipeline
    from stream.edge.pipeline.settings import Settings

QUEUED_BATCHES = 4
"""Batches that wait for the agent at most; what is beyond that waits at the broker."""


class ConsumerOnly(BootStrategy):
    """Start no producer and no web server: dead letters and metrics have their own."""

    enable_kafka_producer = False
    enable_web = False


class NoTables(TableManager):
    """Faust's tables, of which there are none: it would wait a second for some before it joins the group."""

    async def on_start(self) -> None:
        """Go on at once."""
        await self._update_channels()
        await self.recovery.start()


class PipelineApp(faust.App):
    """A Faust app with the batch transport, bound to one pipeline."""

    BootStrategy = ConsumerOnly
    consumer: BatchConsumer

    def __init__(self, settings: Settings, pipeline: Pipeline) -> None:
        self.settings = settings
        self.pipeline = pipeline
        super().__init__(
            settings.group,
            broker=f"kafka://{settings.brokers[0]}",  # the transport below takes the brokers from the settings
            datadir=".",  # nothing is written: there are no tables
            env_prefix="DESKPULSE_FAUST_",
            broker_session_timeout=settings.session_timeout_s,
            broker_request_timeout=settings.request_timeout_ms / 1_000,
            stream_buffer_maxsize=QUEUED_BATCHES,
            stream_recovery_delay=0.0,
            table_standby_replicas=0,
            TableManager=NoTables,
            topic_allow_declare=False,
            topic_disable_leader=True,
            web_enabled=False,
            web_tables_enabled=False,
            web_router_enabled=False,
        )
        self.transport = BatchTransport([URL(f"kafka://{settings.brokers[0]}")], self)
        self.assignor = PartitionAssignor(self, replicas=0)
        source = BatchTopic(
            self,
            topics=settings.topics,
            acks=False,  # offsets are committed by the pipeline, once their dead letters are safe
            key_serializer="raw",
            value_serializer="raw",
        )
        self.agent(source, name="pipeline", concurrency=1)(pipeline.run)

    def _create_directories(self) -> None:
        """Create none."""

    async def _on_agent_error(self, agent: Any, exc: BaseException) -> None:  # noqa: ARG002  Faust's signature
        # Faust would restart the agent and skip the batch; a batch that cannot be applied must stop the worker.
        self.pipeline.fail(exc)
