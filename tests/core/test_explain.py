"""Explanations can be checked by hand: segments tile the time, add up, and agree with deadlines and breaches."""

from __future__ import annotations

import copy
import importlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from stream.core.events import decode
from stream.core.policy import load_policy
from stream.core.shard import Shard
from tests.core.by_hand import Pencil
from tests.core.notation import Case, cases, told
from tests.oracle.desks import Desk, desks
from tests.oracle.times import moment_of

TABLES = sorted(path.stem for path in Path(__file__).parent.glob("test_cases_*.py"))
CHANGES = {"ticket.priority_changed", "ticket.assigned", "chat.queued", "chat.transferred"}
LEAVES = {"ticket.merged", "ticket.deleted"}

policy_of = lru_cache(1000)(load_policy)
pencil_of = lru_cache(1000)(Pencil)


def faults_of(shard: Shard, pencil: Pencil, kinds: dict[str, set[str]]) -> list[str]:
    """Return what is wrong with all that a shard explains; `kinds` are the types of the events of each subject."""
    return [
        f"{story['kind']} {story['subject']}: {fault}"
        for story in shard.explain_all()
        for heard in [kinds[story["subject"]]]
        for fault in pencil.faults(story, shard.now, changed=bool(heard & CHANGES), left=bool(heard & LEAVES))
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(desk=desks(policies=100))
def test_every_story_adds_up(desk: Desk) -> None:
    """Whatever happened, in whatever order it was told, and whenever one asks: every clock tiles and adds up."""
    shard = Shard(policy_of(desk.setting.policy, "desk"))
    pencil = pencil_of(desk.setting.policy)
    kinds: dict[str, set[str]] = {}
    newest = 0
    for step in (*desk.telling, None):
        if step is not None and step.now is None:
            event = decode(step.message)
            assert event is not None
            shard.apply(event)
            kinds.setdefault(event.key, set()).add(event.type)
            newest = max(newest, event.at)
            continue
        shard.advance(desk.now if step is None or step.now is None else step.now)
        if newest <= shard.now:
            assert [] == faults_of(shard, pencil, kinds)


@pytest.mark.parametrize("table", TABLES)
def test_every_worked_case_adds_up(table: str) -> None:
    """Every clock of every row of the tables tiles and adds up, at each time at which the row looks."""
    rows: list[Case] = importlib.import_module(f"tests.core.{table}").CASES
    wrong = []
    for row in rows:
        kinds: dict[str, set[str]] = {}
        for event in row.events:
            kinds.setdefault(event.key, set()).add(event.type)
        for shard in told(row):
            wrong += [f"{row}: {fault}" for fault in faults_of(shard, pencil_of(row.policy), kinds)]
    assert [] == wrong


(PAUSED,) = cases("""
A night and a pause
    promise: resolution 4h in office warn 1h
    ticket:  Mon 15:00 created; 16:00 pending; 16:30 open
    at Tue 10:00: resolution pending
""")
HOUR = 3600


def _segment(number: int, **changes: Any) -> dict[str, Any]:
    return {"segments": {number: changes}}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "imminent"},
        {"state": "breaching"},
        {"state": "met"},
        {"state": "late"},
        {"state": "paused"},
        {"breached_at": "2026-03-02T16:00:00Z"},
        {"satisfied_at": "2026-03-03T10:00:00Z"},
        {"due_at": "2026-03-03T11:30:01Z"},
        {"due_at": None},
        {"elapsed_s": 3 * HOUR},
        {"paused_s": 0},
        {"remaining_s": HOUR},
        {"schedule": "24x7"},
        {"started_at": "2026-03-02T15:00:01Z"},
        _segment(0, seconds=HOUR - 1),
        _segment(1, kind="open"),
        _segment(1, kind="idle"),
        _segment(1, **{"from": "2026-03-02T16:00:01Z"}),
        _segment(3, to="2026-03-03T08:00:00Z"),
        _segment(4, to="2026-03-03T09:59:59Z", seconds=HOUR - 1),
    ],
    ids=str,
)
def test_what_does_not_add_up_is_found(changes: dict[str, Any]) -> None:
    """Each number of a story is held by another: changed alone, it is noticed."""
    (shard,) = told(PAUSED)
    (story,) = shard.explain("T1")
    pencil = Pencil(PAUSED.policy)
    assert [] == list(pencil.faults(story, shard.now, changed=False, left=False))
    broken = copy.deepcopy(story)
    (clock,) = (row for row in broken["clocks"] if row["clock"] == "resolution")
    for number, change in changes.get("segments", {}).items():
        clock["segments"][number] |= change
    clock |= {key: value for key, value in changes.items() if key != "segments"}
    assert [] != list(pencil.faults(broken, moment_of("2026-03-03T10:00:00Z"), changed=False, left=False))
