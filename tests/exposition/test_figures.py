"""What is exported is what the core counted: no more, no less, and to be added over workers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from stream.core.figures import Figures, report, take_figures
from stream.core.policy import Policy, default_policy
from stream.core.shard import Shard
from stream.core.times import parse_rfc3339, seconds
from stream.core.windows import slots
from stream.edge.exposition.kins import KINS
from stream.edge.exposition.names import COUNTS, CUSTOMERS, DURATIONS, WITH_BOUNDS
from stream.edge.exposition.render import render_shards
from stream.edge.exposition.text import bound_text
from tests.core.build import at, chat, created, message, run, status, ticket
from tests.core.build import policy as policy_of
from tests.exposition.busy import busy_events, busy_policy, spread
from tests.exposition.scraped import Series, pick, scraped

LABELS = ("channel", "priority", "queue")
OLDEST = {"deskpulse_oldest_unanswered_timestamp_seconds", "deskpulse_oldest_waiting_timestamp_seconds"}


@dataclass(frozen=True)
class Watched:
    """A desk, what a worker of it exports, and what the core says of it."""

    policy: Policy
    shards: tuple[Shard, ...]

    @cached_property
    def series(self) -> Series:
        """Everything that a worker of the whole desk exports."""
        return scraped(self.policy, *self.shards)

    @cached_property
    def figures(self) -> Figures:
        """The sums of the core."""
        return take_figures(self.shards)

    @cached_property
    def reported(self) -> dict[str, Any]:
        """What `replay` reports."""
        return report(self.figures, self.policy, self.shards[0].now, read={})


@pytest.fixture(scope="module", params=["a day", "everything"])
def watched(request: pytest.FixtureRequest, policy: Policy, desk: tuple[Shard, ...]) -> Watched:
    """A whole day of the demo's desk under the policy that ships, and a small desk where everything happens."""
    if request.param == "a day":
        return Watched(policy, desk)
    rules = busy_policy()
    return Watched(rules, spread(rules, busy_events(), 3))


