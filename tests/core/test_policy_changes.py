"""What another policy does to what a shard has written down: once, and at every restart from then on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream.core.policy import Policy, load_policy
from tests.core.build import at, counted, created, message, policy, ticket
from tests.core.notepad import Notepad
from tests.core.test_notebook import EXAMPLES, RULES, read, seen
from tests.oracle.desks import Desk, desks
from tests.oracle.policies import setting_of

if TYPE_CHECKING:
    from stream.core.shard import Shard


def clocks(shard: Shard) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the clocks that a shard tells of by subject and kind."""
    return {(story["subject"], clock["clock"]): clock for story in shard.explain_all() for clock in story["clocks"]}


def turned(shard: Shard, pad: Notepad, rules: Policy, **more: Any) -> Shard:
    """Return a shard that goes on from what another one has written down last, with these rules."""
    pad.keep(shard.turn_page({}))
    return pad.open(rules, **more)[0]


def test_another_policy_keeps_outcomes_and_measures_open_clocks_anew() -> None:
    """What ended stays as it ended; what is open follows the new target from the change on, once and for ever."""
    pad = Notepad()
    shard, _ = pad.open(policy("clock: first_response, within: 1h\nclock: resolution, within: 4h"))
    shard.apply(created("09:00"))
    shard.apply(message("09:50", "agent"))
    shard.apply(created("10:00", ticket_id="T2"))
    shard.advance(at("10:05"))
    pad.keep(shard.turn_page({}))
    assert {"created": 2, "messages": 1, "first_response met": 1} == counted(shard)
    anew = policy("clock: first_response, within: 30m\nclock: resolution, within: 2h")
    shard, _ = pad.open(anew)
    told = clocks(shard)
    assert ("met", "pending") == (told["T1", "first_response"]["state"], told["T2", "first_response"]["state"])
    assert "2026-03-02T11:00:00Z" == told["T1", "resolution"]["due_at"]
    pad.keep(shard.turn_page({}))
    shard.advance(at("11:30"))
    pad.keep(shard.turn_page({}))
    again, _ = pad.open(anew)
    assert seen(shard) == seen(again)
    assert {
        "created": 2, "messages": 1, "first_response met": 1, "first_response breached": 1, "resolution breached": 1,
    } == counted(again)  # fmt: skip


def test_a_late_event_from_before_a_change_of_policy_follows_the_policy_of_then() -> None:
    """A reply in time by the old target stays met, however late it arrives."""
    pad = Notepad()
    shard, _ = pad.open(policy("clock: first_response, within: 1h"))
    shard.apply(created("09:00"))
    shard.advance(at("09:55"))
    pad.keep(shard.turn_page({}))
    shard, _ = pad.open(policy("clock: first_response, within: 5m"))
    assert {"created": 1, "first_response breached": 1} == counted(shard)
    shard.apply(message("09:50", "agent"))
    assert {"created": 1, "messages": 1, "first_response met": 1} == counted(shard)


def test_groups_that_the_policy_cuts_otherwise_are_added_up() -> None:
    """Figures by queue, channel and priority become figures by queue; a target that is gone counts nowhere."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES), history=2)
    shard.apply(created("09:00"))
    shard.apply(created("09:00", ticket_id="T2", priority="low"))
    for minute in range(10, 30):
        shard.apply(message(f"09:{minute}", "customer"))
    shard.apply(message("09:40", "agent"))
    shard.advance(at("09:50"))
    pad.keep(shard.turn_page({}))
    anew = policy("clock: resolution, within: 4h", group_by="[queue]")
    shard, _ = pad.open(anew, history=2)
    shard.settle()
    assert [("none",), ("billing",)] == shard.groups.labels
    assert {"created": 2, "messages": 21} == counted(shard)


@pytest.mark.parametrize("history", [2, 256])
def test_what_happens_at_the_instant_of_a_change_follows_the_policy_of_before(history: int) -> None:
    """By the data's own clock the newest event and the shard have the same time: its outcome stays, too."""
    pad = Notepad()
    shard, _ = pad.open(policy("clock: first_response, within: 1h"), history=history)
    shard.apply(created("09:00"))
    shard.apply(message("09:55", "agent"))
    shard.advance(at("09:55"))
    shard = turned(shard, pad, policy("clock: first_response, within: 5m"), history=history)
    assert {"created": 1, "messages": 1, "first_response met": 1} == counted(shard)
    for minute in (56, 57, 58):
        shard.apply(message(f"09:{minute}", "bot"))
    shard.apply(created("09:00", ticket_id="T2"))
    shard.apply(ticket("message", "09:55", ticket_id="T2", author="agent", visibility="public"))
    shard.advance(at("09:59"))
    for _ in range(2):
        assert {"created": 2, "messages": 5, "first_response met": 2} == counted(shard)
        shard = turned(shard, pad, policy("clock: first_response, within: 5m"), history=history)


def test_what_was_dropped_ahead_of_the_time_of_a_change_is_not_measured_from_before_it() -> None:
    """Its clock runs from 10:00, and the shard had no time yet when two hours became what is promised."""
    pad = Notepad()
    shard, _ = pad.open(policy("clock: next_response, within: 1h, schedule: office"), history=1)
    shard.apply(created("09:00"))
    for when, author in (("09:10", "agent"), ("10:00", "customer"), ("10:10", "bot"), ("10:20", "bot")):
        shard.apply(message(when, author))
    shard = turned(shard, pad, policy("clock: next_response, within: 2h, schedule: office"), history=1)
    for _ in range(2):
        assert clocks(shard)["T1", "next_response"]["due_at"] == "2026-03-02T12:00:00Z"
        shard = turned(shard, pad, policy("clock: next_response, within: 2h, schedule: office"), history=1)


