"""What `explain` says of the clocks of a desk, in the words of the recount; segments must tile each clock's life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stream.core.shard import Shard
from tests.oracle.times import SECOND, moment_of

RUNNING = {"pending", "imminent", "breaching", "paused"}
KINDS = {"ticket": "ticket", "contact": "chat"}


def clocks_of(shards: Sequence[Shard], now: int) -> dict[tuple[str, str], list[tuple[str, int, str, int]]]:
    """Return kind, start, state and open time of all clocks of all subjects."""
    found = {}
    for story in (story for shard in shards for story in shard.explain_all()):
        clocks = []
        for clock in story["clocks"]:
            assert_tiled(clock, now)
            start, elapsed = moment_of(clock["started_at"]), round(clock["elapsed_s"] * SECOND)
            clocks.append((clock["clock"], start, clock["state"], elapsed))
        found[KINDS[story["kind"]], story["subject"]] = sorted(clocks)
    return found


def assert_tiled(clock: dict[str, Any], now: int) -> None:
    """Segments follow one another from the start of a clock to its end or to `now`, and add up."""
    segments = clock["segments"]
    ends = [clock["started_at"], *(segment["to"] for segment in segments)]
    assert ends[:-1] == [segment["from"] for segment in segments], clock
    assert clock["satisfied_at"] in {None, ends[-1]}, clock
    for kind, length in (("open", clock["elapsed_s"]), ("paused", clock["paused_s"])):
        parts = [round(segment["seconds"] * SECOND) for segment in segments if segment["kind"] == kind]
        assert round(length * SECOND) == sum(parts), clock
    left = round(clock["target_s"] * SECOND) - round(clock["elapsed_s"] * SECOND)
    assert round(clock["remaining_s"] * SECOND) == left, clock
    if clock["state"] in RUNNING:
        assert now in {moment_of(ends[-1]), *([] if segments else [moment_of(clock["started_at"])])}, clock
