"""Exposition: the figures of a worker as Prometheus metrics."""

from stream.edge.exposition.collector import DeskpulseCollector
from stream.edge.exposition.estimate import BUDGET, Estimate, estimate_series
from stream.edge.exposition.snapshot import Snapshot
from stream.edge.exposition.text import negotiate

__all__ = ["BUDGET", "DeskpulseCollector", "Estimate", "Snapshot", "estimate_series", "negotiate"]
