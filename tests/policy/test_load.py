"""A policy file is read into what the program asks."""

from __future__ import annotations

import pytest

from stream.core.calendar import ALWAYS, OpenHours
from stream.core.policy import FORMULAS, Band, Policy, default_policy, default_policy_text, load_policy
from stream.core.times import DAY, HOUR, MINUTE, SECOND

EVERYTHING = """
version: 1
schedules:
  office:
    zone: Europe/Berlin
    hours: {mon-fri: ["08:00-12:00", "13:00-17:00"], sat: ["10:00-14:00"]}
    holidays: ["2026-12-25", {country: DE, state: BE}]
targets:
  - name: mail-4h
    clock: first_response
    match: {queue: [billing, tech], channel: email, priority: [urgent, high], tier: gold, tenant: acme}
    within: 4h
    schedule: office
    objective: 0.95
    warn: 30m
    pause_on: [pending, on_hold]
    on_reopen: restart
service_level:
  - {match: {channel: voice}, within: 20s, short_abandon: 5s, formula: answered_only, objective: 0.75}
windows: [24h, 5m, 1h]
group_by: [channel, queue]
max_groups: 10
buckets: [15s, 1m, 60, 7d]
reopen_days: 3
clock_skew: 1m
cost: {agent_hour: 32.0, currency: EUR}
customers: {period: 30d, lifespan: 720d}
agents: {export: true, max: 5}
ticket_url: "https://desk.example/tickets/{id}"
bands: {csat: {good: 0.80, bad: 0.70}, full_resolution: {good: 12h, bad: 2d}}
alerts: {min_events: 5, page_priorities: [urgent, high], teams: {blue: {queues: [vip], receiver: pager}}}
"""


def policy(text: str) -> Policy:
    """Return the policy of a file that has a version and this."""
    return load_policy(f"version: 1\n{text}", "policy.yaml")


def test_every_key_is_read() -> None:
    """Each key of the contract arrives where the program looks for it, in microseconds."""
    found = load_policy(EVERYTHING, "policy.yaml")
    mail, calls = found.targets
    assert (mail.index, mail.name, mail.clock, mail.within) == (0, "mail-4h", "first_response", 4 * HOUR)
    assert mail.schedule is found.schedules["office"]
    assert isinstance(mail.schedule, OpenHours)
    assert (mail.objective, mail.warn, mail.restart) == (0.95, 30 * MINUTE, True)
    assert mail.pause_on == {"pending", "on_hold"}
    assert (calls.index, calls.name, calls.clock, calls.within) == (1, "wait-voice", "wait", 20 * SECOND)
    assert (calls.short_abandon, calls.formula, calls.objective) == (5 * SECOND, "answered_only", 0.75)
    assert [window.name for window in found.windows] == ["5m", "1h", "24h"]
    assert found.group_by == ("queue", "channel")
    assert found.max_groups == 10
    assert found.queues_named == {"billing", "tech", "vip"}
    assert found.bounds == (5 * SECOND, 15 * SECOND, 20 * SECOND, MINUTE, 4 * HOUR, 7 * DAY)
    assert (found.reopen, found.clock_skew) == (3 * DAY, MINUTE)
    assert (found.cost.agent_hour, found.cost.currency) == (32.0, "EUR")
    assert (found.customers.period, found.customers.lifespan) == (30 * DAY, 720 * DAY)
    assert (found.agents.export, found.agents.max) == (True, 5)
    assert found.ticket_url == "https://desk.example/tickets/{id}"
    assert dict(found.bands) == {"csat": Band(0.8, 0.7), "full_resolution": Band(43_200, 172_800)}
    assert found.alerts.min_events == 5
    assert found.alerts.page_priorities == {"urgent", "high"}
    (team,) = found.alerts.teams
    assert (team.name, team.receiver) == ("blue", "pager")
    assert team.queues == {"vip"}


def test_a_version_alone_is_a_policy() -> None:
    """Every other key has a default: 80 % of contacts in 20 s, three windows, no target for tickets."""
    found = policy("")
    (wait,) = found.targets
    assert (wait.clock, wait.within, wait.short_abandon) == ("wait", 20 * SECOND, 5 * SECOND)
    assert (wait.formula, wait.objective, wait.schedule) == ("strict", 0.80, ALWAYS)
    assert [(w.name, w.length, w.pane) for w in found.windows] == [
        ("5m", 5 * MINUTE, 5 * SECOND),
        ("1h", HOUR, MINUTE),
        ("24h", DAY, 24 * MINUTE),
    ]
    assert found.group_by == ("queue", "channel", "priority")
    assert (found.max_groups, found.reopen, found.clock_skew) == (100, 7 * DAY, 5 * MINUTE)
    assert found.queues_named == frozenset()
    assert found.ticket_url is None
    assert found.cost.agent_hour is None


@pytest.mark.parametrize(
    ("clock", "pauses"),
    [
        ("resolution", {"pending", "on_hold"}),
        ("first_response", set()),
        ("next_response", set()),
        ("ownership", set()),
    ],
)
def test_the_defaults_of_a_target(clock: str, pauses: set[str]) -> None:
    """Around the clock, 90 %, no warning, `continue`; only a resolution clock pauses."""
    target = policy(f"targets: [{{clock: {clock}, within: 1h}}]").targets[0]
    assert (target.schedule, target.objective, target.warn, target.restart) == (ALWAYS, 0.90, None, False)
    assert pauses == target.pause_on


