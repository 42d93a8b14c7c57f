"""Contacts: offered, answered, abandoned, moved, called back, and how long each took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stream.core.formulas import SERVICE_LEVELS
from tests.core.build import chat, counted, figures, policy, run

if TYPE_CHECKING:
    from stream.core.events import Event

VOICE = {"service_level": "[{within: 20s, short_abandon: 5s}]"}


def started(when: str = "10:00", by: str = "queue") -> Event:
    """Return the start of a call in `billing`."""
    return chat("started", when, channel="voice", queue="billing", handled_by=by)


CASES: tuple[tuple[str, tuple[Event, ...], dict[str, int]], ...] = (
    (
        "answered in target",
        (started(), chat("accepted", "10:00:20", agent_id="a")),
        {"offered": 1, "answered": 1, "answered_in_target": 1, "wait met": 1},
    ),
    (
        "answered too late: the breach counts at the deadline",
        (started(), chat("accepted", "10:00:21", agent_id="a")),
        {"offered": 1, "answered": 1, "wait breached": 1},
    ),
    (
        "abandoned after the target",
        (started(), chat("abandoned", "10:00:30")),
        {"offered": 1, "abandoned": 1, "wait breached": 1},
    ),
    (
        "a short abandon is in target, too, and cancels the clock",
        (started(), chat("abandoned", "10:00:05")),
        {"offered": 1, "abandoned": 1, "abandoned_in_target": 1, "short_abandons": 1},
    ),
    ("a hang-up in the menu never queued", (started(by="bot"), chat("abandoned", "10:00:30")), {"bot_ended": 1}),
    (
        "accepted without a queue waited 0 s",
        (started(by="bot"), chat("accepted", "10:00:30", agent_id="a")),
        {"bot_handed_over": 1, "offered": 1, "answered": 1, "answered_in_target": 1},
    ),
    (
        "queued again where it waits already changes nothing",
        (started(), chat("queued", "10:00:10", queue="billing"), chat("accepted", "10:00:20", agent_id="a")),
        {"offered": 1, "answered": 1, "answered_in_target": 1, "wait met": 1},
    ),
    (
        "queued elsewhere is a flow-out and a new leg",
        (started(), chat("queued", "10:00:10", queue="tech"), chat("accepted", "10:00:25", agent_id="a")),
        {"offered": 2, "answered": 1, "answered_in_target": 1, "flow_outs": 1, "wait met": 1},
    ),
    (
        "transferred by an agent waits anew and is no flow-out",
        (
            started(),
            chat("accepted", "10:00:10", agent_id="a"),
            chat("transferred", "10:02", queue="tech"),
            chat("accepted", "10:02:05", agent_id="b"),
        ),
        {"offered": 2, "answered": 2, "answered_in_target": 2, "transferred": 1, "wait met": 2},
    ),
    (
        "transferred while waiting is a flow-out",
        (started(), chat("transferred", "10:00:10", queue="tech")),
        {"offered": 2, "transferred": 1, "flow_outs": 1, "wait breached": 1},
    ),
    (
        "a callback is no abandonment",
        (started(), chat("callback_requested", "10:00:10")),
        {"offered": 1, "callbacks": 1},
    ),
    (
        "ended by nobody while waiting is an abandonment",
        (started(), chat("ended", "10:00:10")),
        {"offered": 1, "abandoned": 1, "abandoned_in_target": 1},
    ),
    (
        "ended by the system while waiting is a flow-out",
        (started(), chat("ended", "10:00:10", ended_by="system")),
        {"offered": 1, "flow_outs": 1},
    ),
    (
        "an offer that rings out changes nothing",
        (
            started(),
            chat("offered", "10:00:02", agent_id="a"),
            chat("missed", "10:00:12", agent_id="a"),
            chat("offered", "10:00:13", agent_id="b"),
            chat("accepted", "10:00:15", agent_id="b"),
        ),
        {"offered": 1, "answered": 1, "answered_in_target": 1, "wait met": 1},
    ),
)


@pytest.mark.parametrize(("events", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_counts(events: tuple[Event, ...], expected: dict[str, int]) -> None:
    """The counts say what happened, once each."""
    assert counted(run(policy(**VOICE), events, "10:30")) == expected | {"begun": 1}


def test_leaving_counts_in_the_old_group_and_arriving_in_the_new() -> None:
    """Flow-out and transfer belong to the queue that was left, the offer and the answer to the new one."""
    events = (
        started(),
        chat("transferred", "10:00:10", queue="tech"),
        chat("accepted", "10:00:12", agent_id="a"),
    )
    window = figures(run(policy(**VOICE), events, "10:30"))["windows"][-1]
    told = {row["queue"]: {k: n for k, n in row["counts"].items() if n} for row in window["groups"]}
    assert told == {
        "billing": {"begun": 1, "offered": 1, "transferred": 1, "flow_outs": 1},
        "tech": {"offered": 1, "answered": 1, "answered_in_target": 1},
    }


def test_handle_is_the_sum_of_the_talks_and_the_after_work_in_one_piece() -> None:
    """Two talks of 60 s and 30 s and 15 s of after-work are one handle time of 105 s, where it was wrapped up."""
    events = (
        started(),
        chat("accepted", "10:00:10", agent_id="a"),
        chat("transferred", "10:01:10", queue="tech"),
        chat("accepted", "10:02:00", agent_id="b"),
        chat("ended", "10:02:30", ended_by="customer"),
        chat("wrapped_up", "10:02:45"),
    )
    rules = policy(**VOICE)
    handles = [figures(run(rules, events[:n], "10:30"))["windows"][-1]["total"]["durations"]["handle"] for n in (5, 6)]
    assert [(row["count"], row["sum_s"]) for row in handles] == [(1, 90), (1, 105)]


def test_six_service_levels() -> None:
    """The six formulas give the published percentages for the published counts."""
    counts = {
        "answered": 1000,
        "answered_in_target": 860,
        "abandoned": 60,
        "abandoned_in_target": 20,
        "short_abandons": 10,
    }
    told = {row.member: round(100 * (row.of(counts) or 0), 2) for row in SERVICE_LEVELS}
    assert told == {
        "strict": 81.13,
        "short_abandons_removed": 81.90,
        "short_abandons_credited": 82.08,
        "abandons_in_target_ignored": 82.69,
        "abandons_in_target_positive": 83.02,
        "answered_only": 86.00,
    }


def test_nobody_to_serve_is_no_figure() -> None:
    """Without a contact there is no service level: neither 0 % nor 100 %."""
    assert {row.of({}) for row in SERVICE_LEVELS} == {None}


def test_contacts_without_target_are_in_no_service_level() -> None:
    """A contact that no service level covers is answered, but does not pull the others' service level down."""
    rules = policy(service_level="[{match: {channel: voice}, within: 20s}]")
    events = (
        started(),
        chat("accepted", "10:00:05", agent_id="a"),
        chat("started", "10:00", chat_id="C2", channel="chat", queue="billing", handled_by="queue"),
        chat("accepted", "10:09", chat_id="C2", agent_id="b"),
    )
    total = figures(run(rules, events, "10:30"))["windows"][-1]["total"]
    assert total["counts"]["answered"] == 2
    assert total["kpis"]["service_level"]["strict"] == 1.0


def test_waiting_is_seen_live_until_it_is_answered() -> None:
    """A waiting contact is in the live figures with the time since which it waits, and out of them once accepted."""
    rules = policy(**VOICE)
    shard = run(rules, [started()], "10:00:30")
    (row,) = figures(shard)["live"]
    assert (row["waiting"], row["oldest_waiting_since"]) == (1, "2026-03-02T10:00:00Z")
    assert row["clocks"]["wait"]["breaching"] == 1
    shard.apply(chat("accepted", "10:00:31", agent_id="a"))
    assert figures(shard)["live"] == []
