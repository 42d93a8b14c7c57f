"""Rules of tickets in corners that a change of one line would get wrong unseen."""

from __future__ import annotations

from typing import Any

import pytest

from stream.core.shard import Shard
from tests.core.build import at, counted, created, message, policy, run, status, ticket

PLAIN = policy("clock: resolution, within: 4h\nclock: next_response, within: 1h")
DAYS = policy("clock: resolution, within: 4h", reopen_days="1", windows="[1h]")


def story(rules: Any, events: list[Any], until: str) -> dict[str, Any]:
    """Return what is explained of ticket T1."""
    (told,) = run(rules, events, until).explain("T1")
    return told


def clocks(rules: Any, events: list[Any], until: str, kind: str) -> list[dict[str, Any]]:
    """Return the clocks of a kind of ticket T1."""
    return [clock for clock in story(rules, events, until)["clocks"] if clock["clock"] == kind]


@pytest.mark.parametrize("first", [created("09:00", status="solved"), created("09:00", status="closed")])
def test_what_was_created_as_solved_counts_when_it_is_solved_after_a_reopening(first: Any) -> None:
    """The reopening is the moment at which it is seen unsolved."""
    found = counted(run(PLAIN, [first, status("10:00", "open"), status("11:00", "solved")], "12:00"))
    assert (found["created"], found["reopened"], found["solved"]) == (1, 1, 1)


def test_an_agents_ticket_that_was_created_as_solved_hears_its_customer() -> None:
    """Reopened, then asked and answered: the answer is a reply, and satisfies the clock of the question."""
    first = created("09:00", status="solved", opened_by="agent")
    events = [first, status("10:00", "open"), message("10:10", "customer"), message("10:30", "agent")]
    told = story(PLAIN, events, "12:00")
    assert told["public_replies"] == 1
    assert [clock["state"] for clock in told["clocks"] if clock["clock"] == "next_response"] == ["met"]


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ([created("09:00", status="solved")], False),
        ([created("09:00"), status("10:00", "solved")], False),
        ([created("09:00"), ticket("merged", "10:00")], False),
        ([created("09:00")], True),
        ([created("09:00"), status("10:00", "solved"), status("11:00", "open")], True),
        ([created("09:00"), ticket("deleted", "10:00"), ticket("restored", "11:00")], True),
        ([created("09:00"), status("09:30", "solved"), ticket("deleted", "10:00"), ticket("restored", "11:00")], False),
    ],
)
def test_what_has_ended_is_forgotten_after_a_while_and_nothing_else(events: list[Any], *, held: bool) -> None:
    """A day after it was solved, merged or deleted for good a ticket is gone; an open one stays for ever."""
    assert bool(run(DAYS, events, "2026-03-03T08:59:59Z").explain("T1"))
    assert bool(run(DAYS, events, "2026-03-09T09:00:00Z").explain("T1")) is held


def test_a_first_contact_is_taken_back_once() -> None:
    """Solved with one reply and reopened twice: the success is gone, and not less than gone."""
    back = [status("11:00", "solved"), status("12:00", "open"), status("13:00", "solved"), status("14:00", "open")]
    found = counted(run(PLAIN, [created("09:00"), message("10:00", "agent"), *back], "15:00"))
    assert (found["first_solved"], found.get("first_contact_resolved", 0)) == (1, 0)


def test_a_message_on_a_solved_ticket_is_heard_at_one_reopening_only() -> None:
    """Solved again without an answer, a second reopening waits for nobody."""
    events = [created("09:00"), message("09:10", "agent"), status("09:20", "solved"), message("09:30", "customer")]
    events += [status("10:00", "open"), status("10:20", "solved"), status("10:40", "open")]
    (clock,) = clocks(PLAIN, events, "12:00", "next_response")
    assert (clock["started_at"], clock["state"]) == ("2026-03-02T10:00:00Z", "met")


