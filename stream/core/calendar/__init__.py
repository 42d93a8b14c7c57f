"""Open hours and deadlines: the one room that knows when a support desk is open."""

from stream.core.calendar.holidays import Holidays, Region
from stream.core.calendar.hours import Week, parse_days, parse_interval, week
from stream.core.calendar.open_hours import OpenHours
from stream.core.calendar.schedule import ALWAYS, Schedule
from stream.core.calendar.zones import ZONES, zone

__all__ = [
    "ALWAYS",
    "ZONES",
    "Holidays",
    "OpenHours",
    "Region",
    "Schedule",
    "Week",
    "parse_days",
    "parse_interval",
    "week",
    "zone",
]
