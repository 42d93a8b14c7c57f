"""The figures that may have a band, by their keys."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from stream.core.policy.fields import fault, nearest, shown
from stream.core.times import parse_duration, seconds

KPIS: Final = (
    "first_response",
    "first_response_open",
    "next_response",
    "first_resolution",
    "full_resolution",
    "wait",
    "abandon_wait",
    "handle",
    "average_speed_of_answer_s",
    "average_handle_time_s",
    "sla_attainment",
    "service_level",
    "abandonment_rate",
    "volume_against_last_week",
    "channel_share",
    "first_contact_resolution",
    "reopen_rate",
    "resolution_rate",
    "escalation_rate",
    "transfer_rate",
    "chats_per_ticket",
    "bot_resolution_rate",
    "occupancy",
    "utilisation",
    "csat",
    "ces",
    "nps",
    "enps",
    "qa_score",
    "cost_per_resolution",
    "retention",
    "churn",
    "arpu",
    "clv",
    "recurring_revenue",
    "expansion_revenue",
    "contracted_revenue",
)


def _kpi(value: str) -> str:
    if value not in KPIS:
        raise fault(f"{value!r} is no figure; expected the key of one, such as csat", nearest(value, KPIS))
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
