"""What is exported is what the core counted: no more, no less, and to be added over workers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from stream.core.figures import report, take_figures
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.core.times import parse_rfc3339, seconds
from stream.core.windows import slots
from stream.edge.exposition.families import CONTACT_COUNTS, SHARED_COUNTS, TICKET_COUNTS
from stream.edge.exposition.names import COUNTS, DURATIONS, WITH_BOUNDS
from stream.edge.exposition.render import render_shards
from stream.edge.exposition.text import bound_text
from tests.core.build import at, chat, created, message, run, status, ticket
from tests.core.build import policy as policy_of
from tests.exposition.scraped import Series, pick, scraped

LABELS = ("channel", "priority", "queue")
OLDEST = {"deskpulse_oldest_unanswered_timestamp_seconds", "deskpulse_oldest_waiting_timestamp_seconds"}


@pytest.fixture(scope="module")
def series(policy: Policy, desk: tuple[Shard, ...]) -> Series:
    """Everything that a worker of the whole desk exports."""
    return scraped(policy, *desk)


@pytest.fixture(scope="module")
def reported(policy: Policy, desk: tuple[Shard, ...]) -> dict[str, Any]:
    """What `replay` reports of the same desk."""
    return report(take_figures(desk), policy, desk[0].now, read={})


def group_of(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the label values of a reported group, in order of the labels' names."""
    return tuple(row[label] for label in LABELS)


def test_counts_are_those_of_replay(series: Series, reported: dict[str, Any]) -> None:
    """Every count of every group and window is on /metrics, and nothing else is above 0."""
    for window in reported["windows"]:
        rows = {group_of(row): row["counts"] for row in window["groups"]}
        for counter in slots.PUBLIC_COUNTERS:
            expected = {group: counts[counter] for group, counts in rows.items() if counts[counter]}
            shown = pick(series, f"deskpulse_window_{counter}", window=window["window"])
            assert expected == {group: count for group, count in shown.items() if count}, counter


def test_outcomes_are_those_of_replay(policy: Policy, series: Series, reported: dict[str, Any]) -> None:
    """Over all targets of a clock, what was met and breached is what `replay` says."""
    for window in reported["windows"]:
        for row in window["groups"]:
            group = dict(zip(LABELS, group_of(row), strict=True))
            shown = pick(series, "deskpulse_window_sla_outcomes", window=window["window"], **group)
            found: Counter[tuple[str, str]] = Counter()
            for (clock, outcome, target), count in shown.items():
                assert any((each.clock, each.name) == (clock, target) for each in policy.targets)
                found[clock, outcome] += int(count)
            expected = {(clock, name): n for clock, parts in row["sla"].items() for name, n in parts.items() if n}
            assert expected == {key: count for key, count in found.items() if count}


@pytest.mark.parametrize("duration", slots.DURATIONS)
def test_durations_are_those_of_replay(policy: Policy, series: Series, reported: dict[str, Any], duration: str) -> None:
    """Sum, count and every bucket of a duration are exact, over the priorities of a queue and channel."""
    name = DURATIONS[duration].family
    for window in reported["windows"]:
        counts: Counter[tuple[str, str]] = Counter()
        sums: Counter[tuple[str, str]] = Counter()
        within: Counter[tuple[str, str, str]] = Counter()
        for row in window["groups"]:
            told = row["durations"].get(duration)
            if told and told["count"]:
                queue = (row["channel"], row["queue"])
                counts[queue] += told["count"]
                sums[queue] += told["sum_s"]
                if duration in WITH_BOUNDS:
                    for bound in policy.bounds:
                        le = bound_text(bound)
                        within[row["channel"], le, row["queue"]] += told["within"][str(seconds(bound))]
                within[row["channel"], "+Inf", row["queue"]] += told["count"]
        assert counts == pick(series, name + "_gcount", window=window["window"])
        assert sums == pytest.approx(pick(series, name + "_gsum", window=window["window"]))
        assert within == pick(series, name + "_bucket", window=window["window"])


