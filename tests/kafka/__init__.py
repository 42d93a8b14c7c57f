"""A real Apache Kafka for tests: `Cluster` with its brokers, `ways` to run one on this machine."""

from tests.kafka.cluster import Cluster, Guarded, Message, Record
from tests.kafka.ways import Missing, Way, find_way

__all__ = ["Cluster", "Guarded", "Message", "Missing", "Record", "Way", "find_way"]
