"""What tests of a whole worker share."""

from __future__ import annotations

import pytest

from tests.kafka import Cluster
from tests.pipeline.process import TOPICS


@pytest.fixture
def topics(kafka: Cluster) -> Cluster:
    """Return a cluster with the source topics, 4 partitions each."""
    for topic in TOPICS:
        kafka.create_topic(topic, 4)
    return kafka