def test_live_figures_are_those_of_replay(series: Series, reported: dict[str, Any]) -> None:
    """Statuses, waiting, unanswered, unassigned and clocks are those of now, and nothing else is above 0."""
    expected: dict[tuple[Any, ...], float] = {}
    for row in reported["live"]:
        group = group_of(row)
        expected |= {("tickets", *group, status): count for status, count in row["tickets"].items()}
        expected["unassigned_tickets", *group] = row["unassigned"]
        expected["unanswered_tickets", *group] = row["unanswered"]
        expected["waiting_contacts", *group] = row["waiting"]
        for clock, states in row["clocks"].items():
            for state, count in states.items():
                expected["clocks", row["channel"], clock, row["priority"], row["queue"], state] = count
        for key, name in (("unanswered", "oldest_unanswered"), ("waiting", "oldest_waiting")):
            since = row[f"oldest_{key}_since"]
            if since is not None:
                expected[f"{name}_timestamp_seconds", *group] = parse_rfc3339(since) / 1e6
    families = {name[0] for name in expected}
    shown = {(name, *key): value for name in families for key, value in pick(series, f"deskpulse_{name}").items()}
    assert {key: value for key, value in expected.items() if value} == {k: v for k, v in shown.items() if v}


def test_two_workers_add_up_to_one(policy: Policy, desk: tuple[Shard, ...], series: Series) -> None:
    """Sums over workers, and the smallest of the oldest timestamps, are what one worker of all shards exports."""
    workers = [scraped(policy, *desk[:1]), scraped(policy, *desk[1:])]
    figures = {key for worker in workers for key in worker if key[0].startswith("deskpulse_window_")}
    figures -= {key for key in figures if key[0] == "deskpulse_window_length_seconds"}
    figures |= {key for key in series if key[0] in OLDEST or "tickets" in key[0] or "clocks" in key[0]}
    for key in figures:
        values = [worker[key] for worker in workers if key in worker]
        assert series.get(key, 0) == pytest.approx(min(values) if key[0] in OLDEST else sum(values)), key


def test_ratios_find_all_their_parts(series: Series) -> None:
    """A group that exports one counter of a kind exports all of that kind, in every window."""
    for kind in (TICKET_COUNTS, SHARED_COUNTS, CONTACT_COUNTS):
        keys = [set(pick(series, f"deskpulse_window_{counter}")) for counter in kind]
        assert keys[0]
        assert all(keys[0] == other for other in keys)


def test_every_counter_of_the_core_has_a_name() -> None:
    """A counter or duration that is new in the core cannot be forgotten here."""
    assert set(slots.COUNTERS) == set(COUNTS)
    assert set(slots.DURATIONS) == set(DURATIONS)
    assert set(slots.COUNTERS) == {*TICKET_COUNTS, *SHARED_COUNTS, *CONTACT_COUNTS}


def test_nothing_is_exported_before_there_is_anything() -> None:
    """A shard that has seen nothing shows no figure, only what the policy and the worker are."""
    rules = policy_of()
    assert render_shards([run(rules, [], "10:00")], rules) == b""


def test_a_ticket_shows_no_contact_and_a_contact_no_ticket() -> None:
    """A group exports only what its kind of subject can have."""
    rules = policy_of()
    tickets = scraped(rules, run(rules, [created("09:00")], "09:10"))
    assert {("email", "high", "billing"): 1} == pick(tickets, "deskpulse_window_created", window="1h")
    assert not pick(tickets, "deskpulse_window_offered")
    assert not pick(tickets, "deskpulse_waiting_contacts")
    contacts = scraped(
        rules,
        run(
            rules, [chat("started", "09:00", channel="voice", queue="hotline", handled_by="queue"),
                    chat("queued", "09:00", queue="hotline")], "09:01",
        ),
    )  # fmt: skip
    assert {("voice", "none", "hotline"): 1} == pick(contacts, "deskpulse_waiting_contacts")
    assert {("voice", "none", "hotline"): at("09:00") / 1e6} == pick(
        contacts, "deskpulse_oldest_waiting_timestamp_seconds"
    )
    assert not pick(contacts, "deskpulse_window_created")
    assert not pick(contacts, "deskpulse_tickets")


