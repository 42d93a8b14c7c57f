"""How a day goes: when customers come."""

from __future__ import annotations

from typing import Final

WEEKDAY: Final = (
    0.04, 0.03, 0.02, 0.02, 0.03, 0.06, 0.14, 0.35, 0.70, 0.95, 1.00, 0.98,
    0.82, 0.85, 0.95, 0.97, 0.88, 0.70, 0.50, 0.38, 0.30, 0.22, 0.14, 0.08,
)  # fmt: skip
"""Share of the busiest hour's customers at each full hour, 0 to 23 o'clock."""
WEEKEND: Final = 0.3
"""Share of a weekday's customers that comes on Saturday or Sunday."""
SATURDAY: Final = 5


def intensity(hours: float) -> float:
    """Return the share of the busiest hour's customers, 0 to 1.

    Args:
        hours: local time, hours since a Monday's midnight, 0 to 168.
    """
    day, hour = divmod(hours, 24.0)
    full = int(hour)
    share = WEEKDAY[full] + (WEEKDAY[(full + 1) % 24] - WEEKDAY[full]) * (hour - full)
    return share * WEEKEND if day >= SATURDAY else share