def group_of(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the label values of a reported group, in order of the labels' names."""
    return tuple(row[label] for label in LABELS)


def test_counts_are_those_of_the_core(watched: Watched) -> None:
    """Every count of every window is on /metrics by the labels that it keeps, and nothing else is above 0."""
    for window in watched.figures.windows:
        for counter, name in COUNTS.items():
            expected: Counter[tuple[str, ...]] = Counter()
            for group, tally in window.groups.items():
                labels = dict(zip(watched.figures.group_by, group, strict=True))
                kept = tuple(labels[label] for label in LABELS if label in name.grouped.value)
                expected[kept] += tally.counts[counter]
            found = pick(watched.series, name.family, window=window.name)
            factor = 1e6 if counter.endswith("_score") else 1
            assert {group: n for group, n in expected.items() if n} == pytest.approx(
                {group: count * factor for group, count in found.items() if count}
            ), counter


def test_outcomes_are_those_of_replay(watched: Watched) -> None:
    """Over all targets of a clock, what was met and breached is what `replay` says."""
    for window in watched.reported["windows"]:
        for row in window["groups"]:
            group = dict(zip(LABELS, group_of(row), strict=True))
            shown = pick(watched.series, "deskpulse_window_sla_outcomes", window=window["window"], **group)
            found: Counter[tuple[str, str]] = Counter()
            for (clock, outcome, target), count in shown.items():
                assert any((each.clock, each.name) == (clock, target) for each in watched.policy.targets)
                found[clock, outcome] += int(count)
            expected = {(clock, name): n for clock, parts in row["sla"].items() for name, n in parts.items() if n}
            assert expected == {key: count for key, count in found.items() if count}


@pytest.mark.parametrize("duration", slots.DURATIONS)
def test_durations_are_those_of_replay(watched: Watched, duration: str) -> None:
    """Sum, count and every bucket of a duration are exact, over the priorities of a queue and channel."""
    name = DURATIONS[duration].family
    for window in watched.reported["windows"]:
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
                    for bound in watched.policy.bounds:
                        le = bound_text(bound)
                        within[row["channel"], le, row["queue"]] += told["within"][str(seconds(bound))]
                within[row["channel"], "+Inf", row["queue"]] += told["count"]
        assert counts == pick(watched.series, name + "_gcount", window=window["window"])
        assert sums == pytest.approx(pick(watched.series, name + "_gsum", window=window["window"]))
        assert within == pick(watched.series, name + "_bucket", window=window["window"])


def test_live_figures_are_those_of_replay(watched: Watched) -> None:
    """Statuses, waiting, unanswered, unassigned, clocks and agents are those of now, and nothing else is above 0."""
    expected: dict[tuple[Any, ...], float] = {}
    agents: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in watched.reported["live"]:
        group = group_of(row)
        expected |= {("tickets", *group, status): count for status, count in row["tickets"].items()}
        expected["unassigned_tickets", *group] = row["unassigned"]
        expected["unanswered_tickets", *group] = row["unanswered"]
        expected["waiting_contacts", *group] = row["waiting"]
        agents[row["queue"]].update(row["agents"])
        for clock, states in row["clocks"].items():
            for state, count in states.items():
                expected["clocks", row["channel"], clock, row["priority"], row["queue"], state] = count
        for key, name in (("unanswered", "oldest_unanswered"), ("waiting", "oldest_waiting")):
            since = row[f"oldest_{key}_since"]
            if since is not None:
                expected[f"{name}_timestamp_seconds", *group] = parse_rfc3339(since) / 1e6
    expected |= {("agents", queue, state): n for queue, states in agents.items() for state, n in states.items()}
    expected |= {("all_agents", state): count for state, count in watched.reported["agents"].items()}
    families = {name[0] for name in expected}
    shown = {
        (name, *key): value for name in families for key, value in pick(watched.series, f"deskpulse_{name}").items()
    }
    assert {key: value for key, value in expected.items() if value} == {k: v for k, v in shown.items() if v}


def test_two_workers_add_up_to_one(watched: Watched) -> None:
    """Sums over workers, and the smallest of the oldest timestamps, are what one worker of all shards exports."""
    series, shards = watched.series, watched.shards
    workers = [scraped(watched.policy, *shards[:1]), scraped(watched.policy, *shards[1:])]
    figures = {key for worker in workers for key in worker if key[0].startswith("deskpulse_window_")}
    figures -= {key for key in figures if key[0] == "deskpulse_window_length_seconds"}
    figures |= {key for key in series if key[0] in OLDEST or re.search("tickets|contacts|clocks|agents$", key[0])}
    figures |= {key for key in series if key[0] in {name.family for name in CUSTOMERS.values()}}
    for key in figures:
        values = [worker[key] for worker in workers if key in worker]
        assert series.get(key, 0) == pytest.approx(min(values) if key[0] in OLDEST else sum(values)), key


def test_counts_of_one_kin_are_shown_together(watched: Watched) -> None:
    """A group that exports one count exports all of its kin, in every window that compares hours or in all."""
    for kin in KINS:
        keys = [set(pick(watched.series, name.family)) for name in kin.names.values()]
        assert keys[0] or watched.policy.fingerprint == default_policy().fingerprint
        assert all(keys[0] == other for other in keys)
        assert 1 == len({name.grouped for name in kin.names.values()})


def test_every_counter_of_the_core_has_a_name() -> None:
    """A counter or duration that is new in the core cannot be forgotten here."""
    times = {f"{once}{state}_time" for state in slots.STATES for once in ("", "all_")}
    assert set(slots.COUNTERS) - times == set(COUNTS)
    assert set(slots.DURATIONS) == set(DURATIONS)
    assert sorted(COUNTS) == sorted(counter for kin in KINS for counter in kin.counters)


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
