"""What a shard writes down: another one that reads it goes on as if nothing had happened."""

from __future__ import annotations

import os
import random
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream.core.events import decode
from stream.core.figures import report, take_figures
from stream.core.notebook import Recovery
from stream.core.policy import Policy, load_policy
from stream.core.shard import Shard
from stream.errors import StateError
from tests.core.build import at, counted, created, event, figures, message, policy, status, ticket
from tests.core.notepad import TOPIC, Notepad, net
from tests.oracle.desks import Desk, Told, desks

if TYPE_CHECKING:
    from stream.core.events import Event

EXAMPLES = int(os.environ.get("DESKPULSE_EXAMPLES", "300"))
MOST_DEATHS = 12
RULES = "clock: first_response, within: 1h, warn: 15m\nclock: resolution, within: 4h"


def seen(shard: Shard) -> Any:
    """Return all that can be seen of a shard."""
    counts = {name: getattr(shard.counts, name) for name in ("events", "duplicates", "late", "too_late")}
    return (
        report(take_figures([shard]), shard.policy, shard.now, read=counts),
        list(shard.explain_all()),
        shard.at_risk(None, 1000),
    )


def read(told: Told) -> Event:
    """Return the event that was told."""
    event = decode(told.message)
    assert event is not None
    return event


def told_through(rules: Policy, telling: list[Told], crash: random.Random | None, **more: Any) -> tuple[Any, Any]:
    """Return what is seen and told at the end.

    With `crash`, events come some at a time, workers write pages, die and are followed by others.
    """
    pad = Notepad()
    shard, place = pad.open(rules, **more)
    deaths = 0
    while place < len(telling):
        one = telling[place]
        if one.now is not None:
            place += 1
            shard.advance(one.now)
        elif crash is None:
            place += 1
            shard.apply(read(one))
        else:
            together = takewhile(lambda each: each.now is None, telling[place : place + crash.randint(1, 9)])
            events = [read(each) for each in together]
            place += len(events)
            shard.apply_all(events, [each.at for each in events])
        if crash is None:
            continue
        if crash.random() < 0.4:
            pad.keep(shard.turn_page({TOPIC: (place, None)}))
        if deaths < MOST_DEATHS and crash.random() < 0.15:
            deaths += 1
            shard, place = pad.open(rules, **more)
    pad.keep(shard.turn_page({TOPIC: (place, None)}))
    if crash is not None:
        shard, _ = pad.open(rules, **more)
    return seen(shard), net(pad.transitions)