def test_pauses_may_be_taken_away() -> None:
    """An empty list of pauses means none, not the default."""
    assert policy("targets: [{clock: resolution, within: 1h, pause_on: []}]").targets[0].pause_on == frozenset()


SEARCHED = """
targets:
  - {name: gold, clock: resolution, match: {tier: gold}, within: 1h}
  - {clock: resolution, match: {queue: sales}, within: null}
  - {name: free, clock: resolution, match: {queue: free}, within: 0}
  - {name: mail, clock: resolution, match: {queue: [billing, sales], channel: email}, within: 2h}
  - {name: unsorted, clock: resolution, match: {queue: none}, within: 3h}
  - {name: acme, clock: resolution, match: {tenant: acme, priority: high}, within: 4h}
"""


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (("sales", "email", None, "gold", None), "gold"),
        (("sales", "email", None, None, None), None),
        (("free", "email", None, None, None), None),
        (("billing", "email", "low", None, "acme"), "mail"),
        (("billing", "chat", "low", None, None), None),
        ((None, None, None, None, None), "unsorted"),
        (("tech", None, "high", "silver", "acme"), "acme"),
    ],
)
def test_the_first_match_wins(subject: tuple[str | None, ...], name: str | None) -> None:
    """A row without target ends the search as well; what is absent is called none."""
    found = policy(SEARCHED)
    target = found.target("resolution", *subject)
    assert name == (target and target.name)
    assert found.target("ownership", *subject) is None
    assert [target.index for target in found.targets] == list(range(5))


def test_names_are_made_of_clock_and_match() -> None:
    """A target without a name gets one that no other has, whether that was given or made."""
    found = policy(
        """
targets:
  - {clock: resolution, within: 1h, match: {channel: email, queue: [tech, billing]}}
  - {clock: resolution, within: 1h}
  - {clock: resolution, within: 2h}
  - {clock: ownership, within: 2h, name: resolution-2}
  - {clock: ownership, within: 2h, name: wait}
"""
    )
    names = [target.name for target in found.targets]
    assert names == ["resolution-tech+billing-email", "resolution", "resolution-3", "resolution-2", "wait", "wait-2"]


@pytest.mark.parametrize("hours", ["", "hours: {}", "hours: {mon: []}"])
def test_a_schedule_without_an_open_hour_is_open_around_the_clock(hours: str) -> None:
    """It counts as 24x7, under its own name and in spite of its holidays."""
    found = policy(f"schedules: {{empty: {{holidays: [2026-12-25], {hours}}}}}").schedules["empty"]
    assert found.name == "empty"
    assert found.deadline(5, HOUR) == 5 + HOUR


@pytest.mark.parametrize("written", ["08:00-12:00", '"08:00-12:00"', "[8:00-12:00]", "['08:00-12:00']"])
@pytest.mark.parametrize("day", ["mon", "Monday"])
def test_what_yaml_takes_for_something_else_is_read_as_it_stands(written: str, day: str) -> None:
    """Times of day without quotes, bare dates, NO for Norway and a queue called `on` are text."""
    found = policy(
        f"""
schedules: {{s: {{zone: UTC, hours: {{{day}: {written}}}, holidays: [2026-12-25, {{country: NO}}]}}}}
targets: [{{clock: resolution, match: {{queue: [on, no, 8:00]}}, within: 1e2, schedule: s}}]
"""
    )
    assert found.queues_named == {"on", "no", "8:00"}
    assert found.targets[0].within == 100 * SECOND


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("targets: [{clock: resolution, within: 4h}]", "targets:\n - within: 240m # four\n   clock: resolution", True),
        ("windows: [1h]\nmax_groups: 5", "max_groups: 5\nwindows: [1h]", True),
        (
            "schedules: {s: {hours: {mon-tue: '8:00-9:00'}}}",
            "schedules: {s: {hours: {mon: ['08:00-09:00'], tuesday: '08:00-09:00'}}}",
            True,
        ),
        ("reopen_days: 7", "", True),
        ("reopen_days: 6", "", False),
        ("schedules: {s: {hours: {mon: '8:00-9:00'}}}", "schedules: {s: {hours: {tue: '8:00-9:00'}}}", False),
    ],
)
def test_the_fingerprint_is_that_of_the_content(one: str, other: str, *, same: bool) -> None:
    """Comments, order and spelling do not change it; a rule does."""
    assert same == (policy(one).fingerprint == policy(other).fingerprint)
    assert len(policy(one).fingerprint) == 64


def test_the_policy_that_ships_is_valid() -> None:
    """The default policy names the queues and channels of the demo and is what its text says."""
    found = default_policy()
    assert found.fingerprint == load_policy(default_policy_text(), "default.yaml").fingerprint
    assert found.queues_named == {"billing", "tech", "sales", "vip", "returns"}
    assert {target.clock for target in found.targets} == {
        "first_response",
        "next_response",
        "resolution",
        "ownership",
        "wait",
    }
    assert {target.formula for target in found.targets} - {None} <= set(FORMULAS)
