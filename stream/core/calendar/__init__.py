"""Open hours and deadlines: the one room that knows when a support desk is open."""

from stream.core.calendar.holidays import Holidays, Region, countries, states
from stream.core.calendar.hours import Week, open_time_a_week, parse_days, parse_interval, week
from stream.core.calendar.open_hours import OpenHours
from stream.core.calendar.schedule import ALWAYS, Always, Schedule
from stream.core.calendar.zones import ZONES, zone

__all__ = [
    "ALWAYS",
    "ZONES",
    "Always",
    "Holidays",
    "OpenHours",
    "Region",
    "Schedule",
    "Week",
    "countries",
    "open_time_a_week",
    "parse_days",
    "parse_interval",
    "states",
    "week",
    "zone",
]
