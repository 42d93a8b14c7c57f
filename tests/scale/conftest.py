"""A desk that several workers share."""

from __future__ import annotations

import pytest

from tests.kafka import Cluster
from tests.pipeline.process import TOPICS, tickets
from tests.scale.crew import PARTITIONS


@pytest.fixture
def desk(kafka: Cluster, request: pytest.FixtureRequest) -> Cluster:
    """A cluster with the `TICKETS` of a test's module in all partitions."""
    for topic in TOPICS:
        kafka.create_topic(topic, PARTITIONS)
    kafka.produce("support.tickets", tickets(request.module.TICKETS))
    return kafka
