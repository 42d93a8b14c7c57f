"""Rules that tickets and contacts share, in corners that a change of one line would get wrong unseen."""

from __future__ import annotations

import pytest

from stream.core.shard import Shard
from tests.core.build import at, chat, counted, created, figures, message, policy, run, status, ticket

BOTH = policy("clock: first_response, within: 1h\nclock: resolution, within: 2h")


def test_a_subject_keeps_the_first_tenant_that_is_said() -> None:
    """Another tenant in a later event changes nothing: its promise is not that of the ticket."""
    rules = policy("""
        clock: next_response, match: {tenant: acme}, within: 1h
        clock: next_response, match: {tenant: beta}, within: 2h
    """)
    events = [created("09:00", tenant="acme"), message("09:10", "agent")]
    events.append(ticket("message", "10:00", author="customer", visibility="public", tenant="beta"))
    (told,) = run(rules, events, "10:30").explain("T1")
    assert [clock["due_at"] for clock in told["clocks"]] == ["2026-03-02T11:00:00Z"]


@pytest.mark.parametrize(("late", "met"), [("10:30", True), ("11:00", True), ("11:00:01", False)])
def test_of_two_deadlines_that_passed_at_once_a_late_event_disproves_the_second(late: str, *, met: bool) -> None:
    """The timer let 10:00 and 11:00 pass in one step; solved in between, the resolution was met."""
    shard = run(BOTH, [created("09:00")], "12:00")
    shard.apply(status(late, "solved"))
    found = counted(shard)
    assert (found["first_response breached"], found.get("resolution met", 0)) == (1, int(met))
    assert found.get("resolution breached", 0) == int(not met)


def test_silence_is_a_breach_at_the_deadline_and_not_a_microsecond_before() -> None:
    """Time alone fails a clock at its very deadline."""
    for before, breached in ((2, 0), (1, 0), (0, 1)):
        shard = run(BOTH, [created("09:00")], at("10:00") - before)
        assert counted(shard).get("first_response breached", 0) == breached
        states = figures(shard)["live"][0]["clocks"]["first_response"]
        assert (states["pending"], states["breaching"]) == (1 - breached, breached)


def test_a_deadline_a_microsecond_later_passes_a_microsecond_later() -> None:
    """What one deadline lets pass is not yet the next one."""
    rules = policy("clock: first_response, within: 1h\nclock: resolution, within: 3600.000001s")
    for after, breached in ((0, 0), (1, 1)):
        found = counted(run(rules, [created("09:00")], at("10:00") + after))
        assert (found["first_response breached"], found.get("resolution breached", 0)) == (1, breached)


def test_silence_shows_without_any_further_event() -> None:
    """One shard that only waits: imminent, then breaching, each at its second."""
    rules = policy("clock: first_response, within: 1h, warn: 10m")
    shard = Shard(rules)
    shard.apply(created("09:00"))
    seen = []
    for when in ("09:49:59", "09:50", "09:59:59", "10:00", "11:00"):
        shard.advance(at(when))
        states = figures(shard)["live"][0]["clocks"]["first_response"]
        seen.append(next(state for state, count in states.items() if count))
    assert seen == ["pending", "imminent", "imminent", "breaching", "breaching"]


@pytest.mark.parametrize("when", ["1969-12-31T23:00:00Z", "09:00"])
def test_nothing_is_late_before_the_shard_has_a_time(when: str) -> None:
    """Whatever is read first is as early as anything: no window has gone on."""
    shard = Shard(BOTH)
    shard.apply(created(when))
    assert shard.counts.late == 0


def test_a_deadline_that_an_event_lets_pass_is_shown_whoever_read_before() -> None:
    """A note of 12:00 is known while the shard's time is 09:30: what is shown does not hang on a reading in between."""
    note = message("12:00", "bot")
    read = run(BOTH, [created("09:00")], "09:30")
    figures(read)
    read.apply(note)
    assert figures(read)["live"] == figures(run(BOTH, [created("09:00"), note], "09:30"))["live"]


def test_what_an_agent_writes_before_a_contact_is_put_in_a_queue_is_no_reply() -> None:
    """Nobody waits for a human yet."""
    events = [chat("started", "09:00", channel="chat", queue="billing", handled_by="bot")]
    events.append(chat("message", "09:01", author="agent", visibility="public"))
    (told,) = run(BOTH, events, "09:02").explain("C1")
    assert (told["public_replies"], told["first_response_s"]) == (0, None)


def test_only_a_target_that_is_another_one_is_noted() -> None:
    """An explanation says which target became which, and nothing where a change changed no target."""
    rules = policy("""
        clock: resolution, match: {priority: urgent}, within: 1h
        clock: resolution, match: {priority: high}, within: 4h
        clock: resolution, match: {queue: billing}, within: 8h
    """)
    events = [created("09:00", priority="low")]
    events += [
        ticket("priority_changed", f"10:0{n}", priority=name) for n, name in enumerate(("normal", "high", "urgent"))
    ]
    (told,) = run(rules, events, "10:30").explain("T1")
    names = [target.name for target in rules.targets]
    changes = [note for note in told["notes"] if " became " in note]
    assert changes == [
        f"resolution: target {names[2]} became {names[1]}",
        f"resolution: target {names[1]} became {names[0]}",
    ]


def test_a_contacts_first_target_counts_from_the_clocks_start() -> None:
    """It has waited for a minute where nothing was promised, when it comes to a queue with a promise of five."""
    rules = policy("clock: first_response, match: {queue: tech}, within: 5m")
    events = [chat("started", "09:00", channel="chat", queue="billing", handled_by="queue")]
    events.append(chat("transferred", "09:01", queue="tech"))
    (told,) = run(rules, events, "09:02").explain("C1")
    (clock,) = [clock for clock in told["clocks"] if clock["clock"] == "first_response"]
    assert (clock["elapsed_s"], clock["due_at"]) == (120, "2026-03-02T09:05:00Z")
