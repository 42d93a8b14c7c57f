"""Instants at which a zone changes its clock, drawn from any zone; hours are kept from 1970 on."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from stream.core.calendar import ZONES
from stream.core.times import SECOND, parse_rfc3339
from tests.calendar.tzif import listed

BEGIN = parse_rfc3339("1970-01-08T00:00:00Z")
END = parse_rfc3339("2045-01-01T00:00:00Z")
ODD = ("Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "Africa/Monrovia", "Asia/Gaza")


@cache
def _listed(name: str) -> tuple[int, ...]:
    return tuple(at * SECOND for at, _, _ in listed(name) if BEGIN < at * SECOND < END)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, int]:
    """Draw a zone, odd ones often, and an instant of a change of it; any second where it has none."""
    name = draw(st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(ZONES))))
    at = _listed(name)
    return name, draw(st.sampled_from(at)) if at else draw(st.integers(BEGIN // SECOND, END // SECOND)) * SECOND
