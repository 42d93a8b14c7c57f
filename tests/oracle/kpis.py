"""The formulas of the KPIs, over what a group or everybody counted in a window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.oracle.policy import Rules
from tests.oracle.times import HOUR, SECOND

CLOCKS = ["first_response", "next_response", "resolution", "ownership", "wait"]
MILLION = 1_000_000


def ratio(numerator: float, denominator: float) -> float | None:
    """Return a ratio; of nobody there is none."""
    return numerator / denominator if denominator else None


def service_level(n: Mapping[str, int]) -> dict[str, float | None]:
    """Return the six service levels; who was promised nothing is in none of them."""
    answered = n["answered"] - n["answered_without_target"]
    abandoned = n["abandoned"] - n["abandoned_without_target"]
    in_target, left_in_target, short = n["answered_in_target"], n["abandoned_in_target"], n["short_abandons"]
    return {
        "strict": ratio(in_target, answered + abandoned),
        "short_abandons_removed": ratio(in_target, answered + abandoned - short),
        "short_abandons_credited": ratio(in_target + short, answered + abandoned),
        "abandons_in_target_ignored": ratio(in_target, answered + abandoned - left_in_target),
        "abandons_in_target_positive": ratio(in_target + left_in_target, answered + abandoned),
        "answered_only": ratio(in_target, answered),
    }


def kpis(
    n: Counter[str],
    sums: Mapping[str, int],
    agents: Mapping[str, int],
    volume: Mapping[str, int] | None,
    rules: Rules,
) -> dict[str, Any]:
    """Return the KPIs of a group or of everybody.

    Args:
        n: how often each thing was counted.
        sums: the sums of durations in microseconds, and of shares in millionths.
        agents: microseconds by state.
        volume: arrivals of the last full hours and of those a week before.
        rules: for what an hour costs.
    """
    worked = agents["busy"] + agents["wrap_up"]
    present = sum(agents.values())
    arrived = n["created"] + n["offered"]
    cost = None if rules.agent_hour is None else present / HOUR * rules.agent_hour
    return {
        "service_level": service_level(n),
        "sla_attainment": {kind: ratio(n[f"met {kind}"], n[f"met {kind}"] + n[f"breached {kind}"]) for kind in CLOCKS},
        "average_speed_of_answer_s": ratio(sums["wait"] / SECOND, n["answered"]),
        "average_handle_time_s": ratio(sums["handle"] / SECOND, n["handle"]),
        "abandonment_rate": ratio(n["abandoned"], n["answered"] + n["abandoned"]),
        "volume_against_last_week": None if volume is None else ratio(volume["arrived"], volume["week_before"]),
        "first_contact_resolution": ratio(n["first_contact_resolved"], n["first_solved"] + n["handled"]),
        "reopen_rate": ratio(n["reopened"], n["solved"]),
        "resolution_rate": ratio(n["solved"], n["created"]),
        "escalation_rate": ratio(n["escalated"], arrived),
        "transfer_rate": ratio(n["transferred"], arrived),
        "chats_per_ticket": ratio(n["begun"], n["created"]),
        "bot_resolution_rate": ratio(n["bot_resolved"], n["bot_ended"] + n["bot_handed_over"]),
        "occupancy": ratio(worked, worked + agents["available"]),
        "utilisation": ratio(worked, present),
        "csat": ratio(n["csat_satisfied"], n["csat_answers"]),
        "ces": ratio(n["ces_answers"] + 6 * sums["ces_share"] / MILLION, n["ces_answers"]),
        "nps": ratio(100 * (n["nps_promoters"] - n["nps_detractors"]), n["nps_answers"]),
        "enps": ratio(100 * (n["enps_promoters"] - n["enps_detractors"]), n["enps_answers"]),
        "qa_score": ratio(sums["qa_share"] / MILLION, n["qa_answers"]),
        "cost_per_resolution": None if cost is None else ratio(cost, n["solved"]),
    }
