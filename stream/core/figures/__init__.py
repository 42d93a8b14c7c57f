"""Figures: the sum over shards, what formulas make of it, and the report of a replay."""

from stream.core.figures.kpis import kpis, parts, policy_numbers
from stream.core.figures.report import report
from stream.core.figures.tally import (
    CustomerTally,
    Duration,
    Figures,
    Labels,
    LiveTally,
    PersonTally,
    Tally,
    WindowTally,
    take_figures,
)

__all__ = [
    "CustomerTally",
    "Duration",
    "Figures",
    "Labels",
    "LiveTally",
    "PersonTally",
    "Tally",
    "WindowTally",
    "kpis",
    "parts",
    "policy_numbers",
    "report",
    "take_figures",
]
