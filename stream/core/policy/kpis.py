"""The figures that may have a band, by their keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from stream.core.formulas import KEYS
from stream.core.policy.fields import fault, nearest, shown
from stream.core.times import parse_duration, seconds


def _kpi(value: str) -> str:
    if value not in KEYS:
        raise fault(f"{value!r} is no figure; expected the key of one, such as csat", nearest(value, KEYS))
    return value


def _band_value(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(seconds(parse_duration(value)))
        except ValueError:
            pass
    raise fault(f"{shown(value)} is no bound; expected a number, or a duration such as 12h for a figure in seconds")


KpiName = Annotated[str, AfterValidator(_kpi)]
BandValue = Annotated[float, BeforeValidator(_band_value)]
"""A number in the figure's own unit; a duration is a number of seconds."""
