"""The estimate of `deskpulse check`: how many series a policy will cost."""

from __future__ import annotations

from collections.abc import Iterator

from stream.core.events import Event
from stream.core.policy import Policy
from stream.edge.exposition import BUDGET, Estimate, estimate_series
from stream.edge.exposition.metric import Section
from stream.edge.exposition.names import every_name
from tests.core.build import chat, created, event, run, ticket
from tests.core.build import policy as policy_of
from tests.exposition.busy import answer, busy_policy, customer
from tests.exposition.scraped import scraped


def asked(subject: str) -> Iterator[Event]:
    """Yield an answer of every kind about a subject."""
    for kind in ("csat", "nps", "ces", "qa"):
        yield answer("09:08", kind, subject)


def mails(priority: str) -> Iterator[Event]:
    """Yield a ticket to which everything happens, and one that still waits for an answer."""
    of = {"ticket_id": f"T {priority}", "priority": priority}
    yield created("09:00", **of)
    for minute, author in ((1, "agent"), (2, "customer"), (3, "agent")):
        yield ticket("message", f"09:0{minute}", author=author, visibility="public", **of)
    yield ticket("status_changed", "09:04", status="solved", **of)
    yield created("09:00", ticket_id=f"U {priority}", priority=priority)
    yield created("08:00", ticket_id=f"W {priority}", priority=priority)
    yield from asked(f"T {priority}")


def chats() -> Iterator[Event]:
    """Yield a chat to which everything happens, one that is abandoned, one that still waits, one with the bot alone."""
    for chat_id in ("C1", "C2", "C3"):
        of = {"chat_id": chat_id, "queue": "billing"}
        yield chat("started", "09:00", channel="chat", handled_by="queue", **of)
        yield chat("queued", "08:59", **of)
    yield chat("accepted", "09:01", agent_id="a")
    for minute, author in ((2, "agent"), (3, "customer"), (4, "agent")):
        yield chat("message", f"09:0{minute}", author=author, visibility="public")
    yield chat("ended", "09:05")
    yield chat("abandoned", "09:01", chat_id="C2")
    yield chat("started", "08:00", channel="chat", handled_by="bot", chat_id="B1", queue="billing")
    yield chat("ended", "08:01", chat_id="B1", ended_by="customer")
    yield chat("started", "08:01", channel="chat", handled_by="queue", chat_id="C4", queue="billing")
    yield chat("queued", "08:01", chat_id="C4", queue="billing")
    yield chat("accepted", "08:01:10", chat_id="C4", agent_id="a")
    yield from asked("C1")


def people() -> Iterator[Event]:
    """Yield an agent's hour, an answer about the employer, a customer."""
    yield event("agent.state_changed", "09:00", agent_id="a", state="busy", queues=["billing"])
    yield answer("09:08", "enps", "a")
    yield customer("2026-03-01T09:00:00Z", "K1", status="active", plan_value=10)


def test_the_default_policy_is_within_the_budget(policy: Policy) -> None:
    """Twenty queues under the policy that ships cost less than 10,000 series."""
    estimate = estimate_series(policy)
    assert 20 == estimate.queues
    assert 0 < estimate.series < BUDGET
    assert not estimate.is_too_many


def test_it_is_what_a_scrape_has() -> None:
    """Where all that the estimate imagines of a queue has happened, it is the very number of series."""
    rules = policy_of("clock: first_response, within: 1h\nclock: resolution, within: 4h", windows="[24h]")
    events = [event for priority in ("low", "normal", "high", "urgent") for event in mails(priority)]
    series = scraped(rules, run(rules, [*events, *chats(), *people()], "09:10"))
    sections = {*Section} - {Section.PIPELINE, Section.WORKER}
    figures = {one for name in every_name() if name.section in sections for one in name.series}
    assert estimate_series(rules, queues=1).series == len([name for name, _ in series if name in figures])


def test_agents_cost_what_the_policy_allows() -> None:
    """Five series for each window, for each of the most agents and for all others together, and how many these are."""
    none, few = (estimate_series(busy_policy(agents=f"{{export: {export}, max: 7}}")) for export in ("false", "true"))
    assert 2 * 5 * (7 + 1) + 1 == few.series - none.series


def test_more_queues_windows_and_targets_cost_more(policy: Policy) -> None:
    """The estimate grows with everything that makes series."""
    assert estimate_series(policy, 40).series > 1.5 * estimate_series(policy, 20).series
    short, long = policy_of(windows="[1h]"), policy_of(windows="[1h, 24h]")
    assert estimate_series(short).series < estimate_series(long).series
    one, three = policy_of(group_by="[queue]"), policy_of()
    assert estimate_series(one).series < estimate_series(three).series / 1.4
    without, with_target = policy_of(), policy_of("clock: resolution, within: 4h")
    assert estimate_series(without).series < estimate_series(with_target).series


def test_queues_of_the_policy_count_where_they_are_more() -> None:
    """A policy that names thirty queues is estimated for thirty."""
    names = ", ".join(f"q{number}" for number in range(30))
    rules = policy_of(f"clock: resolution, match: {{queue: [{names}]}}, within: 4h")
    assert 30 == estimate_series(rules).queues


def test_too_many_is_told() -> None:
    """Beyond the budget is too many, the budget itself is not."""
    assert [False, True] == [Estimate(series, 20).is_too_many for series in (BUDGET, BUDGET + 1)]
