"""The table: replay, metrics, recording rules, dashboards and documentation are all made from these rows.

A figure is added by adding its row and its test.
"""

from __future__ import annotations

from typing import Final

from stream.core.formulas.formula import Better, Formula, Scope, Terms, Unit
from stream.core.windows.slots import DURATIONS

_ICMI: Final = "ICMI, the contact centre's usual definition"
_ZENDESK: Final = "Zendesk Explore, metrics of Support and Talk"
_GENESYS: Final = "Genesys Cloud, metric definitions"
_NPS: Final = "Reichheld, The One Number You Need to Grow, HBR 2003"
_CES: Final = "Dixon, Freeman, Toman: Stop Trying to Delight Your Customers, HBR 2010"
_REVENUE: Final = "the usual definition of subscription businesses"

_MILLION: Final = 1_000_000


def _plus(*names: str) -> Terms:
    return tuple((1, name) for name in names)


ARRIVED: Final = _plus("created", "offered")
"""Tickets and contacts that came."""

_ANSWERED: Final = ((1, "answered"), (-1, "answered_without_target"))
_REACHED: Final = (*_ANSWERED, (1, "abandoned"), (-1, "abandoned_without_target"))
_IN_TARGET: Final = _plus("answered_in_target")


def _service_level(member: str, text: str, numerator: Terms, denominator: Terms) -> Formula:
    return Formula("service_level", text, Unit.RATIO, Better.MORE, _GENESYS, numerator, denominator, member=member)


SERVICE_LEVELS: Final = (
    _service_level("strict", "answered in target / (answered + abandoned)", _IN_TARGET, _REACHED),
    _service_level(
        "short_abandons_removed",
        "answered in target / (answered + abandoned - short abandons)",
        _IN_TARGET,
        (*_REACHED, (-1, "short_abandons")),
    ),
    _service_level(
        "short_abandons_credited",
        "(answered in target + short abandons) / (answered + abandoned)",
        (*_IN_TARGET, (1, "short_abandons")),
        _REACHED,
    ),
    _service_level(
        "abandons_in_target_ignored",
        "answered in target / (answered + abandoned after target)",
        _IN_TARGET,
        (*_REACHED, (-1, "abandoned_in_target")),
    ),
    _service_level(
        "abandons_in_target_positive",
        "(answered + abandoned, both in target) / (answered + abandoned)",
        (*_IN_TARGET, (1, "abandoned_in_target")),
        _REACHED,
    ),
    _service_level("answered_only", "answered in target / answered", _IN_TARGET, _ANSWERED),
)
"""The six formulas of service level, by the name that a policy's `formula` takes."""

_CLOCKS: Final = ("first_response", "next_response", "resolution", "ownership", "wait")


def _attainment(clock: str) -> Formula:
    met, breached = f"{clock}_met", f"{clock}_breached"
    return Formula(
        "sla_attainment",
        f"clocks of {clock} that were met / (met + breached)",
        Unit.RATIO,
        Better.MORE,
        _ZENDESK,
        _plus(met),
        _plus(met, breached),
        member=clock,
    )


def _score(kind: str) -> Formula:
    return Formula(
        kind,
        "100 x (share of 9 to 10 - share of 0 to 6)",
        Unit.SCORE,
        Better.MORE,
        _NPS,
        ((1, f"{kind}_promoters"), (-1, f"{kind}_detractors")),
        _plus(f"{kind}_answers"),
        scale=100,
    )


_WORK: Final = _plus("busy_time", "wrap_up_time")
_READY: Final = (*_WORK, (1, "available_time"))
_PRESENT: Final = (*_READY, (1, "break_time"))


def _ratio(key: str, text: str, better: Better, source: str, numerator: Terms, denominator: Terms) -> Formula:
    return Formula(key, text, Unit.RATIO, better, source, numerator, denominator)


def _customers(
    key: str, text: str, unit: Unit, better: Better, numerator: Terms, denominator: Terms = (), *, per: int = 1
) -> Formula:
    return Formula(key, text, unit, better, _REVENUE, numerator, denominator, per=per, scope=Scope.PERIOD)


