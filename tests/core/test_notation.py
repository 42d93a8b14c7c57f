"""The notation of the tables: what is written is what is told and asked for, and a slip of the pen is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.core.notation import cases, differences
from tests.core.notation.events import Teller
from tests.core.notation.promises import policy_file
from tests.core.notation.times import Wall, seconds, shown


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("UTC", "09:00", "2026-03-02T09:00:00Z"),
        ("UTC", "Fri 16:30", "2026-03-06T16:30:00Z"),
        ("UTC", "next Mon 09:30", "2026-03-09T09:30:00Z"),
        ("UTC", "2015-09-21 14:30:05", "2015-09-21T14:30:05Z"),
        ("UTC", "Mon 09:00:00.5", "2026-03-02T09:00:00.5Z"),
        ("Europe/Berlin", "Tue 09:00", "2026-03-03T08:00:00Z"),
        ("Europe/Berlin", "2026-07-01 09:00", "2026-07-01T07:00:00Z"),
        ("Europe/Berlin", "07:30Z", "2026-03-02T07:30:00Z"),
    ],
)
def test_a_time_is_local_unless_it_says_utc(zone: str, text: str, expected: str) -> None:
    """Days are of the week of 2 March 2026 or the week after, times on the wall of the row's zone."""
    assert expected == shown(Wall(zone).only(text))


def test_a_time_without_a_day_is_on_the_day_that_was_named_last() -> None:
    """A story names a day once, until another begins."""
    wall = Wall("UTC")
    read = [wall.only(text) for text in ("08:00", "Wed 09:00", "10:00", "next Tue 11:00", "12:00")]
    assert [(2, 8), (4, 9), (4, 10), (10, 11), (10, 12)] == [(moment.day, moment.hour) for moment in read]


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "9:00"),
        ("UTC", "noon"),
        ("UTC", "Mon 09:00 sharp"),
        ("UTC", "Tues 09:00"),
        ("UTC", ""),
        ("Europe/Berlin", "2025-03-30 02:30"),
    ],
)
def test_what_is_no_time_is_refused(zone: str, text: str) -> None:
    """Neither a misspelt time nor one that does not exist on that day is read."""
    with pytest.raises(ValueError, match=r"time"):
        Wall(zone).only(text)


def test_a_time_may_be_followed_by_words() -> None:
    """What follows a time is given back."""
    assert (datetime(2026, 3, 2, 9, tzinfo=UTC), "customer writes") == Wall("UTC").read("Mon 09:00 customer writes")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("45m", 2700), ("1h30m", 5400), ("3601s", 3601), ("2d", 172800), ("-5m", -300), ("0.5s", 0.5), ("0s", 0)],
)
def test_durations(text: str, expected: float) -> None:
    """Amounts of several units add up; a minus is before all of them."""
    assert expected == seconds(text)