def test_a_ticket_whose_creation_was_not_seen_has_no_resolution() -> None:
    """Not even where it is reopened before our eyes."""
    assert clocks(PLAIN, [status("09:00", "solved"), status("10:00", "open")], "11:00", "resolution") == []
    assert "resolution: not started" not in str(
        story(PLAIN, [status("09:00", "solved"), status("10:00", "open")], "11:00")
    )


def test_a_ticket_whose_creation_was_not_seen_may_be_of_any_time() -> None:
    """Its beginning is before every event, even one before 1970."""
    events = [message("1969-12-31T23:00:00Z", "customer"), message("1969-12-31T23:30:00Z", "agent")]
    (clock,) = clocks(PLAIN, events, "2026-03-02T09:00:00Z", "next_response")
    assert (clock["started_at"], clock["elapsed_s"]) == ("1969-12-31T23:00:00Z", 1800)


def test_a_clock_that_the_policy_does_not_have_is_not_spoken_of() -> None:
    """That no target matches is said only where there are targets of that clock."""
    events = [created("09:00"), status("10:00", "solved"), status("11:00", "open")]
    told = story(policy("clock: next_response, within: 1h"), events, "12:00")
    assert told["clocks"] == []
    assert {note.partition(":")[0] for note in told["notes"]} <= {"first_response"}


@pytest.mark.parametrize("end", [status("11:00", "solved"), ticket("deleted", "11:00")])
def test_a_clock_that_ends_while_it_is_paused_has_no_deadline(end: Any) -> None:
    """The pause had taken its deadline away, and nothing gave it another one."""
    (clock,) = clocks(PLAIN, [created("09:00"), status("10:00", "pending"), end], "12:00", "resolution")
    assert (clock["state"], clock["due_at"]) == ("met" if end.type == "ticket.status_changed" else "cancelled", None)


def test_what_begins_anew_where_nothing_matches_begins_at_zero_where_something_does() -> None:
    """`restart` of the target that the cycle before had holds while no target is known."""
    rules = policy("clock: resolution, match: {queue: tech}, within: 5h, on_reopen: restart")
    events = [created("09:00", queue="tech"), status("11:00", "solved"), ticket("assigned", "11:30", queue="sales")]
    events += [status("12:00", "open"), ticket("assigned", "13:00", queue="tech")]
    second = clocks(rules, events, "14:00", "resolution")[-1]
    assert (second["cycle"], second["elapsed_s"], second["due_at"]) == (2, 7200, "2026-03-02T17:00:00Z")


def test_what_is_restored_without_having_left_stays_as_it_was() -> None:
    """It is forgotten a day after it was solved, whatever such an event says later."""
    events = [created("09:00"), status("09:30", "solved"), ticket("restored", "20:00")]
    assert run(DAYS, events, "2026-03-03T09:29:59Z").explain("T1")
    assert run(DAYS, events, "2026-03-03T12:00:00Z").explain("T1") == []


def test_a_ticket_of_unknown_status_is_not_seen_unsolved_by_coming_back() -> None:
    """Merged, restored, solved, and nobody ever said that it was open: no solving counts."""
    events = [ticket("merged", "09:00"), ticket("restored", "10:00"), status("11:00", "solved")]
    assert "solved" not in counted(run(PLAIN, events, "12:00"))


def test_a_status_that_was_set_while_it_was_gone_holds_from_its_return_on() -> None:
    """Paused when it left, made new again meanwhile: from its return on its time counts."""
    events = [created("09:00"), status("09:30", "pending"), ticket("merged", "10:00")]
    events += [status("10:10", "new"), ticket("restored", "11:00")]
    (clock,) = clocks(PLAIN, events, "12:00", "resolution")
    assert (clock["state"], clock["elapsed_s"], clock["due_at"]) == ("pending", 5400, "2026-03-02T14:30:00Z")