FORMULAS: Final = (
    *SERVICE_LEVELS,
    *map(_attainment, _CLOCKS),
    Formula(
        "average_speed_of_answer_s",
        "sum of the waits of the answered / answered",
        Unit.SECONDS,
        Better.LESS,
        _ICMI,
        _plus("wait_time"),
        _plus("answered"),
        per=_MILLION,
    ),
    Formula(
        "average_handle_time_s",
        "sum of the handle times / their number",
        Unit.SECONDS,
        Better.NEITHER,
        _ICMI,
        _plus("handle_time"),
        _plus("handle_count"),
        per=_MILLION,
    ),
    _ratio(
        "abandonment_rate",
        "abandoned / (answered + abandoned)",
        Better.LESS,
        _ICMI,
        _plus("abandoned"),
        _plus("answered", "abandoned"),
    ),
    _ratio(
        "volume_against_last_week",
        "(created + offered) of the window's last full hours / of the same hours 7 days before",
        Better.NEITHER,
        _ZENDESK,
        _plus("arrived_full_hours"),
        _plus("arrived_week_before"),
    ),
    _ratio(
        "first_contact_resolution",
        "tickets first solved with one public reply, contacts that ended after one leg / first solved + ended",
        Better.MORE,
        _ICMI,
        _plus("first_contact_resolved"),
        _plus("first_solved", "handled"),
    ),
    _ratio("reopen_rate", "reopened / solved", Better.LESS, _ZENDESK, _plus("reopened"), _plus("solved")),
    _ratio("resolution_rate", "solved / created", Better.MORE, _ZENDESK, _plus("solved"), _plus("created")),
    _ratio("escalation_rate", "escalated / (created + offered)", Better.LESS, _ICMI, _plus("escalated"), ARRIVED),
    _ratio("transfer_rate", "transferred / (created + offered)", Better.LESS, _GENESYS, _plus("transferred"), ARRIVED),
    _ratio(
        "chats_per_ticket",
        "contacts begun / tickets created",
        Better.NEITHER,
        _ZENDESK,
        _plus("begun"),
        _plus("created"),
    ),
    _ratio(
        "bot_resolution_rate",
        "ended with the bot, not unresolved / (ended with the bot + handed to a queue)",
        Better.MORE,
        _ZENDESK,
        _plus("bot_resolved"),
        _plus("bot_ended", "bot_handed_over"),
    ),
    _ratio("occupancy", "(busy + wrap-up) / (these + available)", Better.NEITHER, _ICMI, _WORK, _READY),
    _ratio("utilisation", "(busy + wrap-up) / all time not offline", Better.NEITHER, _ICMI, _WORK, _PRESENT),
    _ratio(
        "csat",
        "answers in the top two of five boxes / answers",
        Better.MORE,
        _ZENDESK,
        _plus("csat_satisfied"),
        _plus("csat_answers"),
    ),
    Formula(
        "ces",
        "mean effort, scaled to 1..7",
        Unit.SCORE,
        Better.LESS,
        _CES,
        _plus("ces_score"),
        _plus("ces_answers"),
        per=_MILLION,
    ),
    _score("nps"),
    _score("enps"),
    Formula(
        "qa_score",
        "mean of (score - min) / (max - min)",
        Unit.RATIO,
        Better.MORE,
        _ICMI,
        _plus("qa_score"),
        _plus("qa_answers"),
        per=_MILLION,
    ),
    Formula(
        "cost_per_resolution",
        "agents' hours not offline x the policy's cost of an hour / solved",
        Unit.CURRENCY,
        Better.LESS,
        _ICMI,
        _PRESENT,
        _plus("solved"),
        per=3_600 * _MILLION,
        rate="agent_hour",
    ),
    _customers(
        "retention",
        "(active at the end - new) / active at the start",
        Unit.RATIO,
        Better.MORE,
        ((1, "active"), (-1, "new")),
        _plus("at_start"),
    ),
    _customers("churn", "lost / active at the start", Unit.RATIO, Better.LESS, _plus("lost"), _plus("at_start")),
    _customers(
        "arpu",
        "revenue of the active / active",
        Unit.CURRENCY,
        Better.MORE,
        _plus("revenue"),
        _plus("active"),
        per=_MILLION,
    ),
    Formula(
        "lifespan",
        "periods that a customer stays: the policy's lifespan, else 1 / churn",
        Unit.PERIODS,
        Better.MORE,
        _REVENUE,
        _plus("at_start"),
        _plus("lost"),
        given="lifespan",
        inverse=True,
        scope=Scope.PERIOD,
    ),
    Formula(
        "clv",
        "arpu x lifespan",
        Unit.CURRENCY,
        Better.MORE,
        _REVENUE,
        _plus("revenue"),
        _plus("active"),
        per=_MILLION,
        times="lifespan",
        scope=Scope.PERIOD,
    ),
    *(
        _customers(key, text, Unit.CURRENCY, Better.MORE, _plus(key), per=_MILLION)
        for key, text in (
            ("recurring_revenue", "sum of the changes of plans of the kind recurring, or of none"),
            ("expansion_revenue", "sum of the changes of plans of the kind expansion"),
            ("contracted_revenue", "sum of the changes of plans of the kind contracted"),
        )
    ),
)
"""Every formula, in the order in which it is shown."""

BY_KEY: Final = {(row.key, row.member): row for row in FORMULAS}

KEYS: Final = (*DURATIONS, *dict.fromkeys(row.key for row in FORMULAS), "channel_share")
"""Every figure that may have a band: the durations, the formulas, and the shares."""
