"""What a run calls wrong: that it finds nothing must mean that there is nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream.edge.exposition import names
from tests.chaos import compare
from tests.chaos.oracle import net
from tests.chaos.sender import Sent
from tests.chaos.watch import CREATED, Look, Watch

GROUP = 'channel="web",priority="high",queue="tech",window="24h"'
READY = names.READY.family
DATA_TIME = names.DATA_TIME.family


def page(*partitions: int, created: float = 1) -> dict[str, float]:
    """Return a page that shows these partitions and so many tickets created."""
    times = {f'{DATA_TIME}{{partition="{number}"}}': 1.772e9 for number in partitions}
    return {READY: len(partitions), f"{CREATED}{{{GROUP}}}": created} | times


def look(shown: dict[str, float], number: int = 0, began: float = 0.0, *, ready: bool = True) -> Look:
    """Return a look at a worker."""
    return Look(number, began, shown, 200 if ready else 503, {"ready": ready})


def watch() -> Watch:
    """Return a watch over two partitions in which three tickets were created."""
    sent = Sent()
    sent.fresh["ticket.created", "tech", "web", "high"] = 3
    return Watch(sent, 2, keeps=True, workers=list)


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (look(page(0, 1, created=3)), ""),
        (look(page(0, 1, created=4)), "and 3 were created"),
        (look({READY: 0}, ready=False), ""),
        (look(page(created=1), ready=False), "figures of no partition"),
        (look(page(0, 1) | {READY: 1}), "says 1 partitions"),
        (Look(0, 0.0, page(0), 200, {"ready": False}), "/readyz answers 200"),
    ],
)
def test_a_page_that_cannot_be_true_is_a_fault(seen: Look, fault: str) -> None:
    """More than was sent, figures of nothing, and a readiness that contradicts itself."""
    over = watch()
    over.judge(seen)
    assert bool(fault) == bool(over.faults)
    assert not fault or any(fault in line for line in over.faults)


def test_who_hears_no_broker_may_not_show_anything_for_long() -> None:
    """Within the session timeout a worker may show what it has; after that it may not, and is not ready."""
    over = watch()
    over.cut_off = 100.0
    over.judge(look(page(0), began=103.0))
    assert not over.faults
    over.judge(look(page(0), began=106.0))
    assert ["shows", "is ready"] == [word for word in ("shows", "is ready") if any(word in f for f in over.faults)]


def test_who_wakes_when_it_has_been_thrown_out_may_not_show_anything() -> None:
    """The first answer after a long sleep is empty."""
    over = watch()
    over.judge_first(look({READY: 0}, ready=False), 6.0)
    assert not over.faults
    over.judge_first(look(page(1)), 6.0)
    assert len(over.faults) == 1
    assert over.woken == 2


def test_two_workers_may_not_show_one_partition_and_a_whole_sum_may_not_fall() -> None:
    """Either is a fault where it is seen in two rounds in a row: one round is not one moment."""
    over = watch()
    both = [look(page(0, 1), 0), look(page(1), 1)]
    over.judge_round(both)
    assert not over.faults
    over.judge_round(both)
    assert "show partition 1" in over.faults[0]
    over = watch()
    for created in (3, 3, 2):
        over.judge_round([look(page(0, created=created), 0), look(page(1, created=0), 1)])
    assert len(over.faults) == 1


def told(event: str, **more: Any) -> bytes:
    """Return a line of the topic of SLA events."""
    line = {"event": event, "subject": "T1", "kind": "ticket", "clock": "resolution", "cycle": 1, "target": "t"}
    at = "2026-03-02T09:00:00Z"
    return json.dumps(line | {"at": at, "due_at": at} | more).encode()


def test_a_transition_told_twice_is_found_however_often_it_was_retracted() -> None:
    """Told, retracted and told again is once; told twice in a row is once too often."""
    once, twice = told("clock.breached"), told("clock.retracted", retracts="clock.breached")
    found, wrong = net([once, twice, once])
    assert ([1], []) == (list(found.values()), wrong)
    assert len(net([once, once])[1]) == 1
    assert len(net([once, twice, twice])[1]) == 1


def test_differences_name_the_series_and_both_values() -> None:
    """A series that only one side has is 0 on the other."""
    assert ["w: a is 2, true is 1", "w: b is 0, true is 3"] == compare.pages("w", {"a": 1, "b": 3}, {"a": 2})
    assert ["letter: x stands 2 times, not 1"] == compare.counts("letter", {"x": 1}, {"x": 2})
