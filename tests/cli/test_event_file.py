"""Files of events are read in order of time, in memory that does not grow with them."""

from __future__ import annotations

import itertools
import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from benchmarks.memory import lines
from stream.tools import event_file
from stream.tools.event_file import Reading, events_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.errors import EventError


def refuse(number: int, error: EventError) -> None:
    """Fail: no line of these tests is wrong."""
    raise AssertionError(f"{number}: {error}")


def ordered(rows: Iterable[str]) -> list[tuple[int, bytes]]:
    """Return the events of some lines as their time and line, in the order in which they come."""
    return [(event.at, raw) for event, raw in events_in_order((row.encode() for row in rows), Reading(), refuse)]


@pytest.mark.parametrize(("run", "open_runs"), [(1, 2), (1, 3), (5_000, 2), (5_000, 64), (1 << 30, 64)])
def test_any_number_of_runs_is_merged_in_order(monkeypatch: pytest.MonkeyPatch, run: int, open_runs: int) -> None:
    """However small the runs are, and however few are open at a time, every line comes once, in order of time."""
    monkeypatch.setattr(event_file, "_RUN_BYTES", run)
    monkeypatch.setattr(event_file, "_MOST_RUNS", open_runs)
    rows = list(lines(600, 20))
    shuffled = random.Random(1).sample(rows, len(rows))
    found = ordered(shuffled)
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    assert sorted(raw for _, raw in found) == sorted(row.encode() for row in rows)


def test_lines_of_one_time_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of events with the same time and `seq` the earlier line comes first, on whatever run it lies."""
    monkeypatch.setattr(event_file, "_RUN_BYTES", 1_000)
    monkeypatch.setattr(event_file, "_MOST_RUNS", 2)
    created = '{"type":"ticket.created","event_id":"%d","occurred_at":"2026-03-02T09:00:00Z","ticket_id":"T%d"}'
    rows = [created % (number, number) for number in range(50)]
    assert [raw.decode() for _, raw in ordered(rows)] == rows


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times as many lines are sorted in the same memory: what is on disk is not in memory, too."""
    monkeypatch.setattr(event_file, "_RUN_BYTES", 200_000)
    monkeypatch.setattr(event_file, "_MOST_RUNS", 4)
    monkeypatch.setattr(event_file, "_BUFFER", 4_096)

    def peak(count: int) -> int:
        rows = list(lines(count, 100))  # made before anybody looks: what makes them remembers times
        tracemalloc.start()
        for _ in events_in_order((row.encode() for row in rows), Reading(), refuse):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(600)
    assert peak(12_000) < 1.5 * peak(3_000)


def test_the_log_of_the_memory_bench_has_as_many_open_as_it_says() -> None:
    """At its busiest moment the generated log has about as many tickets open as were asked for."""
    changes = []
    for at, raw in ordered(lines(6_000, 200)):
        changes += [(at, 1)] if b".created" in raw else [(at, -1)] if b"solved" in raw else []
    assert 190 <= max(itertools.accumulate(change for _, change in sorted(changes))) <= 220
