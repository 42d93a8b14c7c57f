"""Agents, customers and answers: their seconds, their sums, and who is named."""

from __future__ import annotations

from typing import Any

import pytest

from stream.core.events import Event
from stream.core.figures import report, take_figures
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from tests.core.build import at, created, event, run, ticket
from tests.exposition.busy import answer, busy_events, busy_policy, customer, spread
from tests.exposition.scraped import Series, flat, pick, scraped
from tests.exposition.worker import StillWorker


def in_state(when: str, agent: str, state: str, *queues: str) -> Event:
    """Return an agent's change of state."""
    return event("agent.state_changed", when, agent_id=agent, state=state, queues=list(queues))


def solved_by(policy: Policy, *agents: str) -> Shard:
    """Return a shard in which each of these agents has solved a ticket."""
    events = []
    for number, agent in enumerate(agents):
        of = {"ticket_id": f"T{number}"}
        events += [created("09:00", agent_id=agent, **of), ticket("status_changed", "09:05", status="solved", **of)]
    return run(policy, events, "09:10")


@pytest.fixture(scope="module")
def policy() -> Policy:
    """A policy with an hour and a day, under which agents are exported."""
    return busy_policy()


@pytest.fixture(scope="module")
def series(policy: Policy) -> Series:
    """What a worker of three shards exports of a desk at which everything happens."""
    return scraped(policy, *spread(policy, busy_events(), 3))


@pytest.fixture(scope="module")
def told(policy: Policy) -> dict[str, Any]:
    """What `replay` says of the same desk."""
    shards = spread(policy, busy_events(), 3)
    return report(take_figures(shards), policy, shards[0].now, read={})


def test_seconds_of_agents_are_those_of_replay(series: Series, told: dict[str, Any]) -> None:
    """By queue, summed over its groups, and in all with everybody once, to the fraction of a second."""
    for window in told["windows"]:
        found = pick(series, "deskpulse_window_agent_seconds", window=window["window"])
        expected: dict[tuple[str, ...], float] = {}
        for row in window["groups"]:
            for state, spent in row["agents"].items():
                key = (row["queue"], state.removesuffix("_s"))
                expected[key] = expected.get(key, 0) + spent
        assert {key: value for key, value in expected.items() if value} == {k: v for k, v in found.items() if v}
        once = pick(series, "deskpulse_window_all_agent_seconds", window=window["window"])
        assert {(state.removesuffix("_s"),): spent for state, spent in window["total"]["agents"].items()} == once
    assert 599.5 == pick(series, "deskpulse_window_all_agent_seconds", window="1h", state="wrap_up")[()]


def test_an_agent_of_two_queues_counts_in_each_and_once() -> None:
    """The family without queues says how many people there are."""
    rules = busy_policy()
    shard = run(rules, [in_state("09:00", "a", "busy", "billing", "sales"), in_state("09:00", "b", "busy")], "09:10")
    found = scraped(rules, shard)
    assert {("billing",): 1, ("sales",): 1} == pick(found, "deskpulse_agents", state="busy")
    assert {(): 2} == pick(found, "deskpulse_all_agents", state="busy")
    assert {("billing",): 600, ("sales",): 600} == pick(
        found, "deskpulse_window_agent_seconds", state="busy", window="1h"
    )
    assert {(): 1200} == pick(found, "deskpulse_window_all_agent_seconds", state="busy", window="1h")


def test_a_queue_whose_agents_left_long_ago_shows_none() -> None:
    """While the longest window holds their time it shows zeros now, and after that nothing."""
    rules = busy_policy()
    shard = run(rules, [in_state("09:00", "a", "busy", "billing"), in_state("09:10", "a", "offline")], "12:00")
    found = scraped(rules, shard)
    assert {("billing",): 0} == pick(found, "deskpulse_agents", state="busy")
    assert {("billing",): 0} == pick(found, "deskpulse_window_agent_seconds", window="1h", state="busy")
    assert {("billing",): 600} == pick(found, "deskpulse_window_agent_seconds", window="24h", state="busy")
    shard.advance(at("2026-03-04T09:30:00Z"))
    later = scraped(rules, shard)
    assert not [name for name, _ in later if "agent_seconds" in name or name.endswith("agents")]


def test_customers_are_those_of_replay(series: Series, told: dict[str, Any]) -> None:
    """Counts, money in whole units of the currency, and its changes by kind."""
    for part in ("active", "at_start", "new", "lost", "revenue", "recurring_revenue", "expansion_revenue"):
        assert {(): told["customers"][part]} == pick(series, f"deskpulse_customers_{part}"), part
    assert {(): 210.5} == pick(series, "deskpulse_customers_revenue")
    assert {(): -10} == pick(series, "deskpulse_customers_contracted_revenue")


def test_what_nobody_was_asked_is_not_there() -> None:
    """One kind of survey in one queue shows this kind there; no customers, no agents, no family of theirs."""
    rules = busy_policy()
    found = scraped(rules, run(rules, [created("09:00"), answer("09:05", "csat", "T1", 3, 1, 5)], "09:10"))
    assert {("email", "billing"): 1} == pick(found, "deskpulse_window_csat_answers", window="1h")
    assert {("email", "billing"): 0} == pick(found, "deskpulse_window_csat_satisfied", window="1h")
    others = ("_nps_", "_ces_", "_qa_", "_bot_", "handled", "agent_seconds", "deskpulse_customers_active", "arrived")
    assert not [name for name, _ in found if any(other in name for other in others)]