@pytest.mark.parametrize("text", ["45", "m", "1h 30m", "1w", "--5m", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A number needs its unit."""
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ("resolution 4h", {"clock": "resolution", "within": 14400}),
        ("resolution none", {"clock": "resolution", "within": None}),
        ("resolution 1h in office restart", {"schedule": "office", "on_reopen": "restart"}),
        ("first_response 1h warn 10m", {"clock": "first_response", "warn": 600}),
        ("resolution 1h pausing new/on_hold", {"pause_on": ["new", "on_hold"]}),
        ("resolution 1h pausing nothing", {"pause_on": []}),
        (
            "ownership 1h for priority high/urgent and tier gold",
            {"match": {"priority": ["high", "urgent"], "tier": ["gold"]}},
        ),
    ],
)
def test_a_promise_is_a_row_of_the_policy(promise: str, expected: dict[str, Any]) -> None:
    """Every word of a promise is a key of its row."""
    (row,) = json.loads(policy_file([promise], {}, "UTC"))["targets"]
    assert expected == {key: row[key] for key in expected}


def test_a_promise_of_a_wait_is_a_service_level() -> None:
    """Waits stand where the policy file has them; without one nobody is promised anything."""
    assert [{"within": 20, "short_abandon": 5, "match": {"channel": ["voice"]}}] == json.loads(
        policy_file(["wait 20s short 5s for channel voice"], {}, "UTC")
    )["service_level"]
    assert [] == json.loads(policy_file(["resolution 1h"], {}, "UTC"))["service_level"]


def test_hours_are_a_schedule() -> None:
    """Full hours may be short; the zone is the row's, unless the hours say another."""
    file = json.loads(
        policy_file([], {"a": "mon-fri 08-12 13:30-17; off 2026-03-06 DE/NW", "b": "in UTC"}, "Asia/Tokyo")
    )
    assert {"mon-fri": ["09:00-17:00"]} == file["schedules"]["office"]["hours"]
    assert {
        "zone": "Asia/Tokyo",
        "hours": {"mon-fri": ["08:00-12:00", "13:30-17:00"]},
        "holidays": ["2026-03-06", {"country": "DE", "state": "NW"}],
    } == file["schedules"]["a"]
    assert "UTC" == file["schedules"]["b"]["zone"]


@pytest.mark.parametrize(
    "promise", ["resolution 1h quickly", "resolution 1h for colour red", "resolution 1h in office soon"]
)
def test_what_is_no_promise_is_refused(promise: str) -> None:
    """A word that adds nothing is not passed over."""
    with pytest.raises(ValueError, match="adds nothing"):
        policy_file([promise], {}, "UTC")


@pytest.mark.parametrize(
    ("kind", "phrase", "expected"),
    [
        ("ticket", "created", {"type": "ticket.created", "queue": "billing", "channel": "email"}),
        (
            "ticket",
            "created pending high gold in tech",
            {"status": "pending", "priority": "high", "customer_tier": "gold"},
        ),
        ("ticket", "created without queue opened by agent", {"queue": None, "opened_by": "agent"}),
        ("ticket", "created to a1 from acme", {"agent_id": "a1", "tenant": "acme"}),
        ("ticket", "customer writes", {"type": "ticket.message", "author": "customer", "visibility": "public"}),
        ("ticket", "agent notes", {"author": "agent", "visibility": "internal"}),
        ("ticket", "on_hold", {"type": "ticket.status_changed", "status": "on_hold"}),
        ("ticket", "becomes high", {"type": "ticket.priority_changed", "priority": "high"}),
        ("ticket", "moved to tech for a1", {"type": "ticket.assigned", "queue": "tech", "agent_id": "a1"}),
        ("ticket", "taken back", {"type": "ticket.assigned", "agent_id": None}),
        ("ticket", "merged into T2", {"type": "ticket.merged", "into": "T2"}),
        ("ticket", "solved (seq 3)", {"status": "solved", "seq": 3}),
        ("contact", "started voice with bot", {"type": "chat.started", "channel": "voice", "handled_by": "bot"}),
        ("contact", "queued in tech", {"type": "chat.queued", "queue": "tech"}),
        ("contact", "accepted by a1", {"type": "chat.accepted", "agent_id": "a1"}),
        ("contact", "callback", {"type": "chat.callback_requested"}),
        ("contact", "ended by customer", {"type": "chat.ended", "ended_by": "customer"}),
        ("contact", "ended resolved", {"type": "chat.ended", "resolved": True}),
        ("contact", "wrapped up unresolved", {"type": "chat.wrapped_up", "resolved": False}),
    ],
)
def test_words_are_messages(kind: str, phrase: str, expected: dict[str, Any]) -> None:
    """What happened becomes the message that says so."""
    (message,) = Teller("UTC").tell(kind, "X1", f"Mon 09:00 {phrase}")
    said = json.loads(message)
    assert expected == {key: said[key] for key in expected}
    assert "X1" == said["ticket_id" if kind == "ticket" else "chat_id"]
    assert "2026-03-02T09:00:00+00:00" == said["occurred_at"]


def test_messages_of_a_row_have_rising_numbers_and_again_repeats_one() -> None:
    """Only a repeated message has the id and the number of another."""
    told = [json.loads(each) for each in Teller("UTC").tell("ticket", "T1", "Mon 09:00 created; again; 09:00 solved")]
    assert told[0] == told[1]
    assert told[0]["event_id"] != told[2]["event_id"]
    assert told[0]["seq"] < told[2]["seq"]


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        ("ticket", "slept"),
        ("ticket", "accepted"),
        ("contact", "merged"),
        ("ticket", "created purple"),
        ("ticket", ""),
        ("ticket", "customer shouts"),
        ("ticket", "created in"),
        ("contact", "started opened"),
    ],
)
def test_what_cannot_happen_is_refused(kind: str, phrase: str) -> None:
    """A word that no ticket or contact knows is not passed over."""
    with pytest.raises(ValueError, match=r"is nothing that|is no label"):
        list(Teller("UTC").tell(kind, "X1", f"Mon 09:00 {phrase}"))


STORY = """
A row
    promise: first_response 1h warn 10m
    promise: resolution 2h in office
    ticket:  Mon 09:00 created high; 09:30 agent writes; 10:00 pending; 10:15 open
    contact: Mon 10:00 started voice
    at Mon 10:30: {}
"""


