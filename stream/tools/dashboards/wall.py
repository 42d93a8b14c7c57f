"""The wall: what a team sees from five metres, on one screen without scrolling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from stream.core.policy import Band, Policy
from stream.tools.dashboards import palette
from stream.tools.dashboards.figures import (
    AGE,
    COMPLETE,
    SIGHT,
    day,
    describe,
    hour,
    named,
    promised,
    recorded,
    seen,
    seen_by,
)
from stream.tools.dashboards.page import AT_RISK, TO_QUEUE, Page
from stream.tools.dashboards.panels import (
    COUNT,
    RATIO,
    SECONDS,
    Look,
    Query,
    bars_panel,
    lines_panel,
    linked,
    looking,
    stat_panel,
)

ROWS: Final = 27
"""Rows of the grid that fit 1080 pixels in kiosk mode: 30 each, 8 between, 16 above and below."""

_POINTS: Final = 720
"""Of a spark line: one every five seconds of an hour, so that the figure is no older than what stands beside it."""

_FIGURES: Final = 6
_QUEUES: Final = 6
_NONE_IS_GOOD: Final = Band(good=0.5, bad=1)


@dataclass(frozen=True, slots=True)
class _Big:
    """One of the figures that a team remembers.

    Attributes:
        title: in words that a visitor understands.
        window: over which it is taken; empty: it is of this moment.
        text: what it means, with the formula.
        expr: gives one series without labels.
        goal: gives what it should be, in the same unit; empty: nobody said.
        look: unit and edges of the axis.
        band: colours and word.
    """

    title: str
    window: str
    text: str
    expr: str
    goal: str
    look: Look
    band: Band | None

    @property
    def heading(self) -> str:
        """Return the title with the window."""
        return f"{self.title}, last {self.window}" if self.window else self.title


def wall(policy: Policy) -> Page:
    """Return the wall of a policy."""
    text = "How the desk is doing now, to be read from five metres: open it with ?kiosk."
    page = Page("wall", "Deskpulse: Wall", text, start="now-1h", refresh="10s").as_wall()
    _sight(page)
    figures = list(islice(_figures(policy), _FIGURES))
    width = 24 // len(figures)
    for place, figure in enumerate(figures):
        _put(page, place * width, width, figure)
    _queues(page, policy)
    _trends(page, policy)
    return page


def _sight(page: Page) -> None:
    states = palette.said(((1, "● LIVE", palette.GOOD), (0, "■ BLIND: no figure is of now", palette.UNSEEN)))
    sight = stat_panel(
        "Can these figures be trusted?",
        "BLIND: partitions are missing, the data is old, or no worker answers; then no figure is shown.\n\n"
        f"Formula: {SIGHT}; 0 where no worker answers.",
        Look("none", mappings=states, nothing="■ BLIND: nothing is known", nothing_colour=palette.UNSEEN),
        [Query(f"max({SIGHT}) or vector(0)")],
        spark=False,
    )
    age = stat_panel(
        "Data age",
        "How old the figures are.\n\nFormula: clock of the worker - time of the figures of its slowest partition.",
        Look("s", colour=palette.PLAIN, nothing="■ no data", nothing_colour=palette.UNSEEN, decimals=0),
        [Query(f"round(clamp_min(max({AGE}), 0))")],
        spark=False,
    )
    complete = stat_panel(
        "Figures complete",
        "Below 100 % every sum is too small.\n\nFormula: partitions ready / partitions expected.",
        Look(
            "percentunit",
            band=Band(good=1, bad=1),
            nothing="■ no data",
            nothing_colour=palette.UNSEEN,
            decimals=0,
        ),
        [Query(f"max({COMPLETE})")],
        spark=False,
    )
    alerts = stat_panel(
        "Alerts that fire",
        "Alerts that call somebody or ask for work.\n\nFormula: firing alerts of the severities page and ticket.",
        Look("none", band=_NONE_IS_GOOD, decimals=0),
        [Query('count(ALERTS{service="deskpulse", alertstate="firing", severity=~"page|ticket"}) or vector(0)')],
        spark=False,
    )
    page.row(0, (12, sight), (4, age), (4, complete), (4, alerts), h=4)


def _put(page: Page, x: int, width: int, figure: _Big) -> None:
    masked = seen(figure.expr)
    shown = looking(figure.look, band=figure.band, mappings=palette.blind_mapping(), nothing="no figure")
    big = stat_panel(figure.heading, figure.text, shown, [Query(masked, figure.title)], name_size=26)
    page.put(x, 4, width, 7, big.max_data_points(_POINTS))
    goal = looking(figure.look, colour=palette.UNKNOWN, nothing="unknown" if figure.goal else "none", decimals=None)
    of = f"What “{figure.title}” should be, from the policy; of several targets the lowest."
    goal_text = f"{of}\n\nFormula: {figure.goal or 'none is given'}."
    half = width // 2
    # Without a goal the panel still stands there, and says so.
    asked = figure.goal or "vector(1) > 1"
    page.put(x, 11, half, 3, stat_panel("Goal", goal_text, goal, [Query(asked, instant=True)], spark=False))
    verdict = looking(figure.look, band=figure.band, mappings=palette.words(figure.band), nothing="no figure")
    verdict_text = (
        f"Where “{figure.title}” lies between the policy's good and bad.\n\nFormula: that of the figure above."
    )
    page.put(x + half, 11, width - half, 3, stat_panel("Verdict", verdict_text, verdict, [Query(masked)], spark=False))


def _figures(policy: Policy) -> Iterator[_Big]:
    """Yield the figures that this policy can show, the most important first."""
    now, today = hour(policy).name, day(policy).name
    formulas = Counter(target.formula for target in policy.targets if target.formula)
    if formulas:
        usual = formulas.most_common(1)[0][0]
        yield _Big(
            "Calls and chats in time",
            now,
            describe("service_level", f"Customers on the line who reached somebody in time, last {now}.", usual),
            f"max({recorded('service_level', window=now, formula=usual)})",
            f'max(formula:deskpulse_service_level_objective:ratio{{formula="{usual}"}})',
            RATIO,
            palette.band_of(policy, "service_level", "wait"),
        )
    for clock, title, window, what in (
        ("first_response", "First answers in time", now, "First answers that came in time"),
        ("resolution", "Solved in time", today, "Problems that were solved in time"),
    ):
        if promised(policy, clock):
            yield _Big(
                title,
                window,
                describe("sla_attainment", f"{what}, last {window}.", clock),
                f"max({recorded('sla_attainment', window=window, clock=clock)})",
                f'min(target:deskpulse_objective:ratio{{clock="{clock}"}})',
                RATIO,
                palette.band_of(policy, "sla_attainment", clock),
            )
    yield _Big(
        "Longest wait now",
        "",
        "How long the customer who waits longest on the line has waited.\n\n"
        "Formula: time of the figures - when the one who waits longest began to; 0 where nobody waits.",
        "max(desk:deskpulse_longest_wait:seconds) or vector(0)",
        'min(target:deskpulse_within:seconds{clock="wait"})' if promised(policy, "wait") else "",
        looking(SECONDS, decimals=0),
        palette.wait_band(policy),
    )
    yield _Big(
        "Promises broken now",
        "",
        "Customers who wait longer than we promised.\n\nFormula: number of open clocks whose deadline has passed.",
        'sum(queue_state:deskpulse_clocks:sum{state="breaching"})',
        "vector(0)",
        looking(COUNT, decimals=0),
        _NONE_IS_GOOD,
    )
    for key, title, what in (
        ("csat", "Happy customers", "Customers who were satisfied with us"),
        ("first_contact_resolution", "Solved at once", "Problems that took a single contact"),
        ("abandonment_rate", "Hung up", "Customers who gave up waiting"),
    ):
        yield _Big(
            title,
            today,
            describe(key, f"{what}, last {today}."),
            f"max({recorded(key, window=today)})",
            f'max(kpi:deskpulse_band_good:value{{kpi="{key}"}})' if key in policy.bands else "",
            RATIO,
            palette.band_of(policy, key),
        )


def _queues(page: Page, policy: Policy) -> None:
    blind = palette.blind_mapping()
    broken = _worst('sum by (queue) (queue_state:deskpulse_clocks:sum{state="breaching"})')
    # Where nobody waits there is no sample; with nothing behind it a bar fills the panel, as if that were all.
    nobody = "0 * queue:deskpulse_waiting_contacts:sum"
    waits = _worst(f"queue:deskpulse_longest_wait:seconds or on (queue) {nobody}")
    links = (("Its tickets at risk", AT_RISK), ("The queue", TO_QUEUE))
    page.put(0, 14, 8, 13, bars_panel(
        "Queues in trouble: promises broken",
        "The queues with the most customers who wait longer than we promised, the worst above.\n\n"
        "Formula: number of open clocks of the queue whose deadline has passed.",
        linked(looking(COUNT, band=_NONE_IS_GOOD, decimals=0, mappings=blind, nothing="no figure"), *links),
        [Query(broken, named(policy, "{{queue}}"), instant=True)], size=28,
    ))  # fmt: skip
    page.put(8, 14, 8, 13, bars_panel(
        "Queues in trouble: longest wait",
        "The queues whose customers wait longest on the line, the worst above.\n\n"
        "Formula: time of the figures - when the one who waits longest began to.",
        linked(looking(SECONDS, band=palette.wait_band(policy), mappings=blind, nothing="no figure"), *links),
        [Query(waits, named(policy, "{{queue}}"), instant=True)],
        size=28,
    ))  # fmt: skip


def _worst(expression: str) -> str:
    """Return the largest few, from the top."""
    masked = seen_by("queue", f"topk({_QUEUES}, {expression})")
    return f"sort_desc({masked})"


def _trends(page: Page, policy: Policy) -> None:
    now = hour(policy).name
    page.put(16, 14, 8, 7, lines_panel(
        "Who waits for us",
        "Customers on the line, tickets without an answer, and clocks that are due soon.\n\n"
        "Formula: numbers of now, added up over all queues.",
        COUNT,
        [
            Query("max(desk:deskpulse_waiting_contacts:sum)", "on the line"),
            Query("max(desk:deskpulse_unanswered_tickets:sum)", "tickets unanswered"),
            Query('sum(queue_state:deskpulse_clocks:sum{state="imminent"})', "due soon"),
        ],
    ))  # fmt: skip
    page.put(16, 21, 8, 6, lines_panel(
        f"What came and went, last {now}",
        f"Whether we keep up, in the last {now} at each moment.\n\nFormula: created + offered; solved + answered.",
        COUNT,
        [
            Query(f'sum({{__name__=~"deskpulse_window_(created|offered)", window="{now}"}})', "came"),
            Query(f'sum({{__name__=~"deskpulse_window_(solved|answered)", window="{now}"}})', "went"),
        ],
    ))  # fmt: skip
