"""One demo and one Prometheus for all tests of this room; both end with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.prometheus.client import Prometheus
from tests.prometheus.stack import stack


@pytest.fixture(scope="package")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has scraped a demo for long enough to have recorded all."""
    with stack(tmp_path_factory.mktemp("prometheus")) as running:
        yield running
