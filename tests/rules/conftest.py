"""The committed rules."""

from __future__ import annotations

import pytest

from stream.core.policy import Policy, default_policy
from stream.tools.rules import RuleTables, make_tables
from tests.conftest import ROOT
from tests.rules.promtool import Groups, groups_of


@pytest.fixture(scope="session")
def default() -> Policy:
    """The default policy, of which the committed rules are made."""
    return default_policy()


@pytest.fixture(scope="session")
def tables(default: Policy) -> RuleTables:
    """Its rules, as rows."""
    return make_tables(default)


@pytest.fixture(scope="session")
def rules() -> Groups:
    """The committed rules, in the order in which they are evaluated."""
    folder = ROOT / "grafana/prometheus/rules"
    return groups_of([folder / name for name in ("recording.yml", "desk.yml", "monitor.yml")])
