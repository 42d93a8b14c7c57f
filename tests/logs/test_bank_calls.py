"""The bank's calls give the figures of oracle.json, to the call and to the second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream.core.events import Event as CoreEvent
from stream.core.figures import Tally, kpis, take_figures
from stream.core.policy import load_policy
from stream.core.times import DAY, SECOND, parse_rfc3339
from tests.logs import bank_calls, desk, rows
from tests.logs.whole_logs import WholeLogs

POLICY = load_policy(
    """
version: 1
service_level: [{within: 20s, short_abandon: 5s}]
windows: [31d]
""",
    "bank",
)

COUNTS = {
    "begun": "calls",
    "bot_ended": "hung_up_in_ivr",
    "offered": "offered",
    "bot_handed_over": "offered",
    "answered": "answered",
    "handled": "answered",
    "abandoned": "abandoned",
    "answered_in_target": "answered_within_20s",
    "abandoned_in_target": "abandoned_within_20s",
    "short_abandons": "abandoned_within_5s",
}
"""Our name of a count, the oracle's name."""

LEVELS = {
    "strict": "strict",
    "short_abandons_removed": "short_abandons_removed_5s",
    "short_abandons_credited": "short_abandons_credited_5s",
    "abandons_in_target_ignored": "abandons_within_target_ignored",
    "abandons_in_target_positive": "abandons_within_target_positive",
    "answered_only": "answered_only",
}
"""The six formulas: our name, the oracle's name."""


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the calls."""
    return json.loads((logs / "bank_calls" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def january(whole: WholeLogs) -> list[CoreEvent]:
    """All events of January."""
    return [event for event in whole["bank_calls"].events if event.key.startswith("jan")]


def assert_exact(expected: Any, figures: Tally) -> None:
    """Demand every figure of the oracle, and the rates that follow from its counts and sums."""
    assert {ours: expected[theirs] for ours, theirs in COUNTS.items()} == {
        ours: figures.counts[ours] for ours in COUNTS
    }
    durations = {name: figures.durations[name] for name in figures.durations if figures.durations[name].count}
    sums = {name: duration.total / SECOND for name, duration in durations.items()}
    assert expected["sum_wait_answered_seconds"] == sums.get("wait", 0) == sums.get("first_response", 0)
    assert expected["sum_handle_seconds"] == sums.get("handle", 0)
    waits = [durations[name].maximum or 0 for name in ("wait", "abandon_wait") if name in durations]
    assert (expected["max_wait_seconds"] or 0) == pytest.approx(max(waits, default=0) / SECOND, rel=0.05)
    found = kpis(figures, POLICY)
    levels = expected["service_level"] or dict.fromkeys(LEVELS.values())
    assert {ours: levels[theirs] for ours, theirs in LEVELS.items()} == {
        ours: None if level is None else round(level, 6) for ours, level in found["service_level"].items()
    }
    answered, abandoned = expected["answered"], expected["abandoned"]
    assert found["abandonment_rate"] == (abandoned / expected["offered"] if abandoned else None)
    assert found["average_speed_of_answer_s"] == (
        expected["sum_wait_answered_seconds"] / answered if answered else None
    )
    assert found["average_handle_time_s"] == (expected["sum_handle_seconds"] / answered if answered else None)
    # Nobody says of a call that it was not resolved: in the menu, or with the only agent who took it.
    assert found["bot_resolution_rate"] == expected["hung_up_in_ivr"] / expected["calls"]
    assert found["first_contact_resolution"] == (1 if answered else None)


@pytest.fixture(scope="module")
def in_order(january: list[CoreEvent]) -> Any:
    """Every group, bucket and live figure of January, its events read in order."""
    return desk.plain(take_figures(desk.run(POLICY, january)))


@pytest.mark.slow
@pytest.mark.parametrize("way", desk.WAYS, ids=lambda way: way.name)
def test_january_is_exact(way: desk.Way, january: list[CoreEvent], in_order: Any, oracle: Any) -> None:
    """Every figure is the oracle's, and no digit depends on how events arrive."""
    shards = desk.run(POLICY, january, way)
    assert_exact(oracle["by_month"]["january"], desk.total(shards))
    assert oracle["by_month"]["january"]["calls"] == sum(len(shard) for shard in shards)
    assert in_order == desk.plain(take_figures(shards))
    assert 0 == sum(shard.counts.late + shard.counts.too_late for shard in shards)


