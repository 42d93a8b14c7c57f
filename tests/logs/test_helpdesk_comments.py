"""The help desk's first responses: human public replies only, as oracle.json counts them (its definition B)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from stream.core.figures import take_figures
from stream.core.policy import load_policy
from stream.core.times import SECOND
from tests.logs import Event, desk
from tests.logs.whole_logs import WholeLog, WholeLogs

POLICY = load_policy(
    """
version: 1
targets:
  - {clock: first_response, within: 4h}
windows: [500d]
max_groups: 200
""",
    "helpdesk",
)

OPENED_BY_STAFF = {"1005341", "1005514", "1006087", "1007794", "1009410"}
"""Issues whose opening comment has the role of an assignee."""


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the issues."""
    return json.loads((logs / "helpdesk_comments" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def helpdesk(whole: WholeLogs) -> WholeLog:
    """The log, read in order."""
    return whole["helpdesk_comments"]


def assert_first_responses(expected: Any, response: Any) -> None:
    """Demand number and sum to the second, and quantiles and the largest within 5 %."""
    stats = expected["stats"]
    assert (stats["n"], stats["sum"]) == (response.count, response.total / SECOND)
    for share in (0.5, 0.9, 0.95, 0.99):
        nearest = stats[f"p{share * 100:.0f}_nearest_rank"]
        assert nearest == pytest.approx((response.quantile(share) or 0) / SECOND, rel=0.05)
    assert stats["max"] == pytest.approx((response.maximum or 0) / SECOND, rel=0.05)


@pytest.mark.parametrize("way", desk.WAYS, ids=lambda way: way.name)
def test_first_response_is_exact(way: desk.Way, helpdesk: WholeLog, oracle: Any) -> None:
    """Number and sum are the oracle's, quantiles lie within 5 % of it, and no digit depends on how events arrive."""
    expected = oracle["first_response_seconds_B_excluding_auto_policy_comment"]
    shards = desk.run(POLICY, helpdesk.events, way)
    figures = desk.total(shards)
    assert oracle["issues"] == figures.counts["created"]
    assert_first_responses(expected, figures.durations["first_response"])
    live = take_figures(shards).live.values()
    assert expected["issues_without"] == sum(one.clocks["first_response"]["breaching"] for one in live if one.clocks)
    assert desk.plain(take_figures(desk.run(POLICY, helpdesk.events))) == desk.plain(take_figures(shards))


def told_otherwise(events: Iterable[Event], change: Callable[[Event], Event]) -> Any:
    """Return the first responses if the messages of the log were told otherwise."""
    changed = [change(event) if event["type"] == "ticket.message" else event for event in events]
    return desk.total(desk.run(POLICY, desk.decoded(changed))).durations["first_response"]


def test_what_a_bot_writes_is_no_response(helpdesk: WholeLog, oracle: Any) -> None:
    """The automatic text comes after 16 s in nearly every issue: taken for a human's reply it gives definition A."""

    def by_a_human(event: Event) -> Event:
        return {**event, "author": "agent"} if event["author"] == "bot" else event

    expected = oracle["first_response_seconds_A_any_public_non_reporter"]
    assert_first_responses(expected, told_otherwise(helpdesk.mapped(), by_a_human))
    assert 16 == expected["stats"]["p50_nearest_rank"]


def test_with_assignees_alone_as_agents_only_what_staff_opened_differs(helpdesk: WholeLog, oracle: Any) -> None:
    """Definition C takes the text with which staff opened five issues for their answer; all else is the oracle's."""

    def by_nobody(event: Event) -> Event:
        return event if event["role"] == "assignee" else {**event, "visibility": "internal"}

    stats = oracle["first_response_seconds_C_assignee_role_only"]["stats"]
    everybody = told_otherwise(helpdesk.mapped(), by_nobody)
    assert (stats["n"] - 2, stats["sum"] + 3_366_794) == (everybody.count, everybody.total / SECOND)
    by_customers = [event for event in helpdesk.mapped() if event.get("ticket_id") not in OPENED_BY_STAFF]
    others = told_otherwise(by_customers, by_nobody)
    # The five are 0 s each in the oracle.
    assert (stats["n"] - len(OPENED_BY_STAFF), stats["sum"]) == (others.count, others.total / SECOND)


def test_every_comment_is_a_message(helpdesk: WholeLog, oracle: Any) -> None:
    """Every comment but the one that opens its issue counts as a message, private and automatic ones too."""
    opening = oracle["first_reporter_comment_minus_created_seconds"]["n"]
    assert oracle["comments"] - opening == helpdesk.total["counts"]["messages"]


def test_every_comment_has_the_author_that_the_oracle_gives_it(helpdesk: WholeLog, oracle: Any) -> None:
    """Comments by role and visibility are the oracle's, less those that open an issue, and so are a customer's."""
    messages = [event for event in helpdesk.mapped() if event["type"] == "ticket.message"]
    found = Counter(f"{event['role']}|private={int(event['visibility'] == 'internal')}" for event in messages)
    # 359 issues have the comment that opens them in the log; five of these were written by staff.
    found.update({"reporter|private=0": 354, "assignee|private=0": 5})
    assert oracle["comments_by_role_private"] == dict(found)
    authors = Counter(event["author"] for event in messages)
    assert oracle["customer_replies"]["count"] == authors["customer"]
    # One automatic text is private, so it is no answer whoever wrote it.
    assert oracle["auto_policy_comments"]["count"] - 1 == authors["bot"]


def test_the_manager_s_grades_are_exact(helpdesk: WholeLog, oracle: Any) -> None:
    """Grades from 1 to 5 are counted, their mean is scaled to 0..1, and the share of 4 and 5 is what CSAT would be."""
    grades = oracle["manager_scores"]
    assert grades["rows_scored"] == helpdesk.total["counts"]["qa_answers"]
    assert (grades["Q3_mean"] - 1) / 4 == pytest.approx(helpdesk.total["kpis"]["qa_score"], abs=1e-6)
    assert helpdesk.total["kpis"]["csat"] is None
    surveys = [{**event, "kind": "csat"} for event in helpdesk.mapped() if event["type"] == "survey.answered"]
    told = desk.told(POLICY, desk.run(POLICY, desk.decoded(surveys)))["windows"][0]["total"]
    assert grades["rows_scored"] == told["counts"]["csat_answers"]
    assert grades["Q3_counts"]["4"] + grades["Q3_counts"]["5"] == told["counts"]["csat_satisfied"]
    assert grades["Q3_top2_box(>=4)_share"] == round(told["kpis"]["csat"], 6)
