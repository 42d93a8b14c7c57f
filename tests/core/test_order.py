"""Late, repeated and shuffled events: the figures are those of the same events in order, once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.core.shard import Shard
from tests.core.build import at, created, event, figures, message, policy, run, status

if TYPE_CHECKING:
    from stream.core.events import Event

RULES = policy(
    """
    clock: first_response, within: 30m, warn: 10m
    clock: next_response, within: 20m
    clock: resolution, match: {priority: [high, urgent]}, within: 2h, warn: 30m, schedule: office
    clock: resolution, match: {queue: tech}, within: 5h, on_reopen: restart
    clock: ownership, within: 1h
    """
)
TICKET_KINDS = (
    *("created", "message", "message", "assigned", "status_changed", "status_changed", "priority_changed"),
    *("escalated", "merged", "restored"),
)
CONTACT_KINDS = (
    *("started", "queued", "accepted", "message", "transferred", "abandoned", "callback_requested", "ended"),
    "wrapped_up",
)
_QUEUES, _PRIORITIES = ("billing", "tech"), ("low", "high")
_START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def desk(seed: int, subjects: int = 4, length: int = 60) -> list[Event]:
    """Return a random stream of events of a few tickets and contacts, with times that never tie."""
    source = random.Random(seed)
    events = []
    now = _START
    for number in range(length):
        now += timedelta(seconds=source.randint(1, 900))
        subject = source.randrange(subjects)
        fields: dict[str, Any]
        if subject % 2:
            kind = source.choice(CONTACT_KINDS)

            fields = {"chat_id": f"C{subject}", "queue": source.choice(_QUEUES), "agent_id": "a1", "channel": "voice"}
            fields |= {"author": source.choice(("customer", "agent")), "visibility": "public"}
            fields |= {"handled_by": source.choice(("bot", "queue"))}
            kind = f"chat.{kind}"
        else:
            kind = source.choice(TICKET_KINDS)
            fields = {"ticket_id": f"T{subject}", "queue": source.choice(_QUEUES), "agent_id": None}
            fields |= {"author": source.choice(("customer", "agent", "bot")), "visibility": "public"}
            fields |= {"priority": source.choice(_PRIORITIES), "channel": "email"}
            if kind == "status_changed":
                fields["status"] = source.choice(("open", "pending", "on_hold", "solved", "closed"))
            kind = f"ticket.{kind}"
        events.append(event(kind, now.isoformat(), event_id=f"{seed}-{number}", **fields))
    return events


def outcome(events: list[Event], *, steps: random.Random | None = None) -> tuple[Any, Any]:
    """Return figures and stories after the events; with `steps`, time passes now and then in between."""
    end = max(each.at for each in events) + 3_600_000_000
    shard = Shard(RULES)
    now = min(each.at for each in events)
    for each in events:
        shard.apply(each)
        if steps is not None and steps.random() < 0.2:
            now = min(end, now + steps.randrange(7_200_000_000))
            shard.advance(now)
    shard.advance(end)
    return figures(shard), list(shard.explain_all())


@given(seed=st.integers(0, 10**9), order=st.randoms(use_true_random=False))
def test_any_order_any_number_of_times(seed: int, order: random.Random) -> None:
    """Shuffled, doubled, and with timers that fired in between: the same to the digit."""
    events = desk(seed)
    shuffled = events + order.sample(events, len(events) // 2)
    order.shuffle(shuffled)
    assert outcome(events) == outcome(shuffled, steps=order)


@given(seed=st.integers(0, 10**9))
def test_time_that_passes_in_steps_is_time_that_passes_at_once(seed: int) -> None:
    """Firing deadlines one by one gives the figures of firing all at the end."""
    events = desk(seed)
    shard = Shard(RULES)
    for each in events:
        shard.advance(each.at - 1)
        shard.apply(each)
    end = events[-1].at + 3_600_000_000
    shard.advance(end)
    assert figures(shard) == outcome(events)[0]


@given(seed=st.integers(0, 10**9), size=st.integers(1, 200))
def test_events_that_come_together_are_events_one_after_the_other(seed: int, size: int) -> None:
    """Applied many at a time, doubled ones and all: figures and stories are those of one at a time."""
    events = desk(seed, subjects=12, length=150)
    events += events[::3]
    shard = Shard(RULES)
    for start in range(0, len(events), size):
        part = events[start : start + size]
        shard.apply_all(part, [each.at for each in part])
    shard.advance(max(each.at for each in events) + 3_600_000_000)
    assert (figures(shard), list(shard.explain_all())) == outcome(events)


@given(seed=st.integers(0, 10**9), shards=st.integers(1, 4))
def test_any_split_over_shards(seed: int, shards: int) -> None:
    """The sum over shards does not depend on how the subjects are spread."""
    events = desk(seed, subjects=6)
    end = events[-1].at + 1
    parts = [Shard(RULES, number) for number in range(shards)]
    for each in events:
        parts[hash(each.key) % shards].apply(each)
    for part in parts:
        part.advance(end)
    assert figures(*parts) == figures(run(RULES, events, end))


def test_ties_are_ordered_by_seq() -> None:
    """Of two events in one second, `seq` says which came first, whatever their order of arrival."""
    pair = [
        event("ticket.status_changed", "10:00", ticket_id="T1", status="solved", seq=1),
        event("ticket.status_changed", "10:00", ticket_id="T1", status="open", seq=2),
    ]
    for order in (pair, pair[::-1]):
        (story,) = run(RULES, [created("09:00"), *order], "11:00").explain("T1")
        assert (story["status"], story["reopens"]) == ("open", 1)


def test_a_second_creation_is_a_duplicate() -> None:
    """Of two creations the earlier one is true, whichever came first; the other counts as a repetition."""
    first, second = created("09:00"), created("09:10", queue="tech")
    for order in ([first, second], [second, first]):
        shard = run(RULES, order, "10:00")
        (story,) = shard.explain("T1")
        assert story["queue"] == "billing"
        assert shard.counts.duplicates == 1


def test_events_before_the_creation_are_moved_up_to_it() -> None:
    """A reply stamped before its ticket counts as given at once."""
    for order in ([created("09:00"), message("08:50", "agent")], [message("08:50", "agent"), created("09:00")]):
        (story,) = run(RULES, order, "10:00").explain("T1")
        assert story["first_response_s"] == 0


def test_an_unknown_ticket_opens_with_what_is_said() -> None:
    """A ticket never created counts no creation, no duration and no solving that nobody saw begin."""
    shard = run(RULES, [status("09:00", "solved")], "10:00")
    total = figures(shard)["windows"][-1]["total"]
    assert total["counts"]["created"] == total["counts"]["solved"] == 0
    assert total["durations"]["first_resolution"]["count"] == 0


@pytest.mark.parametrize("extra", [0, 1, 300])
def test_history_is_capped_and_what_is_older_is_too_late(extra: int) -> None:
    """A ticket keeps its last 256 events: an older one is counted and changes nothing, a newer one still fits."""
    talk = [message(f"10:{n // 60:02}:{n % 60:02}", "customer") for n in range(255 + extra)]
    shard = run(RULES, [created("09:00"), *talk], "11:00")
    before = figures(shard)
    shard.apply(message("09:30", "agent"))
    assert shard.counts.too_late == (1 if extra else 0)
    assert (figures(shard) == before) is bool(extra)
    shard.apply(message("10:59", "agent"))
    assert shard.counts.too_late == (1 if extra else 0)


def test_a_long_story_tells_what_it_led_to_and_says_what_is_not_told() -> None:
    """Of a ticket with more events than are kept, a clock that began before them has its figures and no segments."""
    talk = [message(f"10:{n // 60:02}:{n % 60:02}", "customer") for n in range(300)]
    (told,) = run(RULES, [created("09:00"), *talk, message("10:30", "agent")], "11:00").explain("T1")
    first = next(clock for clock in told["clocks"] if clock["clock"] == "first_response")
    assert (first["state"], first["elapsed_s"], first["segments"]) == ("breached", 5400, [])
    assert any("46 events are only kept as what they led to" in note for note in told["notes"])


def test_late_events_are_counted_and_still_change_their_ticket() -> None:
    """An event whose pane has left every window changes the state of its ticket and no window."""
    shard = run(RULES, [created("09:00")], "2026-03-05T09:00:00Z")
    shard.apply(message("09:10", "agent"))
    assert shard.counts.late == 1
    (story,) = shard.explain("T1")
    assert story["first_response_s"] == 600


def test_time_never_goes_back() -> None:
    """An earlier time is ignored: the deadline that fired stays fired."""
    shard = run(RULES, [created("09:00")], "09:45")
    shard.advance(at("09:10"))
    assert shard.now == at("09:45")
