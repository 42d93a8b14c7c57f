"""Days on which no shift starts: dates of the policy, and public holidays of countries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A country of the `holidays` library, and a state of it where its holidays differ."""

    country: str
    state: str | None = None


@dataclass(frozen=True)
class Holidays:
    """The holidays of one schedule, asked for a year at a time."""

    dates: frozenset[date] = field(default_factory=frozenset)
    regions: tuple[Region, ...] = ()

    def of(self, year: int) -> frozenset[date]:
        """Return the holidays of a year."""
        own = {day for day in self.dates if day.year == year}
        return frozenset(own.union(*(_public(region, year) for region in self.regions)))


@cache
def states(country: str) -> frozenset[str] | None:
    """Return the states that the library knows of a country; None where it does not know the country."""
    import holidays  # noqa: PLC0415  most policies name no country, and the library is large

    known = holidays.list_supported_countries().get(country)
    return None if known is None else frozenset(known)


@cache
def countries() -> frozenset[str]:
    """Return every country that the library knows, by its code."""
    import holidays  # noqa: PLC0415  as above

    return frozenset(holidays.list_supported_countries())


@cache
def _public(region: Region, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  as above

    found = holidays.country_holidays(region.country, subdiv=region.state, years=year, expand=False)
    return frozenset(found.keys())
