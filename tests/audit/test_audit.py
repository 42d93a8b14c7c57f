"""The audit tells a fault from an answer that nobody gave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.advisories import Unanswered, faults
from tests.audit.pins import pinned, unpinned

SKIPPED = {"name": "a", "skip_reason": "Dependency not found on PyPI and could not be audited: a (1)"}
CLEAN = {"name": "b", "version": "2", "vulns": []}
BAD = {
    "name": "c",
    "version": "3",
    "vulns": [
        {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3.1", "4"]},
        {"id": "PYSEC-2", "aliases": [], "fix_versions": []},
    ],
}


def answer(*packages: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of pip-audit."""
    return {"dependencies": list(packages), "fixes": []}


def test_an_advisory_is_a_fault_with_its_remedy() -> None:
    """Each names package, version, advisory and the versions that mend it."""
    expected = ["c 3 has PYSEC-1; mended in 3.1 or 4", "c 3 has PYSEC-2; mended in no version yet"]
    assert expected == faults(answer(CLEAN, BAD))
    assert [] == faults(answer(CLEAN))


def test_what_was_read_and_does_not_apply_can_be_left_out() -> None:
    """By any of its names; the others stay."""
    assert ["c 3 has PYSEC-2; mended in no version yet"] == faults(answer(BAD), ["CVE-1"])
    assert [] == faults(answer(BAD), ["PYSEC-1", "PYSEC-2"])


def test_a_version_that_nobody_knows_is_a_fault() -> None:
    """A service that knows the others and not this one says that the pin is wrong."""
    assert [f"a: {SKIPPED['skip_reason']}"] == faults(answer(SKIPPED, CLEAN))


def test_an_index_without_advisories_is_no_answer() -> None:
    """Everything skipped is not everything sound, whatever pip-audit says."""
    with pytest.raises(Unanswered, match="knows none of 2 packages"):
        faults(answer(SKIPPED, SKIPPED))


def test_an_installed_version_must_be_the_pinned_one() -> None:
    """Another version, or a package that nobody pinned, is a fault that names both."""
    pins = {"a": "1", "b": "2"}
    assert [] == unpinned([("a", "1")], pins)
    other, new = unpinned([("b", "3"), ("c", "4")], pins)
    assert "b 3 is installed, and 2 is pinned; " in other
    assert "c 4 is installed, and not pinned; " in new


def test_the_pins_are_read() -> None:
    """By the name that tools compare: in lower case, with hyphens."""
    assert {"prometheus-client", "pyyaml", "grafana-foundation-sdk"} <= pinned().keys()
