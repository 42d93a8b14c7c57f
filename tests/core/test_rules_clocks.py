"""Rules of a clock by itself, in corners that a change of one line would get wrong unseen."""

from __future__ import annotations

from stream.core.clocks import Clock
from tests.core.build import at, policy

TARGET = policy("clock: resolution, within: 4h").targets[0]


def test_a_clock_without_a_target_tells_that_it_stands() -> None:
    """From its start, and from where its target was taken away."""
    clock = Clock("resolution", 1, None, at("09:00"), standing=False, trace=True)
    clock.retarget(at("10:00"), TARGET, standing=False)
    clock.retarget(at("11:00"), None, standing=False)
    told = [(at("09:00"), "stopped", None), (at("10:00"), "open", TARGET), (at("11:00"), "stopped", None)]
    assert clock.marks == told
