"""Logs are read once for all tests of this folder that follow one another, and then let go of: they take memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import Row, servicenow_incidents
from tests.logs.whole_logs import WholeLogs


@pytest.fixture(scope="package")
def whole(logs: Path) -> WholeLogs:
    """Every log, read in order by one shard; what a test does not ask for is never read."""
    return WholeLogs(logs)


@pytest.fixture(scope="package")
def incidents(logs: Path) -> dict[str, list[Row]]:
    """The rows of the log of incidents by incident, in the order of the file."""
    return servicenow_incidents.incidents(logs)