@pytest.mark.slow
def test_february_is_exact(whole: WholeLogs, oracle: Any) -> None:
    """Every figure of the second month is the oracle's."""
    february = [event for event in whole["bank_calls"].events if event.key.startswith("feb")]
    assert_exact(oracle["by_month"]["february"], desk.total(desk.run(POLICY, february)))


@pytest.mark.slow
def test_both_months_and_each_type_of_call_are_exact(whole: WholeLogs, oracle: Any) -> None:
    """In a window of 60 days every figure of every queue is the oracle's for that type of call."""
    window = take_figures([whole["bank_calls"].shard]).windows[0]
    assert {"voice"} == {channel for _, channel, _ in window.groups}
    by_type: dict[str, Tally] = {}
    for (queue, _, _), tally in window.groups.items():
        by_type.setdefault(queue, Tally(tally.bounds)).add(tally)
    assert set(oracle["by_type"]) == set(by_type)
    for kind, figures in by_type.items():
        assert_exact(oracle["by_type"][kind], figures)
    assert_exact(oracle["all"], window.total())


@pytest.mark.slow
def test_three_days_are_exact(whole: WholeLogs, oracle: Any, logs: Path) -> None:
    """Every figure of the calls that came on a day is the oracle's, also of those that ended after midnight."""
    days = {call["call_key"]: call["t_entry"][:10] for call in rows(logs / "bank_calls" / "calls.csv.gz")}
    for day, expected in oracle["by_day"].items():
        calls = [event for event in whole["bank_calls"].events if days[event.key] == day]
        assert_exact(expected, desk.total(desk.run(POLICY, calls)))


@pytest.mark.slow
def test_a_window_of_a_day_is_exact(whole: WholeLogs, oracle: Any) -> None:
    """At midnight a window of 24 hours holds that day's calls, but for the one that was queued after midnight."""
    policy = load_policy("version: 1\nservice_level: [{within: 20s, short_abandon: 5s}]\nwindows: [24h]", "bank")
    # feb-34236 came at 23:59:54 on the 15th, and was queued and answered on the 16th.
    queued_later = {"1999-02-15": 1}
    for day, expected in oracle["by_day"].items():
        end = parse_rfc3339(f"{day}T00:00:00+02:00") + DAY
        seen = [event for event in whole["bank_calls"].events if end - 2 * DAY <= event.at < end]
        counts = desk.total(desk.run(policy, seen, at=end)).counts
        assert expected["calls"] == counts["begun"]
        assert expected["offered"] - queued_later.get(day, 0) == counts["offered"]
        assert expected["answered"] - queued_later.get(day, 0) == counts["answered"]
        assert expected["answered_within_20s"] == counts["answered_in_target"]
        assert expected["abandoned"] == counts["abandoned"]
        assert expected["hung_up_in_ivr"] == counts["bot_ended"]


def test_a_call_answered_at_once_has_waited_nothing(logs: Path) -> None:
    """A call that an agent took without a queue is offered, answered and in target, with a wait of 0 s."""
    events = [event for event in bank_calls.events(logs, "january") if event["chat_id"] == "jan-3"]
    assert ["chat.started", "chat.accepted", "chat.ended"] == [event["type"] for event in events]
    figures = desk.total(desk.run(POLICY, desk.decoded(events)))
    assert (1, 1, 1) == tuple(figures.counts[name] for name in ("offered", "answered", "answered_in_target"))
    assert (1, 0) == (figures.durations["wait"].count, figures.durations["wait"].total)


def test_hanging_up_in_the_menu_is_no_abandonment(logs: Path) -> None:
    """A caller who left before any queue counts as a contact that began, and ended, with the bot, and nowhere else."""
    events = [event for event in bank_calls.events(logs, "january") if event["chat_id"] == "jan-1"]
    assert ["chat.started", "chat.ended"] == [event["type"] for event in events]
    figures = desk.total(desk.run(POLICY, desk.decoded(events)))
    assert {"begun": 1, "bot_ended": 1, "bot_resolved": 1} == {name: n for name, n in figures.counts.items() if n}
