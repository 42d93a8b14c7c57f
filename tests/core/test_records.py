"""What a record makes of facts that come late, twice, or when those before them were let go of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stream.core.shard import Shard
from tests.core.build import at, counted, created, event, figures, message, policy, ticket
from tests.core.notepad import TOPIC, Notepad

if TYPE_CHECKING:
    from stream.core.events import Event

HOUR = policy("clock: first_response, within: 1h")


def read(shard: Shard) -> dict[str, int]:
    """Return how many events a shard has read, and what it made of them."""
    counts = shard.counts
    return {name: getattr(counts, name) for name in ("events", "duplicates", "late", "too_late")}


def told(shard: Shard, clock: str, subject: str = "T1") -> dict[str, Any]:
    """Return the last clock of a kind that a shard tells of a subject."""
    (story,) = shard.explain(subject)
    last: dict[str, Any] = [row for row in story["clocks"] if row["clock"] == clock][-1]
    return last


def test_a_second_creation_is_the_same_ticket() -> None:
    """Whether the first one is at hand, comes later, or was let go of."""
    shard = Shard(HOUR, history=2)
    shard.apply(created("09:10"))
    shard.apply(created("09:20"))
    shard.apply(created("09:00"))
    assert read(shard) == {"events": 3, "duplicates": 2, "late": 0, "too_late": 0}
    assert told(shard, "first_response")["started_at"] == "2026-03-02T09:00:00Z"
    for minute in (21, 22, 23):
        shard.apply(message(f"09:{minute}", "bot"))
    shard.apply(created("08:00"))
    shard.advance(at("09:30"))
    assert read(shard) == {"events": 7, "duplicates": 3, "late": 0, "too_late": 0}
    assert counted(shard) == {"created": 1, "messages": 3}


def test_what_would_change_what_was_let_go_of_is_too_late() -> None:
    """Of a ticket that began with messages the first ones were let go of: neither its creation nor one more counts."""
    shard = Shard(HOUR, history=2)
    for minute in (10, 20, 30, 40):
        shard.apply(message(f"09:{minute}", "bot"))
    shard.apply(message("09:15", "bot"))
    shard.apply(created("09:00"))
    assert read(shard) == {"events": 6, "duplicates": 0, "late": 0, "too_late": 2}
    shard.apply(message("09:35", "bot"))
    shard.advance(at("09:50"))
    assert read(shard)["too_late"] == 2
    assert counted(shard)["messages"] == 5


def test_a_deadline_that_has_come_is_told_at_once() -> None:
    """A ticket that is heard of in the very second of its deadline has missed it."""
    shard = Shard(HOUR)
    shard.advance(at("10:00"))
    shard.apply(created("09:00"))
    assert counted(shard) == {"created": 1, "first_response breached": 1}


def test_late_facts_are_put_in_order_among_each_other() -> None:
    """Both come after a breach that they disprove; the later one is heard of first."""
    shard = Shard(HOUR)
    shard.apply(created("09:00"))
    shard.advance(at("10:05"))
    shard.apply(message("09:59", "agent"))
    shard.apply(message("09:58", "agent"))
    assert told(shard, "first_response")["satisfied_at"] == "2026-03-02T09:58:00Z"


def test_an_answer_to_a_survey_that_moved_is_written_down_where_it_is_now() -> None:
    """It was the contact's until a ticket of the same id was heard of."""
    pad = Notepad()
    shard, _ = pad.open(HOUR)
    shard.apply(event("chat.started", "09:00", chat_id="X1", queue="tech"))
    shard.apply(event("survey.answered", "09:10", subject_id="X1", kind="csat", score=5, scale_min=1, scale_max=5))
    pad.keep(shard.turn_page({}))
    shard.apply(created("09:20", ticket_id="X1"))
    shard.advance(at("09:30"))
    pad.keep(shard.turn_page({}))
    again, _ = pad.open(HOUR)
    assert counted(again)["csat_answers"] == 1
    assert figures(shard) == figures(again)


