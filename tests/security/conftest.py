"""The broker with a guard, and a folder with what its clients need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka import Way
from tests.security.broker import PASSWORD, GuardedBroker


@pytest.fixture(scope="session")
def _guarded(kafka_way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    broker = GuardedBroker(kafka_way, tmp_path_factory.mktemp("guarded"))
    with broker.cluster:
        broker.enrol()
        yield broker


@pytest.fixture
def guarded(_guarded: GuardedBroker) -> Iterator[GuardedBroker]:
    """A broker with SASL, TLS and an authorizer, without topics and without rights of anybody but its owner."""
    _guarded.cluster.clear()
    _guarded.allow([])
    yield _guarded
    _guarded.cluster.clear()


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """The password of every user, with a line end as editors leave it."""
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path