def test_an_idle_window_shows_zero_and_no_ratio() -> None:
    """What was counted is 0 when it has left a shorter window; durations and outcomes are absent there, never NaN."""
    rules = policy_of("clock: resolution, within: 4h")
    shard = run(rules, [created("09:00"), message("09:05", "agent"), status("09:06", "solved")], "09:30")
    series = scraped(rules, shard)
    group = {"queue": "billing", "channel": "email", "priority": "high"}
    assert {("5m",): 0, ("1h",): 1, ("24h",): 1} == pick(series, "deskpulse_window_solved", **group)
    assert {("1h",), ("24h",)} == set(
        pick(series, "deskpulse_window_first_resolution_seconds_gcount", queue="billing", channel="email")
    )
    assert {("1h",): 1, ("24h",): 1} == pick(
        series, "deskpulse_window_sla_outcomes", clock="resolution", target="resolution", outcome="met", **group
    )
    assert {("new",): 0, ("open",): 0, ("pending",): 0, ("on_hold",): 0} == pick(series, "deskpulse_tickets", **group)


def test_a_breach_shows_without_an_event() -> None:
    """When time alone passes a deadline, the clock is breaching and the outcome is counted."""
    rules = policy_of("clock: first_response, within: 10m")
    shard = run(rules, [created("09:00")], "09:09:59")
    group = {"queue": "billing", "channel": "email", "priority": "high", "clock": "first_response"}
    before = scraped(rules, shard)
    assert {("breaching",): 0, ("pending",): 1} == pick(before, "deskpulse_clocks", **group)
    shard.advance(at("09:10"))
    after = scraped(rules, shard)
    assert {("breaching",): 1, ("pending",): 0} == pick(after, "deskpulse_clocks", **group)
    assert {("breached", "first_response"): 1, ("met", "first_response"): 0} == pick(
        after, "deskpulse_window_sla_outcomes", window="5m", **group
    )


def test_states_that_no_target_can_reach_are_left_out() -> None:
    """Where no target warns, none is imminent; where none pauses, none is paused."""
    rules = policy_of(
        "clock: first_response, within: 10m\nclock: resolution, within: 1h, warn: 10m\nclock: next_response, within: 1h"
    )
    series = scraped(rules, run(rules, [created("09:00")], "09:01"))
    states = {(clock, state) for _, clock, _, _, state in pick(series, "deskpulse_clocks")}
    assert states == {
        ("first_response", "pending"),
        ("first_response", "breaching"),
        *(("resolution", state) for state in ("pending", "imminent", "breaching", "paused")),
    }


def test_labels_follow_the_policy() -> None:
    """With other groups there are other labels, and histograms carry what is left of queue and channel."""
    rules = policy_of(group_by="[channel]")
    series = scraped(rules, run(rules, [created("09:00"), message("09:01", "agent")], "09:02"))
    assert {("email",): 1} == pick(series, "deskpulse_window_created", window="1h")
    assert {("email",): 60} == pick(series, "deskpulse_window_first_response_seconds_gsum", window="1h")
    rules = policy_of(group_by="[priority]")
    series = scraped(rules, run(rules, [created("09:00"), message("09:01", "agent")], "09:02"))
    assert {("high",): 1} == pick(series, "deskpulse_window_created", window="1h")
    assert {(): 60} == pick(series, "deskpulse_window_first_response_seconds_gsum", window="1h")


def test_a_contribution_that_is_taken_back_is_gone() -> None:
    """A late message disproves a breach, and the outcome moves from breached to met."""
    rules = policy_of("clock: first_response, within: 10m")
    shard = run(rules, [created("09:00")], "09:20")
    shard.apply(message("09:05", "agent"))
    shown = pick(scraped(rules, shard), "deskpulse_window_sla_outcomes", window="1h", clock="first_response")
    assert {"met": 1, "breached": 0} == {key[1]: count for key, count in shown.items()}


def test_strange_names_are_labels_like_any_other() -> None:
    """Quotes, line ends and backslashes in a queue's name are escaped."""
    rules = policy_of()
    text = render_shards([run(rules, [ticket("created", "09:00", queue='a"b\\c\nd', channel="é")], "09:01")], rules)
    assert 'queue="a\\"b\\\\c\\nd"' in text.decode()
    assert 'channel="é"' in text.decode()