def test_a_ticket_of_before_a_change_that_is_heard_of_after_it_counts_once() -> None:
    """Its first event comes before everything that this policy has seen."""
    pad = Notepad()
    shard, _ = pad.open(policy("clock: first_response, within: 2h"))
    shard.advance(at("09:30"))
    shard = turned(shard, pad, policy("clock: first_response, within: 1h"))
    shard.apply(created("09:00"))
    shard.advance(at("10:00"))
    assert {"created": 1, "first_response breached": 1} == counted(shard)
    assert (shard.counts.events, shard.counts.duplicates, shard.counts.too_late) == (1, 0, 0)


@pytest.mark.parametrize("history", [1, 2, 5, 256])
def test_each_event_follows_the_policy_of_its_time(history: int) -> None:
    """A ticket is created under each of four; what is open at a change gets the new one, also among what is dropped."""

    def say(name: str, when: str, author: str) -> None:
        shard.apply(ticket("message", when, ticket_id=name, author=author, visibility="public"))

    def told() -> dict[str, tuple[str, str]]:
        rows = {subject: (row["state"], row["due_at"][11:16]) for (subject, _), row in clocks(shard).items()}
        # One that ended is told of only while its facts are held.
        return {subject: row for subject, row in rows.items() if row[0] != "met"}

    pad = Notepad()
    # More than are remembered: what comes late from the first of them is folded by the oldest that is.
    policies = [policy(f"clock: next_response, within: {minutes}m") for minutes in (*range(1, 11), 60, 90, 120, 240)]
    shard, _ = pad.open(policies.pop(0), history=history)
    shard.advance(at("00:00"))
    while len(policies) > 4:
        shard.advance(shard.now + 1)
        shard = turned(shard, pad, policies.pop(0), history=history)
    shard = turned(shard, pad, policies[0], history=history)
    for number, rules in enumerate([*policies[1:], policies[-1]]):
        name, hour = f"T{number}", 9 + 3 * number
        shard.apply(created(f"{hour:02}:00", ticket_id=name))
        for minute, author in ((10, "agent"), (20, "customer"), (30, "bot"), (40, "bot")):
            say(name, f"{hour:02}:{minute}", author)
        shard.advance(at(f"{hour + 2:02}:59"))
        shard = turned(shard, pad, rules, history=history)
    due = {"T0": "10:20", "T1": "13:50", "T2": "17:20"}
    assert told() == {name: ("breaching", when) for name, when in due.items()} | {"T3": ("pending", "22:20")}
    if history > 2:
        # An answer in time by the policy of then is heard of under the one of now.
        say("T1", "13:49", "agent")
        assert counted(shard)["next_response met"] == 1
    before = told(), {name: count for name, count in counted(shard).items() if name != "messages"}
    for name in ("T0", "T1", "T2", "T3"):
        for minute in range(10, 16):
            say(name, f"21:{minute}", "bot")
    shard.advance(at("21:59"))
    for _ in range(2):
        assert before == (told(), {name: count for name, count in counted(shard).items() if name != "messages"})
        shard = turned(shard, pad, policies[-1], history=history)


def test_what_was_dropped_is_numbered_anew() -> None:
    """Groups and targets have other numbers by the policy of now: what was let go of is found at every later start."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES), history=2)
    for name, queue in (("T1", "billing"), ("T2", "tech")):
        for number, priority in enumerate(("low", "high", "urgent")):
            shard.apply(created("09:00", ticket_id=f"{name}{number}", queue=queue, priority=priority))
            for minute in range(10, 14):
                shard.apply(
                    ticket("message", f"10:{minute}", ticket_id=f"{name}{number}", author="agent", visibility="public")
                )
    shard.advance(at("10:30"))
    anew = policy("clock: resolution, within: 4h\nclock: first_response, within: 1h", group_by="[queue]")
    shard = turned(shard, pad, anew, history=2)
    assert {"created": 6, "messages": 24, "first_response breached": 6} == counted(shard)
    before = seen(shard)
    for _ in range(2):
        shard = turned(shard, pad, anew, history=2)
        assert before == seen(shard)
    shard = turned(shard, pad, policy(RULES), history=2)
    assert {"created": 6, "messages": 24, "first_response breached": 6} == counted(shard)


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    desk=desks(policies=100),
    others=st.lists(st.integers(0, 99), min_size=1, max_size=3),
    history=st.sampled_from([1, 2, 3, 256]),
    chance=st.randoms(use_true_random=False),
)
def test_a_restart_changes_nothing_however_often_the_policy_changed(
    desk: Desk, others: list[int], history: int, chance: random.Random
) -> None:
    """Under the policies of other desks, too: what a restart shows is what was shown before it."""
    texts = [desk.setting.policy, *(setting_of(number).policy for number in others)]
    policies = [load_policy(text, "desk") for text in texts]
    pad = Notepad()
    shard, _ = pad.open(policies[0], history=history)
    for told in desk.telling:
        if told.now is None:
            shard.apply(read(told))
        else:
            shard.advance(told.now)
        if chance.random() < 2 / len(desk.telling):
            shard = turned(shard, pad, chance.choice(policies), history=history)
    shard.advance(desk.now)
    for rules in policies:
        shard = turned(shard, pad, rules, history=history)
        again = turned(shard, pad, rules, history=history)
        assert seen(shard) == seen(again)
        shard = again
