"""The invented desk: its events are true ones, its day is a desk's day, and a seed decides all of it."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise, takewhile

import pytest

from stream.core.events import decode
from stream.core.policy import default_policy
from stream.core.times import DAY, HOUR, MINUTE, parse_rfc3339
from stream.tools.demo.desk import DESK, EventFields, simulate, trouble_at
from stream.tools.demo.desk.curve import intensity
from stream.tools.demo.messages import encode

MONDAY = parse_rfc3339("2026-03-02T00:00:00+01:00")
"""Midnight at the desk."""


def story(start: int, end: int, seed: int = 1) -> list[tuple[int, EventFields]]:
    """Everything that happens from `start` until `end`."""
    return list(takewhile(lambda step: step[0] < end, simulate(start, seed)))


@pytest.fixture(scope="module")
def monday() -> list[tuple[int, EventFields]]:
    """A whole Monday."""
    return story(MONDAY, MONDAY + DAY)


def of_queue(steps: list[tuple[int, EventFields]], kind: str, queue: str | None = None) -> list[tuple[int, str]]:
    """When what began in a queue had an event of a type, and the id of it."""
    queues: dict[str, str] = {}
    found = []
    for at, event in steps:
        key = event.get("chat_id") or event.get("ticket_id") or ""
        if "queue" in event:
            queues[key] = event["queue"]
        if event["type"] == kind and queue in {None, queues.get(key)}:
            found.append((at, key))
    return found


def test_every_event_of_a_day_is_an_event(monday: list[tuple[int, EventFields]]) -> None:
    """Each message of 24 hours decodes, and says when it happened and what it is about."""
    for at, event in monday:
        decoded = decode(encode(event))
        assert decoded is not None, event
        assert at == decoded.at


def test_events_come_in_order_and_have_ids_of_their_own(monday: list[tuple[int, EventFields]]) -> None:
    """Time never goes back, and no two events share an id or a number."""
    assert all(before <= after for (before, _), (after, _) in pairwise(monday))
    assert len(monday) == len({event["event_id"] for _, event in monday}) == len({event["seq"] for _, event in monday})


def test_a_seed_decides_everything() -> None:
    """The same seed tells the same story, another seed another one."""
    first, again, other = (list(islice(simulate(MONDAY, seed), 5_000)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_two_runs_share_no_id() -> None:
    """Events of two runs can stand in one topic."""
    ids = [{event["event_id"] for _, event in islice(simulate(MONDAY, run=run), 500)} for run in ("a", "b")]
    assert not ids[0] & ids[1]


def test_all_kinds_of_things_happen(monday: list[tuple[int, EventFields]]) -> None:
    """Two days hold nearly every type of event, all channels, queues, statuses and agents' states."""
    steps = monday + story(MONDAY + DAY, MONDAY + 2 * DAY, seed=2)
    types = Counter(event["type"] for _, event in steps)
    assert {
        "agent.state_changed", "chat.abandoned", "chat.accepted", "chat.callback_requested", "chat.ended",
        "chat.message", "chat.missed", "chat.offered", "chat.queued", "chat.started", "chat.transferred",
        "chat.wrapped_up", "customer.changed", "survey.answered", "ticket.assigned", "ticket.created",
        "ticket.deleted", "ticket.escalated", "ticket.merged", "ticket.message", "ticket.priority_changed",
        "ticket.status_changed",
    } <= set(types)  # fmt: skip
    begun = [event for _, event in steps if event["type"] in {"chat.started", "ticket.created"}]
    assert {(line.queue, line.channel) for line in DESK.lines} == {
        (event["queue"], event["channel"]) for event in begun
    }
    assert set(DESK.priorities) == {event["priority"] for event in begun}
    assert {"bot", "queue"} == {event["handled_by"] for event in begun if "handled_by" in event}
    assert {"new", "open"} == {event["status"] for event in begun if "status" in event}
    told = {event["status"] for _, event in steps if event["type"] == "ticket.status_changed"}
    assert {"open", "pending", "on_hold", "solved"} <= told
    states = {event["state"] for _, event in steps if event["type"] == "agent.state_changed"}
    assert {"available", "busy", "wrap_up", "break", "offline"} == states
    assert any(event.get("visibility") == "internal" for _, event in steps)