def test_a_first_target_knows_of_a_status_that_was_set_while_the_ticket_was_gone() -> None:
    """Open until its return at 11:00, paused from then on: two hours, though the target came at 13:00."""
    rules = policy("clock: resolution, match: {priority: urgent}, within: 4h")
    events = [created("09:00"), ticket("merged", "10:00"), status("10:10", "pending"), ticket("restored", "11:00")]
    events += [ticket("priority_changed", "13:00", priority="urgent")]
    (clock,) = clocks(rules, events, "14:00", "resolution")
    assert (clock["state"], clock["elapsed_s"], clock["paused_s"]) == ("paused", 7200, 10800)


def test_a_first_target_counts_a_clock_of_a_ticket_that_was_never_said_to_be_open() -> None:
    """A message is the first that is heard of it: it has been unanswered since, when a target comes at 10:00."""
    rules = policy("clock: next_response, match: {priority: urgent}, within: 4h")
    events = [message("09:00", "customer"), ticket("priority_changed", "10:00", priority="urgent")]
    (clock,) = clocks(rules, events, "11:00", "next_response")
    assert (clock["elapsed_s"], clock["due_at"]) == (7200, "2026-03-02T13:00:00Z")


def test_a_first_target_leaves_out_the_time_between_two_cycles() -> None:
    """Solved for an hour before a target matched: that hour is told as stopped."""
    rules = policy("clock: resolution, match: {priority: urgent}, within: 4h")
    events = [created("09:00"), status("10:00", "solved"), status("11:00", "open")]
    events += [ticket("priority_changed", "13:00", priority="urgent")]
    clock = clocks(rules, events, "14:00", "resolution")[-1]
    told = [(segment["kind"], segment["seconds"]) for segment in clock["segments"]]
    assert (clock["elapsed_s"], told) == (14400, [("open", 3600), ("stopped", 3600), ("open", 10800)])


def test_a_ticket_that_was_given_a_queue_while_it_was_gone_is_owned_from_its_return_on() -> None:
    """Before it left it was in no queue."""
    rules = policy("clock: ownership, within: 1h")
    events = [created("09:00", queue=None), ticket("merged", "10:00"), ticket("assigned", "10:30", queue="tech")]
    (clock,) = clocks(rules, [*events, ticket("restored", "11:00")], "11:30", "ownership")
    assert (clock["started_at"], clock["due_at"]) == ("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z")


def forgetful(rules: Any, events: list[Any], until: str) -> Shard:
    """Return a shard at a time that keeps two events of a subject, and of those before only what they led to."""
    shard = Shard(rules, history=2)
    for event in events:
        shard.apply(event)
    shard.advance(at(until))
    return shard


def test_what_was_dropped_is_not_changed_by_what_is_told_late() -> None:
    """On hold from 09:30, which is heard only after the pause of 10:00: 30 of 45 minutes have counted, not 60."""
    rules = policy("clock: resolution, match: {priority: urgent}, within: 45m")
    events = [created("09:00"), message("09:10", "bot"), message("09:20", "bot"), status("10:00", "pending")]
    events += [status("09:30", "on_hold"), ticket("priority_changed", "11:00", priority="urgent")]
    assert "resolution breached" not in counted(forgetful(rules, events, "12:00"))
    # In the same order, but open until 10:00, it is exceeded when its target comes.
    events[-2] = status("09:30", "open")
    assert counted(forgetful(rules, events, "12:00"))["resolution breached"] == 1


def test_a_cycle_that_ended_among_what_was_dropped_is_gone_on_with() -> None:
    """Solved after two of four hours, reopened at 15:00, and a note of 14:00 comes late: due at 17:00."""
    events = [created("09:00"), status("11:00", "solved"), message("12:00", "bot"), message("13:00", "bot")]
    events += [status("15:00", "open"), message("14:00", "bot")]
    (told,) = forgetful(PLAIN, events, "16:00").explain("T1")
    second = [clock for clock in told["clocks"] if clock["clock"] == "resolution"][-1]
    assert (second["cycle"], second["state"], second["due_at"]) == (2, "pending", "2026-03-02T17:00:00Z")
