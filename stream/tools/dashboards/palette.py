"""What figures look like: colours that colour-blind people tell apart, and a word beside each colour.

The colours are those of Okabe and Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grafana_foundation_sdk.models import dashboard

from stream.core.policy import Band

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.policy import Policy

GOOD: Final = "#009E73"
FAIR: Final = "#E69F00"
BAD: Final = "#D55E00"
CALM: Final = "#56B4E9"
PLAIN: Final = "#0072B2"
VIOLET: Final = "#CC79A7"
YELLOW: Final = "#F0E442"
UNKNOWN: Final = "#8E8E8E"
UNSEEN: Final = VIOLET
"""Of what is not known because the monitor is blind: on the wall it means nothing else."""

CLEAR: Final = "transparent"

SERIES: Final = (PLAIN, FAIR, GOOD, VIOLET, CALM, BAD, YELLOW)
"""In the order in which the lines of a panel take them."""

NAMED: Final = {
    "available": GOOD,
    "busy": PLAIN,
    "wrap_up": CALM,
    "break": VIOLET,
    "broken": BAD,
    "breaching": BAD,
    "due soon": FAIR,
    "imminent": FAIR,
    "pending": PLAIN,
    "paused": UNKNOWN,
    "tickets unanswered": CALM,
}
"""Colours of lines by their name: of the states of agents and of clocks, so that what is bad is never green."""

BLIND: Final = -1_000_000.0
"""What a figure of the wall is while the monitor is blind; no figure of a desk is ever that low."""

_FAR: Final = 1e9
"""Grafana 9.4 takes an open end of a range for 0, so ranges end here."""

_WORDS: Final = {GOOD: "▲ good", FAIR: "◆ fair", BAD: "▼ bad", CALM: "● no goal"}


def steps(band: Band | None) -> list[dashboard.Threshold]:
    """Return the thresholds of a band, from the lowest; without one, a single colour that judges nothing."""
    return [dashboard.Threshold(color=colour, value=edge) for edge, colour in _edges(band)]


def words(band: Band | None) -> list[dashboard.ValueMapping]:
    """Return the mappings that say in a word and a sign where a value lies in a band."""
    edges = [*_edges(band)]
    found = [dashboard.RangeMap(dashboard.DashboardRangeMapOptions(BLIND, BLIND, _result("■ blind", UNSEEN, 0)))]
    for place, (edge, colour) in enumerate(edges):
        # Of two ranges that share an edge the first that is listed counts, so they are listed from the top.
        lower = -_FAR if edge is None else edge
        upper = _FAR if place + 1 == len(edges) else edges[place + 1][0]
        options = dashboard.DashboardRangeMapOptions(lower, upper, _result(_WORDS[colour], colour, len(edges) - place))
        found.insert(1, dashboard.RangeMap(options))
    return [*found]


def blind_mapping() -> list[dashboard.ValueMapping]:
    """Return the mapping that shows a masked figure as a word instead of a number."""
    return [dashboard.RangeMap(dashboard.DashboardRangeMapOptions(BLIND, BLIND, _result("■ blind", UNSEEN, 0)))]


def absent(text: str, colour: str) -> dashboard.ValueMapping:
    """Return the mapping that gives a missing value a colour of its own: without it, it has that of the lowest."""
    match = dashboard.SpecialValueMatch.NULL_AND_NAN
    return dashboard.SpecialValueMap(dashboard.DashboardSpecialValueMapOptions(match, _result(text, colour, 9)))


def said(texts: Iterable[tuple[float, str, str]]) -> list[dashboard.ValueMapping]:
    """Return mappings of single values: each with what is shown and its colour."""
    table = {f"{value:g}": _result(text, colour, place) for place, (value, text, colour) in enumerate(texts)}
    return [dashboard.ValueMap(table)]


def band_of(policy: Policy, key: str, clock: str = "") -> Band | None:
    """Return the band of a figure: the policy's own, else that of the objectives of its targets.

    At or above the highest objective of any target all are met, below the lowest none is.
    """
    told = policy.bands.get(key)
    objectives = [target.objective for target in policy.targets if target.clock == clock]
    if told is not None or not objectives:
        return told
    return Band(good=max(objectives), bad=min(objectives))


def wait_band(policy: Policy) -> Band | None:
    """Return the band of a wait that still goes on: good within the shortest target, bad beyond the longest."""
    told = policy.bands.get("wait")
    within = [target.within / 1_000_000 for target in policy.targets if target.clock == "wait"]
    return told if told is not None or not within else Band(good=min(within), bad=max(within))


def _edges(band: Band | None) -> list[tuple[float | None, str]]:
    """Return where each colour begins; the first has no beginning."""
    if band is None:
        return [(None, CALM)]
    if band.good > band.bad:
        return [(None, BAD), (band.bad, FAIR), (band.good, GOOD)]
    if band.good < band.bad:
        return [(None, GOOD), (band.good, FAIR), (band.bad, BAD)]
    return [(None, BAD), (band.good, GOOD)]


def _result(text: str, colour: str, index: int) -> dashboard.ValueMappingResult:
    return dashboard.ValueMappingResult(text=text, color=colour, index=index)
