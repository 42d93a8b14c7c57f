"""`explain --format text`: the story of one ticket or contact in words that add up."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from stream.core.policy import load_policy
from stream.tools.explain_view import StoryTeller, print_story
from stream.tools.stretches import stretches
from tests.cli.commands import answer, chat, desk, line, policy_file, run, ticket

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
schedules:
  office: {zone: Europe/Berlin, hours: {mon-fri: ["09:00-10:00", "10:30-17:00"]}}
targets:
  - {name: urgent-1h, clock: first_response, match: {priority: urgent}, within: 1h, schedule: office}
  - {name: mail-4h, clock: first_response, match: {channel: email}, within: 4h, schedule: office, warn: 30m}
  - {name: reply-2h, clock: next_response, within: 2h, schedule: office}
  - {name: solved-2h, clock: resolution, within: 2h, schedule: office}
  - {name: owned-1d, clock: ownership, match: {queue: tech}, within: 1d}
service_level: [{within: 20s}]
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A policy file with short office hours in Berlin."""
    return policy_file(tmp_path, POLICY)


def told(policy: str, lines: list[str], *more: str) -> str:
    """Return what `explain --format text` prints."""
    return run("explain", "--policy", policy, "--events", "-", "--format", "text", *more, lines=lines)[0]


def clock_of(text: str, title: str) -> str:
    """Return the paragraph of one clock."""
    return next(part for part in text.split("\n\n") if part.startswith(f"{title}  "))


def test_a_story_can_be_checked_by_hand(policy: str) -> None:
    """Worked case 7: every stretch has its local time, its kind and its reason, and the open ones add up."""
    lines = [
        ticket("created", "02T09:00", customer_tier="gold"),
        answer("02T09:20"),
        ticket("status_changed", "02T09:30", status="pending"),
        ticket("status_changed", "02T09:45", status="open"),
        ticket("status_changed", "02T11:30", status="solved"),
    ]
    assert told(policy, lines) == (
        "Ticket T1 · solved · billing · email · priority normal · tier gold\n"
        "First answer after 20 min. Solved after 2 h 30 min. 1 public answer.\n"
        "Times are those of Europe/Berlin (CET, UTC+1).\n"
        "\n"
        "First answer  ✓ met with 3 h 40 min to spare\n"
        "  Goal mail-4h: 4 h in the hours of office, due Mon 2 Mar 2026 13:30.\n"
        "  Mon 2 Mar  09:00 – 09:20  open  20 min  the customer asked\n"  # noqa: RUF001
        "             09:20          answered\n"
        "  20 min of 4 h\n"
        "\n"
        "Solution  ✓ met with 15 min to spare\n"
        "  Goal solved-2h: 2 h in the hours of office, due Mon 2 Mar 2026 11:45.\n"
        "  Mon 2 Mar  09:00 – 09:30  open      30 min  the ticket was created\n"  # noqa: RUF001
        "             09:30 – 09:45  paused  (15 min)  waiting: pending or on hold\n"  # noqa: RUF001
        "             09:45 – 10:00  open      15 min  goes on\n"  # noqa: RUF001
        "             10:00 – 10:30  closed  (30 min)  closed hours\n"  # noqa: RUF001
        "             10:30 – 11:30  open         1 h\n"  # noqa: RUF001
        "             11:30          solved\n"
        "  30 min + 15 min + 1 h = 1 h 45 min of 2 h\n"
        "\n"
        "Note: Time in the queue: not measured, no goal applies.\n"
        "\n"
    )


