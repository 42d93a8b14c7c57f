"""Clocks: one SLA timer with its deadline, pauses and outcome."""

from stream.core.clocks.clock import KINDS, NEVER, STATES, Clock

__all__ = ["KINDS", "NEVER", "STATES", "Clock"]
