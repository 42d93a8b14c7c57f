"""Quality: what customers say, and what was solved at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Panel

from stream.core.formulas import Unit
from stream.core.policy import Policy
from stream.tools.dashboards import palette
from stream.tools.dashboards.figures import OF_QUEUE as _Q
from stream.tools.dashboards.figures import by_queue, day, describe, formula, longest, recorded
from stream.tools.dashboards.page import Page
from stream.tools.dashboards.panels import (
    COUNT,
    RATIO,
    SCORE,
    Look,
    Query,
    lines_panel,
    looking,
    stat_panel,
    table_panel,
)


@dataclass(frozen=True, slots=True)
class _Figure:
    key: str
    title: str
    text: str


_FIGURES: Final = (
    _Figure("csat", "Happy customers (CSAT)", "Share of the customers who were satisfied."),
    _Figure("nps", "Would recommend us (NPS)", "From -100 to 100."),
    _Figure("ces", "Effort (CES)", "How hard we made it for the customer, from 1 to 7; low is good."),
    _Figure("first_contact_resolution", "Solved at once (FCR)", "Problems that took a single contact."),
    _Figure("reopen_rate", "Opened again", "Solvings that did not last."),
    _Figure("bot_resolution_rate", "Solved by the bot", "Contacts that needed no human."),
)
_MORE: Final = (
    _Figure("qa_score", "Graded quality (QA)", "What our own graders say."),
    _Figure("escalation_rate", "Escalated", "Share that went up a level."),
    _Figure("transfer_rate", "Moved on", "Share that went to another queue."),
)


def quality(policy: Policy) -> Page:
    """Return the dashboard of quality."""
    page = Page(
        "quality", "Deskpulse: Quality", "What customers say of us, and what was solved at once.", start="now-24h"
    )
    page.with_choices(("queue", "deskpulse_clocks"), default_window=day(policy).name)
    page.row(0, *[(4, _now(policy, figure)) for figure in _FIGURES], h=5)
    page.row(5, (12, _lines(policy, _FIGURES[0])), (12, _lines(policy, _FIGURES[3])))
    page.row(
        13,
        (8, _lines(policy, _FIGURES[4], whole=False)),
        (8, _lines(policy, _FIGURES[5])),
        (8, _lines(policy, _FIGURES[1])),
    )
    page.row(21, (24, _table(policy)), h=9)
    page.row(30, (12, _answers()), (12, _lines(policy, _FIGURES[2])))
    return page


def _look(policy: Policy, key: str) -> Look:
    look = RATIO if formula(key).unit is Unit.RATIO else SCORE
    return looking(look, band=palette.band_of(policy, key), nothing="nothing yet")


def _now(policy: Policy, figure: _Figure) -> Panel:
    text = describe(figure.key, figure.text)
    expr = f"max({recorded(figure.key, window='$window')})"
    return stat_panel(figure.title, text, _look(policy, figure.key), [Query(expr)])


def _lines(policy: Policy, figure: _Figure, *, whole: bool = True) -> Panel:
    """Return a figure over time; `whole`: on an axis up to its highest value, which hides what is always small."""
    queries = [Query(f"max({recorded(figure.key, window='$window')})", figure.title)]
    if figure.key in policy.bands:
        queries += [
            Query(f'max(kpi:deskpulse_band_{edge}:value{{kpi="{figure.key}"}})', name)
            for edge, name in (("good", "goal"), ("bad", "bad from here"))
        ]
    look = _look(policy, figure.key)
    return lines_panel(
        f"{figure.title} over time",
        describe(figure.key, figure.text),
        look if whole else looking(look, ceiling=None),
        queries,
    )


def _table(policy: Policy) -> Panel:
    window = longest(policy).name
    shown = [*_FIGURES, *_MORE]
    columns = {
        figure.title.split(" (", 1)[0]: (
            f"max by (queue) ({by_queue(policy, figure.key, window=window)})",
            looking(_look(policy, figure.key), nothing="-"),
        )
        for figure in shown
    }
    formulas = "; ".join(f"{figure.title}: {formula(figure.key).text}" for figure in shown)
    return table_panel(
        f"By queue, last {window}",
        f"Where quality is good, and where not.\n\nFormula: {formulas}.",
        columns,
        ("queue",),
    )


def _answers() -> Panel:
    kinds = ("csat", "nps", "ces", "qa")
    return lines_panel(
        "Answers to surveys",
        "How many answers the figures rest on: few answers say little.\n\nFormula: number of answers in the window.",
        COUNT,
        [Query(f'sum(deskpulse_window_{kind}_answers{{window="$window", {_Q}}})', kind.upper()) for kind in kinds],
    )
