"""What all tests share: a real Kafka, real logs, and the order of a run: quick tests first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

from tests.kafka import Cluster, Missing, Way, find_way

ROOT = Path(__file__).parents[1]

if not os.environ.get("CI"):  # where it is set, Hypothesis has a profile of its own: no deadline, no chance
    # How long one example takes says more of what else the machine does than of the code.
    hypothesis.settings.register_profile("deskpulse", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("deskpulse")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run quick tests first, then slow ones, then those that start Kafka.

    In two processes (`make test`) it is the other way round, so that both end at about the same time. One of them
    takes all tests with a Kafka: on two cores no two brokers run at a time, and what a test measures of time is not
    another one's doing. The rest goes by folder, since what is dear to make is made for a folder.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("kafka") is not None, item.get_closest_marker("slow") is not None

    items.sort(key=place)
    if config.getoption("loadgroup", default=False):
        for item in items:
            item.add_marker(pytest.mark.xdist_group("kafka" if place(item)[0] else item.path.parent.name))
        items.sort(key=place, reverse=True)


def leave_out(reason: str) -> NoReturn:
    """Skip the test that asks, for a reason that lies in the machine; fail it where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"CI is set, so nothing may be left out: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def kafka_way() -> Way:
    """How this machine runs an Apache Kafka; where it cannot, the test is left out."""
    try:
        return find_way()
    except Missing as missing:
        leave_out(str(missing))


@pytest.fixture(scope="session")
def _broker(kafka_way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(kafka_way, tmp_path_factory.mktemp("kafka")) as cluster:
        yield cluster


@pytest.fixture
def kafka(_broker: Cluster) -> Iterator[Cluster]:
    """A real Apache Kafka of one broker that runs and has no topics; a test may stop and start it."""
    _broker.clear()
    yield _broker
    _broker.clear()


@pytest.fixture(scope="session")
def logs() -> Path:
    """The folder of the real logs: $DESKPULSE_DATA, else ../shared/data beside the checkout."""
    folder = Path(os.environ.get("DESKPULSE_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        leave_out(f"the real logs are not at {folder}; DESKPULSE_DATA names another folder")
    return folder
