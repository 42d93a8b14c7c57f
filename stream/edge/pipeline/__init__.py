"""Pipeline: Kafka's records through Faust into shards, and what a worker knows of itself."""

from stream.edge.pipeline.clock import WallClock
from stream.edge.pipeline.connection import Connection
from stream.edge.pipeline.logs import tame_logs
from stream.edge.pipeline.run import leave, run_worker
from stream.edge.pipeline.settings import Settings
from stream.edge.pipeline.topics import prepare_topics
from stream.edge.pipeline.view import Opening, Reading, WorkerState, WorkerView

__all__ = [
    "Connection",
    "Opening",
    "Reading",
    "Settings",
    "WallClock",
    "WorkerState",
    "WorkerView",
    "leave",
    "prepare_topics",
    "run_worker",
    "tame_logs",
]
