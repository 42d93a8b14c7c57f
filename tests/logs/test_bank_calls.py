"""The bank's calls give the figures of oracle.json, to the call and to the second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream.core.events import Event as CoreEvent
from stream.core.figures import Tally, kpis, take_figures
from stream.core.policy import load_policy
from stream.core.times import SECOND
from tests.logs import bank_calls, desk

POLICY = load_policy(
    """
version: 1
service_level: [{within: 20s, short_abandon: 5s}]
windows: [31d]
""",
    "bank",
)

NAMES = {
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
def january(logs: Path) -> list[CoreEvent]:
    """All events of January."""
    return desk.decoded(bank_calls.events(logs, "january"))


def counted(oracle: Any) -> dict[str, int]:
    """Return the oracle's figures under our names."""
    return {
        "calls": oracle["calls"],
        "offered": oracle["offered"],
        "answered": oracle["answered"],
        "abandoned": oracle["abandoned"],
        "answered_in_target": oracle["answered_within_20s"],
        "abandoned_in_target": oracle["abandoned_within_20s"],
        "short_abandons": oracle["abandoned_within_5s"],
        "wait_s": oracle["sum_wait_answered_seconds"],
        "handle_s": oracle["sum_handle_seconds"],
    }


COUNTS = ("offered", "answered", "abandoned", "answered_in_target", "abandoned_in_target", "short_abandons")


def seconds_of(figures: Tally) -> dict[str, int]:
    """Return the exact sums of waits and of handle times."""
    return {f"{name}_s": figures.durations[name].total // SECOND for name in ("wait", "handle")}


@pytest.fixture(scope="module")
def in_order(january: list[CoreEvent]) -> Any:
    """Every group, bucket and live figure of January, its events read in order."""
    return desk.plain(take_figures(desk.run(POLICY, january)))


@pytest.mark.slow
@pytest.mark.parametrize("way", desk.WAYS, ids=lambda way: way.name)
def test_january_is_exact(way: desk.Way, january: list[CoreEvent], in_order: Any, oracle: Any) -> None:
    """Every count, both sums and all six service levels are the oracle's, and no digit depends on how events arrive."""
    expected = oracle["by_month"]["january"]
    shards = desk.run(POLICY, january, way)
    figures = desk.total(shards)
    found = {name: figures.counts[name] for name in COUNTS}
    found["calls"] = sum(len(shard) for shard in shards)
    assert counted(expected) == found | seconds_of(figures)
    levels = kpis(figures, POLICY)["service_level"]
    assert {ours: expected["service_level"][theirs] for ours, theirs in NAMES.items()} == {
        ours: round(level, 6) for ours, level in levels.items()
    }
    assert in_order == desk.plain(take_figures(shards))
    assert 0 == sum(shard.counts.late + shard.counts.too_late for shard in shards)
    waited = max(figures.durations[name].maximum or 0 for name in ("wait", "abandon_wait"))
    assert expected["max_wait_seconds"] == pytest.approx(waited / SECOND, rel=0.05)


@pytest.mark.slow
def test_both_months_and_each_type_of_call_are_exact(logs: Path, oracle: Any) -> None:
    """In a window of 60 days every count and sum of every queue is the oracle's for that type of call."""
    policy = load_policy("version: 1\nservice_level: [{within: 20s, short_abandon: 5s}]\nwindows: [60d]", "bank")
    window = take_figures(desk.run(policy, desk.decoded(bank_calls.events(logs)))).windows[0]
    assert {"voice"} == {channel for _, channel, _ in window.groups}
    by_type: dict[str, Tally] = {}
    for (queue, _, _), tally in window.groups.items():
        by_type.setdefault(queue, Tally(tally.bounds)).add(tally)
    for name, figures in {**by_type, "all": window.total()}.items():
        expected = counted(oracle["by_type"].get(name, oracle["all"]))
        del expected["calls"]
        assert expected == {key: figures.counts[key] for key in COUNTS} | seconds_of(figures), name
    assert {kind for kind, row in oracle["by_type"].items() if row["offered"]} == set(by_type)


def test_a_call_answered_at_once_has_waited_nothing(logs: Path) -> None:
    """A call that an agent took without a queue is offered, answered and in target, with a wait of 0 s."""
    events = [event for event in bank_calls.events(logs, "january") if event["chat_id"] == "jan-3"]
    assert ["chat.started", "chat.accepted", "chat.ended"] == [event["type"] for event in events]
    figures = desk.total(desk.run(POLICY, desk.decoded(events)))
    assert (1, 1, 1) == tuple(figures.counts[name] for name in ("offered", "answered", "answered_in_target"))
    assert (1, 0) == (figures.durations["wait"].count, figures.durations["wait"].total)


def test_hanging_up_in_the_menu_is_no_abandonment(logs: Path) -> None:
    """A caller who left before any queue counts nowhere but as a contact."""
    events = [event for event in bank_calls.events(logs, "january") if event["chat_id"] == "jan-1"]
    assert ["chat.started", "chat.ended"] == [event["type"] for event in events]
    shards = desk.run(POLICY, desk.decoded(events))
    assert 1 == sum(len(shard) for shard in shards)
    assert not any(desk.total(shards).counts.values())
