"""The reference of the policy file is complete and its examples are valid."""

from __future__ import annotations

import re

import pytest

from stream.core.policy import CLOCKS, FORMULAS, load_policy
from stream.core.policy.file import SECTIONS, Section
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "policy.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
OFFICE = "schedules: {office: {hours: {mon-fri: 8:00-17:00}}}\n"


@pytest.mark.parametrize("section", dict.fromkeys(SECTIONS.values()), ids=lambda section: section.__name__)
def test_every_key_is_described(section: type[Section]) -> None:
    """No key of the file is missing in the reference."""
    assert [key for key in section.model_fields if f"`{key}`" not in TEXT and f"{key}:" not in TEXT] == []


@pytest.mark.parametrize("word", [*CLOCKS, *FORMULAS])
def test_every_word_is_described(word: str) -> None:
    """No clock and no formula is missing in the reference."""
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split(":")[0])
def test_every_example_is_valid(example: str) -> None:
    """What the reference shows can be copied."""
    schedules = "" if example.startswith("schedules:") else OFFICE
    load_policy(f"version: 1\n{schedules}{example}", "docs/policy.md")