@pytest.mark.parametrize(
    "words",
    [
        "first_response met 09:30",
        "first_response met, ended 09:30, since 09:00, due 10:00, spent 30m, left 30m, target 1h, in 24x7",
        "resolution pending, paused 15m, due 11:15",
        "resolution made of open 1h + paused 15m + open 15m",
        "T1: resolution pending; C1: no wait; no second resolution",
        "C1: first_response pending",
        "first_response took 30m; full_resolution took nothing",
        "public_replies 1; reopens 0; status open; priority high; tier none",
        "counts created 1, messages 1; counts in sales created 0",
        "outcomes first_response met 1; outcomes in sales none; last hour outcomes first_response met 1",
        "booked first_response 30m; booked wait nothing; last hour booked first_response 30m",
        "live open 1, unassigned 1, waiting 1, resolution pending 1, resolution paused 0",
        "waiting since 10:00; unanswered since never; read duplicates 0",
    ],
)
def test_words_are_what_must_be_seen(words: str) -> None:
    """What is so is found to be so."""
    (row,) = cases(STORY.format(words))
    assert [] == differences(row)


@pytest.mark.parametrize(
    "words",
    [
        "first_response met 09:31",
        "first_response breached",
        "first_response due 10:01",
        "first_response spent 31m",
        "first_response in office",
        "second resolution pending",
        "no resolution",
        "resolution made of open 1h + paused 15m + open 16m",
        "resolution due never",
        "first_response took 31m",
        "full_resolution took 1h",
        "public_replies 2",
        "status pending",
        "priority none",
        "counts created 2",
        "counts in sales created 1",
        "outcomes none",
        "outcomes first_response met 1, resolution met 1",
        "outcomes in sales first_response met 1",
        "booked first_response nothing",
        "booked first_response 10m + 20m",
        "live open 0",
        "live nothing",
        "waiting since 10:01",
        "unanswered since 09:00",
        "T1: no first_response",
    ],
)
def test_what_is_not_so_is_found(words: str) -> None:
    """Each thing that may be asked for can be wrong; what was seen is told, in every way of telling."""
    (row,) = cases(STORY.format(words))
    found = differences(row)
    assert 3 == len(found)
    assert all("2026-03-02T10:30:00Z" in line and "seen" in line for line in found)
    assert [False, True, True] == [line.startswith("told ") for line in found]


def test_a_count_that_does_not_exist_is_not_0() -> None:
    """A misspelt count never passes for one that has not happened."""
    (row,) = cases(STORY.format("counts solveds 0"))
    with pytest.raises(KeyError, match="solveds"):
        differences(row)


def test_what_was_read_is_asked_for_only_as_it_is_written() -> None:
    """Told twice, everything is a duplicate: that is no difference."""
    (row,) = cases(STORY.format("read duplicates 0"))
    assert [] == differences(row)
    (row,) = cases(STORY.format("read duplicates 1"))
    assert 1 == len(differences(row))


@pytest.mark.parametrize(
    "words",
    [
        "resolution",
        "resolution sleeping",
        "resolution due",
        "resolution due soon",
        "resolution pending due 11:15",
        "no resolution pending",
        "fifth resolution pending",
        "outcomes created 1",
        "counts created",
        "live asleep 1",
        "everything fine",
        "",
    ],
)
def test_what_cannot_be_seen_is_refused(words: str) -> None:
    """A slip of the pen never makes a row that asks for nothing."""
    with pytest.raises(ValueError, match="A row"):
        cases(STORY.format(words))


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("A row\n    ticket: Mon 09:00 created", "does not end with what must be seen"),
        ("A row\n    at Mon 09:00: live nothing", "nothing has happened yet"),
        ("A row\n    ticket: Mon 10:00 created\n    at Mon 09:00: live nothing", "before something that was told"),
        ("A row\n    tickets: Mon 09:00 created", "is no line of a row"),
        ("A row\n  ticket: Mon 09:00 created", "is indented by 2"),
        ("A row", "a row is a name and the lines below it"),
        (
            "\n\n".join(2 * ["A row\n    ticket: Mon 09:00 created\n    at Mon 09:00: live new 1"]),
            "the name stands twice",
        ),
    ],
)
def test_what_is_no_table_is_refused(table: str, why: str) -> None:
    """A row has a name of its own, lines that are known, and at its end something that must be seen."""
    with pytest.raises(ValueError, match=why):
        cases(table)


def test_a_long_line_goes_on_below() -> None:
    """A line that is indented further is part of the one before it."""
    (row,) = cases(
        "A row\n    ticket: Mon 09:00 created;\n        09:30 solved\n"
        "    at Mon 10:00: counts created 1,\n        solved 1"
    )
    assert 2 == len(row.events)
    assert [] == differences(row)


def test_rows_are_told_in_three_ways() -> None:
    """What must be seen on the way is asked for only where the row is told as it is written."""
    (row,) = cases(
        "A row\n    promise: resolution 1h\n    ticket: Mon 09:00 created\n    at Mon 10:00: outcomes none\n"
        "    ticket: Mon 09:30 solved\n    at Mon 10:00: outcomes resolution met 1"
    )
    (line,) = differences(row)
    assert line == "2026-03-02T10:00:00Z: outcomes none: seen {'resolution breached': 1}"
