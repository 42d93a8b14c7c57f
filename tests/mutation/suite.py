"""The fast suite: what a mutation run runs, and how much chance is in it (none)."""

from __future__ import annotations

import os

ROOMS = (
    "stream/core/clocks",
    "stream/core/calendar",
    "stream/core/windows",
    "stream/core/desk/subject.py",
    "stream/core/desk/case.py",
    "stream/core/desk/ticket.py",
    "stream/core/desk/contact.py",
)
"""What is broken where nothing else is asked for."""
TESTS = ("tests/calendar", "tests/core", "tests/oracle/test_recount.py")
LEFT_OUT = ("test_structs_agree_with_the_models", "test_open_time_over_every_kind", "test_every_change_of_every_zone")
"""Tests of what is not broken here, and two that take half a minute."""
ARGUMENTS = (*TESTS, "-q", "-s", "-p", "no:cacheprovider", "-k", " and ".join(f"not {name}" for name in LEFT_OUT))
DESKS = 90


class NoChance:
    """Plugin of pytest: Hypothesis draws a few examples, the same in each process, and looks for no simpler ones."""

    def __init__(self) -> None:
        os.environ["DESKPULSE_EXAMPLES"] = str(DESKS)

    def pytest_configure(self) -> None:
        """Choose the profile, after the tests' own and before the tests are imported."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "mutation", derandomize=True, database=None, max_examples=25, deadline=None, phases=phases
        )
        settings.load_profile("mutation")
