"""Rules of contacts in corners that a change of one line would get wrong unseen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.build import chat, counted, figures, policy, run

WAITS = policy(service_level="[{within: 20s}]", group_by="[queue, channel, priority]")
DAYS = policy(service_level="[{within: 20s}]", reopen_days="1", windows="[1h]")


def started(when: str = "09:00", **fields: Any) -> Any:
    """Return the beginning of contact C1 in the queue `billing`."""
    return chat("started", when, **{"channel": "chat", "queue": "billing", "handled_by": "queue"} | fields)


def story(rules: Any, events: list[Any], until: str) -> dict[str, Any]:
    """Return what is explained of contact C1."""
    (told,) = run(rules, events, until).explain("C1")
    return told


@pytest.mark.parametrize(
    ("known", "said", "expected"), [("low", "high", "low"), (None, "high", "high"), ("low", None, "low")]
)
def test_queued_where_it_waits_tells_only_what_was_not_known(
    known: str | None, said: str | None, expected: str
) -> None:
    """A priority that is known stays; one that is not is taken; the live group is that of the priority."""
    shard = run(
        WAITS, [started(priority=known), chat("queued", "09:00:05", queue="billing", priority=said)], "09:00:10"
    )
    (told,) = shard.explain("C1")
    assert told["priority"] == expected
    waiting = [row["priority"] for row in figures(shard)["live"] if row["waiting"]]
    assert waiting == [expected]


def test_queued_for_another_queue_takes_what_is_said() -> None:
    """A new leg has the priority and channel of its event."""
    events = [started(priority="low"), chat("queued", "09:00:05", queue="tech", channel="voice", priority="high")]
    told = story(WAITS, events, "09:00:10")
    assert (told["queue"], told["channel"], told["priority"]) == ("tech", "voice", "high")


def test_a_transfer_selects_the_targets_anew() -> None:
    """The first response was promised in a minute in `billing`, and is in five minutes in `tech`."""
    rules = policy("""
        clock: first_response, match: {queue: billing}, within: 1m
        clock: first_response, match: {queue: tech}, within: 5m
    """)
    told = story(rules, [started(), chat("transferred", "09:00:30", queue="tech")], "09:02")
    (clock,) = [clock for clock in told["clocks"] if clock["clock"] == "first_response"]
    assert (clock["state"], clock["due_at"]) == ("pending", "2026-03-02T09:05:00Z")


@pytest.mark.parametrize(
    "end", [chat("abandoned", "09:02"), chat("ended", "09:02"), chat("ended", "09:02", ended_by="bot")]
)
def test_what_the_bot_handed_over_did_not_end_with_the_bot(end: Any) -> None:
    """Handed to a queue where nobody answered: the bot neither ended nor resolved it."""
    found = counted(run(WAITS, [started(handled_by="bot"), chat("queued", "09:01", queue="billing"), end], "09:03"))
    assert {name: count for name, count in found.items() if name.startswith("bot_")} == {"bot_handed_over": 1}


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ([started()], True),
        ([started(), chat("abandoned", "09:01")], False),
        ([started(), chat("accepted", "09:01", agent_id="a1")], True),
        ([started(), chat("accepted", "09:01", agent_id="a1"), chat("ended", "09:02")], False),
        ([started(), chat("ended", "09:01"), chat("queued", "09:02", queue="billing")], True),
        ([started(), chat("ended", "09:01"), chat("transferred", "09:02", queue="tech")], True),
    ],
)
def test_what_has_ended_is_forgotten_after_a_while_and_nothing_else(events: list[Any], *, held: bool) -> None:
    """A day after its end a contact is gone; one that lives, or lives again, stays."""
    assert bool(run(DAYS, events, "2026-03-03T08:59:59Z").explain("C1"))
    assert bool(run(DAYS, events, "2026-03-09T09:00:00Z").explain("C1")) is held