def test_solved_tickets_come_back(monday: list[tuple[int, EventFields]]) -> None:
    """Some customers are not content: their tickets are opened again after they were solved."""
    last: dict[str, str] = {}
    reopened = 0
    for _, event in monday:
        if event["type"] == "ticket.status_changed":
            reopened += (last.get(event["ticket_id"]), event["status"]) == ("solved", "open")
            last[event["ticket_id"]] = event["status"]
    assert reopened > 5


@pytest.mark.parametrize(
    ("hours", "least", "most"),
    [(3, 0.0, 0.05), (7.5, 0.4, 0.7), (10, 1.0, 1.0), (12.5, 0.8, 0.9), (23.5, 0.0, 0.1), (24 * 5 + 10, 0.3, 0.3)],
)
def test_a_day_has_its_curve(hours: float, least: float, most: float) -> None:
    """Nights are quiet, mornings are busy, and a Saturday has a third of a weekday."""
    assert least <= intensity(hours) <= most


def test_customers_follow_the_curve(monday: list[tuple[int, EventFields]]) -> None:
    """Between ten and eleven many more come than between three and four."""
    hours = Counter(
        (at - MONDAY) // HOUR for at, event in monday if event["type"] in {"chat.started", "ticket.created"}
    )
    assert hours[10] > 20 * hours[3]
    assert 0.8 * sum(line.per_hour for line in DESK.lines) < hours[10] < 1.2 * sum(line.per_hour for line in DESK.lines)


def test_the_desk_has_the_queues_of_the_built_in_policy() -> None:
    """No queue that the policy names stays empty."""
    assert default_policy().queues_named <= {line.queue for line in DESK.lines}


def test_one_queue_is_quiet(monday: list[tuple[int, EventFields]]) -> None:
    """Privacy gets a few tickets a day."""
    assert 0 < len(of_queue(monday, "ticket.created", "privacy")) < 20


def test_a_queue_goes_bad_while_its_agents_are_away(monday: list[tuple[int, EventFields]]) -> None:
    """In the staged hour billing loses many more customers than in the hour before, and than sales does."""
    lost = of_queue(monday, "chat.abandoned", "billing")
    ten = MONDAY + 10 * HOUR
    before = sum(ten - HOUR <= at < ten for at, _ in lost)
    during = sum(ten + 12 * MINUTE <= at < ten + 72 * MINUTE for at, _ in lost)
    elsewhere = sum(ten <= at < ten + 2 * HOUR for at, _ in of_queue(monday, "chat.abandoned", "sales"))
    assert during > 10 > before
    assert during > elsewhere


@pytest.mark.parametrize(
    ("at", "queue"),
    [
        ("2026-03-02T10:11:00+01:00", None),
        ("2026-03-02T10:13:00+01:00", "billing"),
        ("2026-03-02T12:00:00+01:00", None),
        ("2026-07-06T10:13:00+02:00", "billing"),
        ("2026-03-07T10:13:00+01:00", None),
    ],
)
def test_the_trouble_keeps_its_hours(at: str, queue: str | None) -> None:
    """It comes on weekdays at the same local time, in summer too."""
    assert queue == trouble_at(DESK, parse_rfc3339(at))


def test_agents_do_one_thing_at_a_time(monday: list[tuple[int, EventFields]]) -> None:
    """No call is accepted by an agent who is on a break or at home, and no phone agent has two calls."""
    states: dict[str, str] = {}
    calls: dict[str, str] = {}
    for _, event in monday:
        agent = event.get("agent_id", "")
        if event["type"] == "agent.state_changed":
            states[agent] = event["state"]
        elif event["type"] == "chat.accepted":
            assert states[agent] == "busy", event
            if "phone" in agent:
                assert agent not in calls.values(), event
                calls[event["chat_id"]] = agent
        elif event["type"] in {"chat.ended", "chat.transferred"}:
            calls.pop(event["chat_id"], None)


def test_stories_are_whole(monday: list[tuple[int, EventFields]]) -> None:
    """Nothing happens to a ticket or contact before it begins, and nothing but surveys after a contact ends."""
    begun, over = set(), set()
    for _, event in monday:
        key = event.get("chat_id") or event.get("ticket_id")
        if key is None:
            continue
        if event["type"] in {"chat.started", "ticket.created"}:
            begun.add(key)
        assert key in begun, event
        assert key not in over or event["type"] == "chat.wrapped_up", event
        if event["type"] in {"chat.ended", "chat.abandoned", "chat.callback_requested"}:
            over.add(key)