def test_volume_is_of_windows_that_compare_hours() -> None:
    """A window below an hour or above a day has no full hours: no series there, rather than a 0."""
    rules = busy_policy(windows="[5m, 1h, 24h, 7d]")
    found = scraped(rules, run(rules, [created("09:00")], "10:30"))
    compared = pick(found, "deskpulse_window_arrived", queue="billing", channel="email")
    assert {("1h",): 1, ("24h",): 1} == compared


def test_a_lost_customer_is_there() -> None:
    """A desk whose only customer is gone has customers: all of them were lost."""
    rules = busy_policy()
    events = [
        customer("2026-01-01T00:00:00Z", "K", status="active", plan_value=1),
        customer("2026-03-02T08:00:00Z", "K", status="lost"),
    ]
    found = scraped(rules, run(rules, events, "09:00"))
    assert (0, 1, 1) == tuple(pick(found, f"deskpulse_customers_{part}")[()] for part in ("active", "at_start", "lost"))


def test_agents_are_named_only_where_the_policy_says_so(series: Series, told: dict[str, Any]) -> None:
    """With `export` each agent has what `replay` says; without, no series has an agent."""
    for window in told["windows"]:
        for attribute, key in (
            ("solved",) * 2,
            ("handled",) * 2,
            ("handle_seconds", "handle_s"),
            ("csat_answers",) * 2,
        ):
            expected = {(row["agent"],): row[key] for row in window["by_agent"]}
            assert expected == pick(series, f"deskpulse_window_agent_{attribute}", window=window["window"])
    assert {(): 0} == pick(series, "deskpulse_agents_folded")
    silent = busy_policy(agents="{export: false}")
    unnamed = scraped(silent, *spread(silent, busy_events(), 3))
    assert not [name for name, labels in unnamed if "agent" in dict(labels) or ("folded" in name and "agents" in name)]


def test_agents_beyond_the_cap_are_one() -> None:
    """The most agents have series of their own; what the rest did is that of `other`, and they are counted."""
    rules = busy_policy(agents="{export: true, max: 2}")
    found = scraped(rules, solved_by(rules, "c", "a", "b", "d", "d"))
    assert {("a",): 1, ("b",): 1, ("other",): 3} == pick(found, "deskpulse_window_agent_solved", window="1h")
    assert {(): 2} == pick(found, "deskpulse_agents_folded")


def test_an_agent_called_other_is_among_the_others() -> None:
    """No two series have the same labels, whatever agents are called."""
    rules = busy_policy(agents="{export: true, max: 2}")
    found = scraped(rules, solved_by(rules, "other", "a", "z", "zz"))
    assert {("a",): 1, ("other",): 2, ("z",): 1} == pick(found, "deskpulse_window_agent_solved", window="1h")
    assert {(): 2} == pick(found, "deskpulse_agents_folded")


def test_who_is_shown_stays() -> None:
    """A series does not break off because somebody else, whose name comes before, has done something."""
    rules = busy_policy(agents="{export: true, max: 1}")
    worker = StillWorker((solved_by(rules, "m"),))
    collector = DeskpulseCollector(worker, rules, with_process=False)
    assert {("m",): 1} == pick(flat(collector.collect()), "deskpulse_window_agent_solved", window="1h")
    worker.shown = (solved_by(rules, "m", "a"),)
    assert {("m",): 1, ("other",): 1} == pick(flat(collector.collect()), "deskpulse_window_agent_solved", window="1h")
    worker.shown = (solved_by(rules, "a"),)
    assert {("a",): 1} == pick(flat(collector.collect()), "deskpulse_window_agent_solved", window="1h")


def test_groups_without_queues_have_agents_all_the_same() -> None:
    """Where the policy groups by channel alone, agents have no label but their state."""
    rules = busy_policy(group_by="[channel]")
    found = scraped(rules, run(rules, [in_state("09:00", "a", "busy", "billing", "sales")], "09:10"))
    assert {(): 1} == pick(found, "deskpulse_agents", state="busy")
    assert {(): 600} == pick(found, "deskpulse_window_agent_seconds", window="1h", state="busy")


def test_numbers_of_the_policy_are_shown_where_it_has_them() -> None:
    """Cost, period, lifespan and bands; what the policy does not say is absent, never 0."""
    rules = busy_policy(customers="{period: 30d, lifespan: 45d}", bands="{wait: {good: 20s, bad: 1m}}")
    found = scraped(rules)
    assert {("EUR",): 32.5} == pick(found, "deskpulse_agent_hour_cost")
    assert {(): 1.5} == pick(found, "deskpulse_customers_lifespan_periods")
    assert {(): 30 * 86_400} == pick(found, "deskpulse_customers_period_seconds")
    assert {("good", "wait"): 20, ("bad", "wait"): 60} == pick(found, "deskpulse_kpi_band")
    silent = scraped(busy_policy(cost="{currency: EUR}", bands="{}"))
    absent = {"deskpulse_agent_hour_cost", "deskpulse_customers_lifespan_periods", "deskpulse_kpi_band"}
    assert not absent & {name for name, _ in silent}
