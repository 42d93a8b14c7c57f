"""Exposition: the figures of a worker as Prometheus metrics."""

from stream.edge.exposition.collector import DeskpulseCollector
from stream.edge.exposition.estimate import BUDGET, Estimate, estimate_series
from stream.edge.exposition.formats import negotiate
from stream.edge.exposition.snapshot import Snapshot

__all__ = ["BUDGET", "DeskpulseCollector", "Estimate", "Snapshot", "estimate_series", "negotiate"]