def test_a_repeated_event_is_not_written_again() -> None:
    """Neither where its subject is awake, nor after a restart."""
    pad = Notepad()
    shard, _ = pad.open(HOUR)
    answer = message("09:10", "agent")
    for told_now in (created("09:00"), answer):
        shard.apply(told_now)
    pad.keep(shard.turn_page({}))
    for each in (shard, pad.open(HOUR)[0]):
        each.apply(answer)
        assert [key for key, _ in each.turn_page({}).records if key.startswith(b"t:")] == []
        assert each.counts.duplicates == 1


@pytest.mark.parametrize("history", [2, 100, 256])
def test_all_that_is_held_is_known_again(history: int) -> None:
    """Of 300 events those that are held are duplicates when they come again, before and after a restart."""
    pad = Notepad()
    shard, _ = pad.open(HOUR, history=history)
    told_twice = [created("09:00"), *(message(f"09:{10 + n // 60}:{n % 60:02}", "customer") for n in range(300))]
    for each in told_twice:
        shard.apply(each)
    shard.advance(at("09:20"))
    pad.keep(shard.turn_page({}))
    for again in (shard, pad.open(HOUR, history=history)[0]):
        again.apply(message("09:09", "customer"))
        for each in told_twice[-history:]:
            again.apply(each)
        assert (again.counts.duplicates, again.counts.too_late) == (history, 1)
        assert counted(again)["messages"] == 300
        # One of the same instant as the first that is held, and after it.
        late = message(f"09:{10 + (300 - history) // 60}:{(300 - history) % 60:02}", "customer")
        for _ in range(2):
            again.apply(late)
        assert (again.counts.duplicates, counted(again)["messages"]) == (history + 1, 301)


def test_an_id_that_stands_elsewhere_among_the_facts_is_not_known() -> None:
    """Ids are looked for among the bytes of the facts, and an agent may be called like an event."""
    shard = Shard(HOUR)
    shard.apply(created("09:00"))
    shard.apply(ticket("assigned", "09:05", agent_id="seven"))
    for name in ("seven", "seven" * 2, "sevens"):
        for _ in range(2):
            shard.apply(ticket("message", "09:10", event_id=name, author="agent", visibility="public"))
    shard.advance(at("09:20"))
    assert (counted(shard)["messages"], shard.counts.duplicates) == (3, 3)


def test_an_agent_with_many_changes_is_kept_small() -> None:
    """Changes whose time has come are no longer ahead, also among those that were let go of."""
    sizes = []
    for number in (300, 3_000):
        pad = Notepad()
        shard, _ = pad.open(HOUR)
        for second in range(number):
            when = f"{9 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            state = "busy" if second % 2 else "available"
            shard.apply(event("agent.state_changed", when, agent_id="a1", state=state, queues=["billing"]))
            shard.advance(at(when))
        pad.keep(shard.turn_page({TOPIC: (number, None)}))
        sizes.append(len(pad.state[b"a:a1"]))
        assert figures(shard) == figures(pad.open(HOUR)[0])
    assert sizes[1] < 1.5 * sizes[0]


def test_what_was_let_go_of_is_measured_by_the_policy_of_its_time() -> None:
    """Created at 08:00, open from 09:00 on; a reply of 09:30 is heard of under a policy that has no such target."""
    pad, office = Notepad(), policy("clock: first_response, within: 1h, schedule: office")
    shard, _ = pad.open(office, history=2)
    events: list[Event] = [created("08:00"), *(message(f"08:{minute}", "bot") for minute in (10, 20, 30))]
    for each in events:
        shard.apply(each)
    shard.advance(at("09:45"))
    pad.keep(shard.turn_page({}))
    shard, _ = pad.open(policy("clock: resolution, within: 8h"), history=3)
    shard.apply(message("09:30", "agent"))
    (day,) = [row for row in figures(shard)["windows"] if row["window"] == "24h"]
    durations = day["total"]["durations"]
    within = {name: durations[name]["within"]["3600"] for name in ("first_response", "first_response_open")}
    assert within == {"first_response": 0, "first_response_open": 1}