STATES: list[tuple[str, str, list[str], str, list[str]]] = [
    ("running", "First answer", [], "02T09:30", ["… running, 3 h 30 min left", "09:30          now"]),
    ("running out", "First answer", [], "02T13:10", ["… running out, 20 min left"]),
    (
        "overdue", "First answer", [], "02T15:00",
        ["✗ overdue by 1 h 30 min, still open", "13:30          deadline passed"],
    ),
    (
        "at the deadline", "First answer", [], "02T13:30",
        ["✗ overdue from this second on", "13:30          deadline passed"],
    ),
    (
        "late", "First answer", [answer("02T14:00")], "02T15:00",
        ["✗ breached, 30 min late", "14:00          answered", "+ 30 min = 4 h 30 min, 30 min over the goal of 4 h"],
    ),
    ("in time", "First answer", [answer("02T13:30")], "02T15:00", ["✓ met at the last second"]),
    (
        "solved only", "First answer", [ticket("status_changed", "02T09:30", status="solved")], "02T15:00",
        ["✓ met with", "09:30          solved without an answer"],
    ),
    (
        "paused", "Solution", [ticket("status_changed", "02T09:30", status="on_hold")], "02T09:40",
        ["… paused, 1 h 30 min left when it goes on", "Goal solved-2h: 2 h in the hours of office.\n"],
    ),
    (
        "a shorter goal", "First answer", [ticket("priority_changed", "02T12:00", priority="urgent")], "02T12:30",
        ["12:00          too late at once: the goal changed", "overdue by 2 h"],
    ),
    (
        "thanks", "Next answer",
        [answer("02T09:10"), answer("02T09:20", "customer"), ticket("status_changed", "02T09:30", status="solved")],
        "02T15:00",
        ["✓ met with 1 h 50 min to spare", "the customer wrote again", "09:30          solved"],
    ),
    (
        "reopened", "Solution 2",
        [ticket("status_changed", "02T09:30", status="solved"), ticket("status_changed", "02T10:40", status="open")],
        "02T11:00",
        ["… running, 1 h 10 min left", "stopped  (1 h 10 min)  solved", "20 min  reopened", "= 50 min of 2 h"],
    ),
    (
        "in another zone's night", "Time in the queue", [ticket("assigned", "02T09:10", queue="tech")], "02T09:20",
        ["Goal owned-1d: 24 h day and night", "put in the queue"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "lines", "now", "words"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_each_state_has_its_words(policy: str, title: str, lines: list[str], now: str, words: list[str]) -> None:
    """A clock says how it stands, why it moved, and what is left or over."""
    title = "Time in the queue 2" if title == "Time in the queue" else title
    text = clock_of(told(policy, [ticket("created", "02T09:00"), *lines], "--at", f"2026-03-{now}:00+01:00"), title)
    assert [] == [each for each in words if each not in text], text


CONTACTS: list[tuple[str, list[str], list[str]]] = [
    (
        "answered",
        [chat("accepted", "02T09:00:15"), chat("ended", "02T09:05:15")],
        ["✓ met with 5 s to spare", "answered", "Answered Mon 2 Mar 09:00:15 after a wait of 15 s. Handled for 5 min."],
    ),
    (
        "given up",
        [chat("abandoned", "02T09:00:10")],
        ["Wait  \u2013 cancelled", "the customer gave up", "The customer gave up Mon 2 Mar 09:00:10."],
    ),
    (
        "moved on",
        [chat("transferred", "02T09:00:10", queue="tech"), chat("accepted", "02T09:01:10", agent_id="a")],
        ["put in another queue", "Wait 2  ✗ breached, 40 s late", "20 s + 40 s = 1 min, 40 s over the goal of 20 s"],
    ),
]


@pytest.mark.parametrize(("lines", "words"), [row[1:] for row in CONTACTS], ids=[row[0] for row in CONTACTS])
def test_a_contact_tells_of_its_waits(policy: str, lines: list[str], words: list[str]) -> None:
    """Each leg in a queue is a wait of its own, with what ended it."""
    start = chat("started", "02T09:00", channel="voice", queue="hotline", handled_by="queue")
    text = told(
        policy, [start, *(each.replace('"chat.accepted"', '"chat.accepted", "agent_id": "a"') for each in lines)]
    )
    assert [] == [each for each in words if each not in text], text


def test_a_changed_goal_is_named(policy: str) -> None:
    """What took the place of a goal stands in the notes, in words."""
    lines = [ticket("created", "02T09:00"), ticket("priority_changed", "02T09:30", priority="urgent")]
    assert "Note: First answer: the goal mail-4h became urgent-1h.\n" in told(policy, lines)


def test_hours_of_a_changed_clock_have_names(policy: str) -> None:
    """Where the clocks are changed within a stretch, its ends are named so that its length can be checked."""
    lines = [ticket("created", "28T22:30", queue="tech"), answer("29T03:30")]
    text = told(policy, lines)
    assert "Times are those of Europe/Berlin.\n" in text
    assert "Sat 28 Mar  22:30 CET – Sun 29 Mar 03:30 CEST  open  4 h" in clock_of(text, "Time in the queue")  # noqa: RUF001


def test_a_clock_over_weeks_fits_on_a_few_lines(policy: str) -> None:
    """Many days of open hours are one line that says what they are the sum of."""
    lines = [ticket("created", "02T09:00"), answer("24T12:00")]
    text = clock_of(told(policy, lines), "First answer")
    assert len(text.splitlines()) < 10
    assert "in 33 parts, closed in between" in text
    assert "4 h + 118 h 30 min = 122 h 30 min, 118 h 30 min over the goal of 4 h" in text


def test_text_for_a_pipe_is_plain(policy: str) -> None:
    """Without a terminal there are no colours, no padding and no cut lines, however long they are."""
    text = told(policy, [ticket("created", "02T09:00", queue="q" * 200), answer("24T12:00")])
    assert "\x1b" not in text
    assert [row.rstrip() for row in text.split("\n")] == text.split("\n")
    assert "q" * 200 in text


def test_a_terminal_has_colours(policy: str) -> None:
    """On a terminal what is late is red, and nothing else is different."""
    lines = [ticket("created", "02T09:00"), answer("24T12:00")]
    story = json.loads(run("explain", "--policy", policy, "--events", "-", lines=lines)[0])
    screen = Console(file=io.StringIO(), force_terminal=True, width=200, color_system="standard", no_color=False)
    print_story(story, StoryTeller(load_policy(f"version: 1\n{POLICY}", "p.yaml")), screen)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[31m✗ breached, 118 h 30 min late\x1b[0m" in shown


def test_what_is_shown_adds_up() -> None:
    """On a desk of many tickets and chats the stretches of each clock tile it, and add up to its elapsed time."""
    lines = desk(3_000, per_second=0.02)
    out, _ = run("explain", "--events", "-", lines=lines)
    clocks: list[dict[str, Any]] = [clock for row in out.splitlines() for clock in json.loads(row)["clocks"]]
    assert len(clocks) > 900
    for clock in clocks:
        found = stretches(clock)
        assert all(one.end == other.start for one, other in itertools.pairwise(found))
        # Times are cut to the second.
        assert abs(sum(each.counted for each in found) - clock["elapsed_s"]) <= 1


def test_every_story_can_be_told() -> None:
    """No ticket or chat of a busy desk is without words, at its end or in the middle of it."""
    lines = desk(1_500, per_second=0.02, seed=2)
    for at in ("2026-03-02T12:00:00Z", "2026-03-03T00:00:00Z"):
        text = run("explain", "--events", "-", "--format", "text", "--at", at, lines=lines)[0]
        assert text.count("Times are those of") > 100
        assert "None" not in text


def test_one_subject_is_told_as_among_all(policy: str) -> None:
    """`--subject` picks a story and does not change it: time is that of the file's last event."""
    other = line("ticket.created", "02T12:00", ticket_id="T2", channel="email", queue="tech", priority="low")
    lines = [ticket("created", "02T09:00"), other]
    rows = run("explain", "--policy", policy, "--events", "-", lines=lines)[0].splitlines()
    assert run("explain", "--policy", policy, "--events", "-", "--subject", "T1", lines=lines)[0] == f"{rows[0]}\n"


def test_an_id_that_is_not_there_is_named(policy: str) -> None:
    """Who asks for an id that no event has is told so, and nothing is printed."""
    out, err = run(
        "explain", "--policy", policy, "--events", "-", "--subject", "T9", lines=[ticket("created", "02T09:00")]
    )
    assert (out, err) == ("", "-: no ticket or contact 'T9'; expected an id that its events name\n")
