"""Figures: the sum over shards, the formulas made of it, and the report of a replay."""

from stream.core.figures.kpis import RATIOS, SERVICE_LEVELS, Ratio, kpis
from stream.core.figures.report import report
from stream.core.figures.tally import Duration, Figures, Labels, LiveTally, Tally, WindowTally, take_figures

__all__ = [
    "RATIOS",
    "SERVICE_LEVELS",
    "Duration",
    "Figures",
    "Labels",
    "LiveTally",
    "Ratio",
    "Tally",
    "WindowTally",
    "kpis",
    "report",
    "take_figures",
]
