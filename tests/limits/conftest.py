"""A broker behind a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.kafka import Cluster, Guarded, Way
from tests.limits.proxy import Proxy
from tests.pipeline.process import TOPICS


class Far(NamedTuple):
    """A cluster that tests reach at once, and workers by a proxy only."""

    cluster: Cluster
    proxy: Proxy


@pytest.fixture(scope="session")
def _far(kafka_way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    with Proxy() as proxy:
        listener = Guarded("FAR", {}, "PLAINTEXT", proxy.address)
        with Cluster(kafka_way, tmp_path_factory.mktemp("far"), guarded=[listener]) as cluster:
            (proxy.target,) = cluster.guarded["FAR"]
            yield Far(cluster, proxy)


@pytest.fixture
def far(_far: Far) -> Iterator[Far]:
    """A broker behind a proxy, with the source topics, 4 partitions each."""
    _far.cluster.clear()
    for topic in TOPICS:
        _far.cluster.create_topic(topic, 4)
    yield _far
    _far.proxy.delay_s = 0.0
    _far.proxy.unblock()
    _far.cluster.clear()
