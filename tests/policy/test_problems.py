"""What is wrong with a policy is told at once, with its line, its key and the remedy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.core.policy import default_policy_text, load_policy
from stream.errors import PolicyError


def problems(text: str) -> list[str]:
    """Return the lines that are told of a file; none where it is valid."""
    try:
        load_policy(text, "p.yaml")
    except PolicyError as error:
        return str(error).splitlines()
    return []


# One line of a file (line 2), and parts that the one line told of it must have.
LINES = [
    ("schedule: {}", "p.yaml:2: schedule: 'schedule' is no key here", "did you mean 'schedules'?"),
    ("windows: []", "windows: the list is empty", "such as 1h"),
    ("windows: [5m, 300]", "windows[1]: '5m' is as long as '5m'", ""),
    ("windows: [1.5s]", "windows[0]: '1.5s' is no length of a window", "whole seconds"),
    ("windows: [5 min]", "windows[0]: '5 min' is no duration", "20s, 90m, 4h, 2d"),
    ("group_by: [queue, agent]", "group_by[1]: 'agent' is no group", "queue, channel or priority"),
    ("group_by: [queue, queue]", "group_by[1]: 'queue' stands twice", ""),
    ("group_by: []", "group_by: the list is empty", ""),
    ("max_groups: 0", "max_groups: 0 is too small", "at least 1"),
    ("max_groups: many", "max_groups: 'many' is not a whole number", ""),
    ("buckets: [0]", "buckets[0]: 0 is too short", ""),
    ("reopen_days: 7d", "reopen_days: '7d' is no number of days", "such as 7"),
    ("clock_skew: yes", "clock_skew: 'yes' is no duration", ""),
    ("clock_skew: true", "clock_skew: true is no duration", ""),
    ("clock_skew: -5m", "clock_skew: '-5m' is no duration", ""),
    ("cost: {agent_hour: '32'}", "cost.agent_hour: '32' is not a number", ""),
    ("cost: {agent_hour: -1}", "cost.agent_hour: -1 is too small", "at least 0"),
    ("cost: {hour: 3}", "cost.hour: 'hour' is no key here", "did you mean 'agent_hour'?"),
    ("agents: {export: yes}", "agents.export: 'yes' is not true or false", ""),
    ("customers: {period: 0}", "customers.period: 0 is too short", ""),
    ("ticket_url: desk.example", "ticket_url: 'desk.example' is no address", "{id}"),
    ("bands: {csta: {good: 1, bad: 0}}", "bands.csta: 'csta' is no figure", "did you mean 'csat'?"),
    ("bands: {csat: {good: 1}}", "bands.csat.bad: the key is missing", ""),
    ("bands: {csat: {good: high, bad: 0}}", "bands.csat.good: 'high' is no bound", ""),
    (
        "alerts: {teams: {a: {queus: b, queues: c}}}",
        "alerts.teams.a.queus: 'queus' is no key",
        "did you mean 'queues'?",
    ),
    ("targets: {}", "targets: a mapping is not a list", ""),
    ("targets: [hello]", "targets[0]: 'hello' is not a mapping", ""),
    (
        "targets: [{clock: fist_response, within: 1}]",
        "targets[0].clock: 'fist_response'",
        "did you mean 'first_response'?",
    ),
    ("targets: [{clock: wait, within: 1}]", "targets[0].clock: 'wait'", "service_level"),
    ("targets: [{clock: resolution}]", "targets[0].within: the key is missing", "null for no target"),
    ("targets: [{within: 1h}]", "targets[0].clock: the key is missing", "resolution"),
    ("targets: [{clock: resolution, within: 1h, warn: 2h}]", "targets[0].warn: 2h is more than", "1h"),
    ("targets: [{clock: resolution, within: 1, objective: 90}]", "targets[0].objective: 90 is no share", "90 % is 0.9"),
    ("targets: [{clock: resolution, within: 1, objective: 0}]", "targets[0].objective: 0 is no share", "above 0"),
    ("targets: [{clock: resolution, within: 1, schedule: x24}]", "targets[0].schedule: 'x24'", "did you mean '24x7'?"),
    ("targets: [{clock: resolution, within: 1, pause_on: onhold}]", "targets[0].pause_on[0]: 'onhold'", "'on_hold'?"),
    (
        "targets: [{clock: resolution, within: 1, on_reopen: stop}]",
        "targets[0].on_reopen: 'stop'",
        "continue or restart",
    ),
    ("targets: [{clock: resolution, within: 1, match: {queue: 7}}]", "targets[0].match.queue[0]: 7", 'in quotes: "7"'),
    ("targets: [{clock: resolution, within: 1, match: {queue: []}}]", "targets[0].match.queue: the list is empty", ""),
    (
        "targets: [{clock: resolution, within: 1, match: {que: a}}]",
        "targets[0].match.que: 'que'",
        "did you mean 'queue'?",
    ),
    ('targets: [{clock: resolution, within: 1, name: "a\\nb"}]', "targets[0].name:", "printable"),
    (
        "service_level: [{formula: strikt}]",
        "service_level[0].formula: 'strikt' is no formula",
        "did you mean 'strict'?",
    ),
    ("schedules: {24x7: {}}", "schedules.24x7: '24x7' is built in", ""),
    ("schedules: {s: {zone: Europe/Berln}}", "schedules.s.zone: 'Europe/Berln'", "did you mean 'Europe/Berlin'?"),
    ("schedules: {s: {zone: new york}}", "schedules.s.zone: 'new york'", "did you mean 'America/New_York'?"),
    ("schedules: {s: {hours: {mun: 8:00-9:00}}}", "schedules.s.hours.mun: 'mun' in 'mun' is no day", ""),
    ("schedules: {s: {hours: {mon: 8:00}}}", "schedules.s.hours.mon[0]: '8:00' is no interval", "08:00-12:00"),
    ("schedules: {s: {hours: {mon: 9:00-25:00}}}", "schedules.s.hours.mon[0]: '9:00-25:00' has no time of day", ""),
    ("schedules: {s: {holidays: [2026-02-30]}}", "schedules.s.holidays[0]: '2026-02-30' is no day", ""),
    ("schedules: {s: {holidays: [25.12.2026]}}", "schedules.s.holidays[0]: '25.12.2026' is no date", "YYYY-MM-DD"),
    ("schedules: {s: {holidays: [{country: GER}]}}", "schedules.s.holidays[0].country: 'GER' is no country", "DE"),
    ("schedules: {s: {holidays: [{country: DE, state: XX}]}}", "schedules.s.holidays[0].state: 'XX'", "BE, BW"),
    ("schedules: {s: {holidays: [{land: DE, country: DE}]}}", "schedules.s.holidays[0].land: 'land'", "country, state"),
    ("windows: [1h]\nwindows: [2h]", "p.yaml:3: windows: 'windows' stands twice", "first on line 2"),
    ("cost: &c {agent_hour: 1, agent_hour: 2}", "cost.agent_hour: 'agent_hour' stands twice", "line 2"),
    ("? [a]\n: b", "a list or mapping cannot be a key", ""),
    ("buckets: &a [*a]", "an alias that holds itself", ""),
    ("cost: {currency: !secret x}", "cost.currency: the tag !secret", ""),
]


@pytest.mark.parametrize(("line", "start", "remedy"), LINES, ids=[line for line, _, _ in LINES])
def test_a_mistake_is_told_in_one_line(line: str, start: str, remedy: str) -> None:
    """The line names file, line, key and value, and what was expected or probably meant."""
    found = [problem for problem in problems(f"version: 1\n{line}\n") if start in problem]
    assert len(found) == 1
    assert remedy in found[0]
    assert found[0].startswith(("p.yaml:2: ", "p.yaml:3: "))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["p.yaml: the file is empty; expected at least `version: 1`"]),
        ("# nothing\n", ["p.yaml: the file is empty; expected at least `version: 1`"]),
        ("windows: [1h]", ["p.yaml:1: version: the key is missing; expected `version: 1`"]),
        ("- a", ["p.yaml:1: a list is not a mapping of keys to values"]),
        ("version: 1\n\tmax_groups: 3", ["p.yaml:2: this is no YAML: "]),
        ("version: 1\n---\nversion: 1", ["p.yaml:2: this is no YAML: "]),
        ("version: [1", ["p.yaml:1: this is no YAML: "]),
        ("version: 1 # \x07", ["p.yaml: this is no YAML: "]),
        ("[" * 9_000, ["p.yaml: the file is nested too deeply"]),
        ("a" * 300_000, ["p.yaml: 300000 characters are too many"]),
    ],
    ids=["empty", "comment", "no version", "list", "tab", "two", "open", "bell", "deep", "long"],
)
def test_a_file_that_is_none_is_told(text: str, expected: list[str]) -> None:
    """What is wrong as a whole is told with the line where there is one."""
    found = problems(text)
    assert len(expected) == len(found)
    assert found[0].startswith(expected[0])


@pytest.mark.parametrize("version", ["2", "0", '"1"', "true", "null", "1.0", "[1]"])
def test_another_version_is_refused(version: str) -> None:
    """Only the number 1 is a version."""
    (found,) = problems(f"version: {version}")
    assert found.startswith("p.yaml:1: version: ")


def test_all_problems_are_told_at_once() -> None:
    """A typo does not hide the next one, nor does a key that stands twice; they come in order of the lines."""
    text = """version: 1
