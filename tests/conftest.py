"""What all tests share: a real Kafka, real logs, and the order of a run: quick tests first."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest

from tests.kafka import Cluster, Missing, Way, find_way

ROOT = Path(__file__).parents[1]

if not os.environ.get("CI"):  # where it is set, Hypothesis has a profile of its own: no deadline, no chance
    # How long one example takes says more of what else the machine does than of the code.
    hypothesis.settings.register_profile("deskpulse", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("deskpulse")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run quick tests first, then slow ones, then those that start Kafka; in two processes the other way round."""
    items.sort(
        key=lambda item: (item.get_closest_marker("kafka") is not None, item.get_closest_marker("slow") is not None),
        reverse=hasattr(config, "workerinput"),
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all files with a Kafka to one process, and the others folder by folder to whoever is free.

    On two cores no two brokers run at a time, and what a test measures of time is not another one's doing. What is
    dear to make is made for a folder. The longest way, that of Kafka, comes first, so that both end at about one time.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Ways(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            file = ROOT / nodeid.partition("::")[0]
            return "kafka" if _has_kafka(file) else str(file.parent)

    return Ways(config, log)


@cache
def _has_kafka(file: Path) -> bool:
    return "mark.kafka" in file.read_text("utf-8")


def leave_out(reason: str) -> NoReturn:
    """Skip the test that asks, for a reason that lies in the machine; fail it where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"CI is set, so nothing may be left out: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    """Leave the collector as it was: a worker in the test's own process sets it up for objects without cycles."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Have nobody look for cycles: in a worker that would take seconds, so it is hardly ever done."""
    gc.disable()
    with pytest.MonkeyPatch.context() as patch:
        # What is tested may put the collector to rest for a while and wake it again.
        patch.setattr(gc, "enable", lambda: None)
        yield
    gc.enable()


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