@pytest.mark.slow
@pytest.mark.timeout(max(300, EXAMPLES))
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    desk=desks(policies=max(100, EXAMPLES // 5)),
    history=st.sampled_from([1, 2, 3, 256]),
    crash=st.randoms(use_true_random=False),
)
def test_a_worker_that_dies_is_followed_by_one_that_knows_all(desk: Desk, history: int, crash: random.Random) -> None:
    """Killed at any moment, between any two pages: figures, stories and steps of clocks are those of one that lives."""
    rules = load_policy(desk.setting.policy, "desk")
    telling = [*desk.telling, Told(now=desk.now)]
    assert told_through(rules, telling, None, history=history) == told_through(rules, telling, crash, history=history)


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(desk=desks(policies=100), order=st.randoms(use_true_random=False))
def test_steps_do_not_depend_on_the_order_of_arrival(desk: Desk, order: random.Random) -> None:
    """Whatever the order of arrival, what is told net of retractions is what is told in order."""
    rules = load_policy(desk.setting.policy, "desk")
    in_order = [Told(one.message(seq=True)) for one in sorted(desk.happenings, key=lambda one: (one.at, one.seq))]
    telling: list[Told] = []
    for told in order.sample(in_order, len(in_order)):
        telling.append(told)
        if order.random() < 0.3:
            telling.append(Told(now=order.randrange(desk.now)))
    end = Told(now=desk.now)
    shuffled = told_through(rules, [*telling, end], None, forget=False)
    assert told_through(rules, [*in_order, end], None, forget=False)[1] == shuffled[1]


def test_each_step_is_told_once_and_a_late_reply_takes_it_back() -> None:
    """Imminent, breached, and both are retracted when the reply arrives that had been in time."""
    rules, pad = policy(RULES), Notepad()
    shard, _ = pad.open(rules)
    shard.apply(created("09:00"))
    for time in ("09:44", "09:45", "09:50", "10:00", "10:10"):
        shard.advance(at(time))
        pad.keep(shard.turn_page({}))
    first = [said for said in pad.transitions if said["clock"] == "first_response"]
    assert [("clock.imminent", "2026-03-02T09:45:00Z"), ("clock.breached", "2026-03-02T10:00:00Z")] == [
        (said["event"], said["at"]) for said in first
    ]
    assert first[1] == {
        "event": "clock.breached", "subject": "T1", "kind": "ticket", "clock": "first_response", "cycle": 1,
        "target": "first_response", "at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T10:00:00Z",
        "queue": "billing", "channel": "email", "priority": "high",
    }  # fmt: skip
    shard.apply(message("09:30", "agent"))
    pad.keep(shard.turn_page({}))
    assert [
        ("clock.retracted", "clock.imminent"),
        ("clock.retracted", "clock.breached"),
        ("clock.met", None),
    ] == [(said["event"], said.get("retracts")) for said in pad.transitions[2:]]


def test_a_page_holds_what_changed_and_nothing_else() -> None:
    """A ticket that nothing happened to is not written again."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES))
    shard.apply(created("09:00"))
    shard.apply(created("09:01", ticket_id="T2"))
    pad.keep(shard.turn_page({TOPIC: (2, None)}))
    shard.apply(status("09:05", "pending"))
    page = shard.turn_page({TOPIC: (3, at("09:05"))})
    assert [b"t:T1", b"!shard"] == [key for key, _ in page.records]
    assert not shard.has_news


def test_what_is_let_go_of_is_taken_out_of_the_topic() -> None:
    """A solved ticket leaves after `reopen_days`, with a tombstone."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES))
    shard.apply(created("09:00"))
    shard.apply(status("09:30", "solved"))
    pad.keep(shard.turn_page({}))
    assert b"t:T1" in pad.state
    shard.advance(at("2026-03-12T09:00:00Z"))
    assert shard.has_news
    pad.keep(shard.turn_page({}))
    assert (b"t:T1" in pad.state, len(shard)) == (False, 0)


def test_a_hot_ticket_counts_all_its_messages_after_a_restart() -> None:
    """Of 3,000 messages 256 are kept; the windows count all of them, before and after."""
    pad, rules = Notepad(), policy(RULES)
    shard, _ = pad.open(rules)
    shard.apply(created("09:00"))
    for number in range(3_000):
        shard.apply(message(f"09:{30 + number // 600}:{number // 10 % 60:02}", "customer"))
        if number % 100 == 0:
            pad.keep(shard.turn_page({}))
    shard.advance(at("09:40"))
    pad.keep(shard.turn_page({}))
    again, _ = pad.open(rules)
    assert counted(shard)["messages"] == counted(again)["messages"] == 3_000
    assert figures(shard) == figures(again)


def test_what_was_held_sleeps_until_an_event_or_its_deadline_asks_for_it() -> None:
    """After a restart only tickets at risk have a state; what the others led to is counted, told and listed as ever."""
    pad, rules = Notepad(), policy(RULES)
    shard, _ = pad.open(rules)
    for name, time in (("late", "09:00"), ("quiet", "09:30"), ("busy", "09:31")):
        shard.apply(created(time, ticket_id=name))
    shard.advance(at("09:50"))
    pad.keep(shard.turn_page({}))
    again, _ = pad.open(rules)

    def awake() -> set[str]:
        return {name for name, record in again.shelves["ticket"].records.items() if record._state is not None}

    assert awake() == {"late"}
    assert seen(shard) == seen(again)
    assert awake() == {"late"}
    for each in (shard, again):
        each.apply(ticket("message", "09:52", author="agent", visibility="public", ticket_id="busy"))
    assert awake() == {"late", "busy"}
    assert seen(shard) == seen(again)
    for each in (shard, again):
        each.advance(at("10:16"))
    told = [[value for _, value in each.turn_page({}).transitions] for each in (shard, again)]
    assert told[0] == told[1]
    assert awake() == {"late", "busy", "quiet"}
    assert seen(shard) == seen(again)


def test_a_state_of_another_format_is_refused_with_the_remedy() -> None:
    """Nobody guesses what an unknown format means."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES))
    shard.apply(created("09:00"))
    pad.keep(shard.turn_page({}))
    said = msgspec.msgpack.decode(pad.state[b"!shard"])
    pad.state[b"!shard"] = msgspec.msgpack.encode(said | {"format": 99})
    with pytest.raises(StateError, match="format 99, this version reads format 2; run the version that wrote it"):
        pad.open(policy(RULES))


def test_a_state_of_another_partition_is_refused() -> None:
    """A topic that was copied to other partitions is not believed."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES))
    pad.keep(shard.turn_page({}))
    recovery = Recovery(Shard(policy(RULES), 3, notes=True))
    for key, value in pad.state.items():
        recovery.take(key, value)
    with pytest.raises(StateError, match="partition 3 holds the state of partition 0"):
        list(recovery.fold())


def test_a_damaged_record_is_named() -> None:
    """What cannot be read is said, and not taken for an empty ticket."""
    pad = Notepad()
    shard, _ = pad.open(policy(RULES))
    shard.apply(event("ticket.created", "09:00", ticket_id="T1"))
    pad.keep(shard.turn_page({}))
    pad.state[b"t:T1"] = pad.state[b"t:T1"][:-3]
    with pytest.raises(StateError, match="partition 0: what was written down cannot be read"):
        pad.open(policy(RULES))


def test_what_is_at_risk_stands_in_one_order_whatever_came_first() -> None:
    """A ticket and a contact of one id, due at the same second, are told in the same order by every worker."""
    rules = policy("clock: first_response, within: 1h")
    told = []
    for turn in (1, -1):
        shard = Shard(rules)
        for number in range(20):
            both = created("09:00", ticket_id=f"X{number}"), event("chat.started", "09:00", chat_id=f"X{number}")
            for each in both[::turn]:
                shard.apply(each)
                shard.advance(at("10:01") + number)
        rows = [row for row in shard.at_risk(None, 100) if row["clock"] == "first_response"]
        told.append([(row["subject"], row["kind"]) for row in rows])
    assert told[0] == told[1]
    assert told[0][:2] == [("X0", "contact"), ("X0", "ticket")]
