"""The worked cases of the rules, row by row; calendars have theirs in tests/calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.core.build import chat, clock, counted, created, message, policy, run, status, ticket

if TYPE_CHECKING:
    from stream.core.events import Event

TEN_TO_SIX = 'desk: {zone: UTC, hours: {mon-fri: ["10:00-18:00"]}}'


@dataclass(frozen=True)
class Case:
    """Targets, events, a time, and what one clock must say then."""

    name: str
    targets: str
    events: tuple[Event, ...]
    until: str
    clock: str
    expected: dict[str, Any]
    cycle: int = 1
    counts: dict[str, int] | None = None
    parts: dict[str, str] = field(default_factory=dict)


CASES = (
    Case(
        "3: on hold for 3600 s moves the deadline from 17:00 to 18:00",
        "clock: resolution, within: 4h, schedule: desk",
        (created("13:00"), status("14:00", "on_hold"), status("15:00", "open")),
        "15:30",
        "resolution",
        {"due_at": "2026-03-02T18:00:00Z", "state": "pending", "elapsed_s": 5400, "paused_s": 3600},
        parts={"schedules": TEN_TO_SIX},
    ),
    Case(
        "3: on hold for 3601 s moves it over the night",
        "clock: resolution, within: 4h, schedule: desk",
        (created("13:00"), status("14:00", "on_hold"), status("15:00:01", "open")),
        "15:30",
        "resolution",
        {"due_at": "2026-03-03T10:00:01Z", "paused_s": 3601},
        parts={"schedules": TEN_TO_SIX},
    ),
    Case(
        "7: a pause of 15 min and closed hours of 30 min",
        "clock: resolution, within: 120m, schedule: gap",
        (created("09:00"), status("09:30", "pending"), status("09:45", "open")),
        "11:00",
        "resolution",
        {"due_at": "2026-03-02T11:45:00Z"},
        parts={"schedules": 'gap: {zone: UTC, hours: {mon-fri: ["08:00-10:00", "10:30-18:00"]}}'},
    ),
    Case(
        "8: born pending, solved without ever opening",
        "clock: resolution, within: 120m",
        (created("09:00", status="pending"), status("15:00", "solved")),
        "16:00",
        "resolution",
        {"state": "met", "elapsed_s": 0, "paused_s": 6 * 3600, "due_at": None},
        counts={"created": 1, "solved": 1, "resolution met": 1},
    ),
    Case(
        "9: Thu 17:50 on hold until Mon 12:30, Friday a holiday, is 160 min on hold",
        "clock: resolution, within: 8h, schedule: desk",
        (
            created("2026-03-05T17:00:00Z"),
            status("2026-03-05T17:50:00Z", "on_hold"),
            status("2026-03-09T12:30:00Z", "open"),
        ),
        "2026-03-09T12:30:00Z",
        "resolution",
        {"paused_s": 160 * 60, "elapsed_s": 50 * 60},
        parts={"schedules": 'desk: {zone: UTC, hours: {mon-fri: ["10:00-18:00"]}, holidays: ["2026-03-06"]}'},
    ),
    Case(
        "10: medium (3 h) becomes high (2 h) after an hour",
        "clock: resolution, match: {priority: medium}, within: 3h\n"
        "clock: resolution, match: {priority: high}, within: 2h",
        (created("10:00", priority="medium"), ticket("priority_changed", "11:00", priority="high")),
        "11:30",
        "resolution",
        {"due_at": "2026-03-02T12:00:00Z", "state": "pending", "elapsed_s": 5400},
    ),
    Case(
        "12: an answer 210 min late is breached at the deadline, once",
        "clock: first_response, within: 60m",
        (created("09:00"), message("13:30", "agent")),
        "14:00",
        "first_response",
        {"state": "breached", "breached_at": "2026-03-02T10:00:00Z", "satisfied_at": "2026-03-02T13:30:00Z"},
        counts={"created": 1, "messages": 1, "first_response breached": 1},
    ),
    Case(
        "13: a customer's thanks, then solved, is no breach",
        "clock: next_response, within: 60m",
        (created("09:00"), message("09:10", "agent"), message("09:20", "customer"), status("09:30", "solved")),
        "12:00",
        "next_response",
        {"state": "met", "satisfied_at": "2026-03-02T09:30:00Z"},
        counts={"created": 1, "messages": 2, "solved": 1, "next_response met": 1},
    ),
    Case(
        "14: two unanswered messages are one unanswered stretch, due from the first",
        "clock: next_response, within: 60m\nclock: resolution, within: 120m",
        (created("09:00"), message("09:10", "agent"), message("09:20", "customer"), message("09:50", "customer")),
        "12:00",
        "next_response",
        {"state": "breaching", "due_at": "2026-03-02T10:20:00Z", "breached_at": "2026-03-02T10:20:00Z"},
        counts={"created": 1, "messages": 3, "next_response breached": 1, "resolution breached": 1},
    ),
    Case(
        "16: reopened with `continue` has two hours left",
        "clock: resolution, within: 4h",
        (created("09:00"), status("11:00", "solved"), status("15:00", "open")),
        "16:00",
        "resolution",
        {"due_at": "2026-03-02T17:00:00Z", "state": "pending", "elapsed_s": 3 * 3600},
        cycle=2,
        counts={"created": 1, "solved": 1, "reopened": 1, "resolution met": 1},
    ),
    Case(
        "16: reopened with `restart` has all four again",
        "clock: resolution, within: 4h, on_reopen: restart",
        (created("09:00"), status("11:00", "solved"), status("15:00", "open")),
        "16:00",
        "resolution",
        {"due_at": "2026-03-02T19:00:00Z", "started_at": "2026-03-02T15:00:00Z", "elapsed_s": 3600},
        cycle=2,
    ),
    Case(
        "rule 5: a reply at exactly the deadline is met",
        "clock: first_response, within: 60m",
        (created("09:00"), message("10:00", "agent")),
        "10:00",
        "first_response",
        {"state": "met"},
    ),
    Case(
        "rule 5: silence at that second is breaching",
        "clock: first_response, within: 60m",
        (created("09:00"),),
        "10:00",
        "first_response",
        {"state": "breaching", "breached_at": "2026-03-02T10:00:00Z"},
        counts={"created": 1, "first_response breached": 1},
    ),
    Case(
        "rule 6: a cycle that goes on after a breach is not counted again",
        "clock: resolution, within: 1h",
        (created("09:00"), status("11:00", "solved"), status("12:00", "open"), status("13:00", "solved")),
        "14:00",
        "resolution",
        {"state": "breached"},
        cycle=2,
        counts={"created": 1, "solved": 2, "reopened": 1, "resolution breached": 1},
    ),
    Case(
        "rule 7: a target that is exceeded already is breached at the change, not before",
        "clock: resolution, match: {priority: high}, within: 1h\nclock: resolution, within: 8h",
        (created("09:00", priority="low"), ticket("priority_changed", "11:00", priority="high")),
        "12:00",
        "resolution",
        {"state": "breaching", "breached_at": "2026-03-02T11:00:00Z"},
    ),
    Case(
        "rule 7: no match cancels, a later match goes on with what had elapsed",
        "clock: resolution, match: {priority: high}, within: 2h",
        (
            created("09:00"),
            ticket("priority_changed", "10:00", priority="low"),
            ticket("priority_changed", "13:00", priority="high"),
        ),
        "13:30",
        "resolution",
        {"due_at": "2026-03-02T14:00:00Z", "elapsed_s": 5400, "state": "pending"},
    ),
    Case(
        "rule 7: a first match later counts from the clock's start",
        "clock: resolution, match: {priority: high}, within: 4h",
        (created("09:00", priority="low"), ticket("priority_changed", "11:00", priority="high")),
        "11:30",
        "resolution",
        {"due_at": "2026-03-02T13:00:00Z", "elapsed_s": 9000},
    ),
    Case(
        "rule 8: a deadline that passed while the ticket was deleted breaches when it is restored",
        "clock: resolution, within: 1h",
        (created("09:00"), ticket("deleted", "09:30"), ticket("restored", "11:00")),
        "11:30",
        "resolution",
        {"state": "breaching", "due_at": "2026-03-02T10:00:00Z", "breached_at": "2026-03-02T11:00:00Z"},
        counts={"created": 1, "resolution breached": 1},
    ),
    Case(
        "rule 8: a merged ticket's open clocks are cancelled and breach no more",
        "clock: resolution, within: 1h",
        (created("09:00"), ticket("merged", "09:30", into="T2")),
        "12:00",
        "resolution",
        {"state": "cancelled", "breached_at": None},
        counts={"created": 1},
    ),
    Case(
        "warn: imminent from the deadline of target less warning, in open hours",
        "clock: resolution, within: 4h, warn: 30m, schedule: office",
        (created("15:00"),),
        "2026-03-03T10:30:00Z",
        "resolution",
        {"state": "imminent", "due_at": "2026-03-03T11:00:00Z"},
    ),
    Case(
        "only a human's public message answers: a bot, a note and the system do not",
        "clock: first_response, within: 60m",
        (
            created("09:00"),
            message("09:01", "bot"),
            message("09:02", "agent", "internal"),
            message("09:03", "system"),
            message("09:30", "agent"),
        ),
        "10:00",
        "first_response",
        {"state": "met", "elapsed_s": 1800},
        counts={"created": 1, "messages": 4, "first_response met": 1},
    ),
    Case(
        "opened by an agent: the clock starts at the customer's first message",
        "clock: first_response, within: 60m",
        (
            created("09:00", opened_by="agent"),
            message("09:05", "agent"),
            message("11:00", "customer"),
            message("11:10", "agent"),
        ),
        "12:00",
        "first_response",
        {"started_at": "2026-03-02T11:00:00Z", "state": "met", "elapsed_s": 600},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worked_case(case: Case) -> None:
    """The clock says what the case says, and so do the counts."""
    shard = run(policy(case.targets, **case.parts), case.events, case.until)
    told = clock(shard, case.clock, case.cycle)
    assert {key: told[key] for key in case.expected} == case.expected
    if case.counts is not None:
        assert counted(shard) == case.counts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_segments_add_up(case: Case) -> None:
    """The segments of a clock tile its time, and its elapsed time is the sum of the open ones."""
    told = clock(run(policy(case.targets, **case.parts), case.events, case.until), case.clock, case.cycle)
    segments = told["segments"]
    assert [row["to"] for row in segments[:-1]] == [row["from"] for row in segments[1:]]
    assert not segments or segments[0]["from"] == told["started_at"]
    assert sum(row["seconds"] for row in segments if row["kind"] == "open") == told["elapsed_s"]


def test_case_11_the_hand_off_starts_the_wait() -> None:
    """A bot answers at once, the human 42 s after the hand-off: that is the first response."""
    events = (
        chat("started", "10:00", channel="chat", queue="tech", handled_by="bot"),
        chat("message", "10:00:01", author="bot", visibility="public"),
        chat("queued", "10:00:20", queue="tech"),
        chat("accepted", "10:00:50", agent_id="a1"),
        chat("message", "10:01:02", author="agent", visibility="public"),
    )
    (story,) = run(policy(), events, "10:02").explain("C1")
    assert (story["first_response_s"], story["wait_s"]) == (42, 30)


def test_case_15_a_late_reply_takes_the_breach_back() -> None:
    """The timer fired at 10:05, the reply of 10:00 arrives at 10:20: met, and no window counts a breach."""
    rules = policy("clock: first_response, within: 65m")
    shard = run(rules, [created("09:00")], "10:20")
    assert counted(shard) == {"created": 1, "first_response breached": 1}
    shard.apply(message("10:00", "agent"))
    assert counted(shard) == {"created": 1, "messages": 1, "first_response met": 1}
    assert clock(shard, "first_response")["satisfied_at"] == "2026-03-02T10:00:00Z"
    assert shard.at_risk(None, 10) == []