windows: [1h, x]
windows: [2h]
schedules:
  offce: {zone: UTC, hours: {mon: "8-12"}}
targets:
  - {clock: resolution, within: 4 hours, schedule: office, name: a}
  - {clock: resolution, within: 4h, schedule: offce, name: a}
"""
    assert [problem.split(" ")[:2] for problem in problems(text)] == [
        ["p.yaml:2:", "windows[1]:"],
        ["p.yaml:3:", "windows:"],
        ["p.yaml:5:", "schedules.offce.hours.mon[0]:"],
        ["p.yaml:7:", "targets[0].schedule:"],
        ["p.yaml:7:", "targets[0].within:"],
        ["p.yaml:8:", "targets[1].name:"],
    ]


def test_a_deadline_that_never_comes_is_a_mistake() -> None:
    """A target of a year on a schedule that is open a minute a week is refused, in a word about both."""
    text = (
        "version: 1\nschedules: {s: {hours: {mon: 8:00-8:01}}}\ntargets: [{clock: resolution, within: 1d, schedule: s}]"
    )
    (found,) = problems(text)
    assert found.startswith("p.yaml:3: targets[0].within: 1d of open time takes more than ten years")


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_policy_or_a_list_of_problems(text: str) -> None:
    """No text whatever ends in another error."""
    problems(text)
    problems(f"version: 1\n{text}")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_slip_in_a_good_policy_is_read_or_told(data: st.DataObject) -> None:
    """A few characters put anywhere into the default policy give a policy, or problems with one line each."""
    text = default_policy_text()
    place = data.draw(st.integers(0, len(text)))
    slip = data.draw(st.text("abc:,-[]{}\"'#&*!|>%@ \n\t0129", max_size=3))
    cut = data.draw(st.integers(0, 3))
    for line in problems(text[:place] + slip + text[place + cut :]):
        assert line.startswith("p.yaml:")
