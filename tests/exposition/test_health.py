"""What is exported besides figures: the policy, the pipeline, the worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from stream import __version__
from stream.core.events import REASONS
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.core.times import parse_rfc3339
from stream.edge.exposition import DeskpulseCollector
from stream.edge.pipeline import Reading, WorkerState
from tests.core.build import policy as policy_of
from tests.exposition.scraped import Series, flat, pick
from tests.exposition.worker import StillWorker


def told(policy: Policy, **worker: Any) -> Series:
    """Return what a worker with these properties exports."""
    return flat(DeskpulseCollector(StillWorker(**worker), policy, with_process=False).collect())


def value(series: Series, name: str) -> float:
    """Return the value of a series without labels."""
    return pick(series, name)[()]


def test_counters_are_those_of_the_view(policy: Policy) -> None:
    """Everything that the view counts is exported under its topic and type, reason or source."""
    series = told(
        policy,
        events_total={("support.chats", "chat.queued"): 7, ("support.tickets", "unknown"): 2},
        rejected_total={("support.tickets", "not_json"): 3},
        last_events={("support.tickets", "zendesk"): parse_rfc3339("2026-03-02T09:00:00.25Z")},
        duplicates_total=4,
        late_total=5,
        too_late_total=6,
        missed_total=7,
        recovered_ratio=0.25,
        rebalances_total=8,
        busy_seconds_total=1.5,
        committed_at_s=1772442001.5,
    )
    assert {("support.chats", "chat.queued"): 7, ("support.tickets", "unknown"): 2} == pick(
        series, "deskpulse_events_total"
    )
    assert {("not_json", "support.tickets"): 3} == pick(series, "deskpulse_rejected_events_total")
    assert {("zendesk", "support.tickets"): 1772442000.25} == pick(series, "deskpulse_last_event_timestamp_seconds")
    assert value(series, "deskpulse_state_committed_timestamp_seconds") == 1772442001.5
    assert value(series, "deskpulse_recovered_ratio") == 0.25
    totals = ("duplicate_events", "late_events", "too_late_events", "missed_records", "rebalances", "busy_seconds")
    assert [4, 5, 6, 7, 8, 1.5] == [value(series, f"deskpulse_{name}_total") for name in totals]


def test_rejections_start_at_zero(policy: Policy) -> None:
    """Every reason of every topic is there from the start, so that a rate sees the very first rejection."""
    series = told(policy, reads=[Reading("support.tickets", 0, 0, 0), Reading("support.chats", 0, 0, 0)])
    expected = {(reason, topic): 0 for reason in REASONS for topic in ("support.tickets", "support.chats")}
    assert expected == pick(series, "deskpulse_rejected_events_total")


def test_lag_and_times_are_told_by_partition(policy: Policy) -> None:
    """Lag is end minus position, the time of the data that of the shard, and the clock that of the wall."""
    shards = [Shard(policy, 1), Shard(policy, 2)]
    shards[0].advance(parse_rfc3339("2026-03-02T09:00:00Z"))
    series = told(
        policy,
        shown=shards,
        reads=[Reading("support.tickets", 1, 10, 25), Reading("support.tickets", 2, 30, 30)],
        wall_at=parse_rfc3339("2026-03-02T09:00:10Z"),
    )
    assert {("1", "support.tickets"): 15, ("2", "support.tickets"): 0} == pick(series, "deskpulse_lag_records")
    assert {("1",): 1772442000} == pick(series, "deskpulse_data_timestamp_seconds"), "a shard without time shows none"
    assert 1772442010 == value(series, "deskpulse_clock_timestamp_seconds")


def test_incomplete_can_be_seen(policy: Policy) -> None:
    """Partitions ready, assigned and expected stand side by side."""
    series = told(policy, shown=[Shard(policy, 0)], partitions_assigned=2, partitions_expected=4)
    names = ("ready", "assigned", "expected")
    assert [1, 2, 4] == [value(series, f"deskpulse_partitions_{name}") for name in names]


def test_one_state_is_on(policy: Policy) -> None:
    """Every state of a worker is there, and the one it is in is 1."""
    series = told(policy, state=WorkerState.STARTING)
    assert {(state.value,): int(state is WorkerState.STARTING) for state in WorkerState} == pick(
        series, "deskpulse_worker_state"
    )


def test_the_policy_is_exported() -> None:
    """Windows, targets and objectives are series, so that no rule repeats a number of the policy."""
    rules = policy_of(
        "name: mail-4h, clock: first_response, within: 4h, schedule: office, objective: 0.95",
        service_level="[{within: 20s, formula: answered_only, objective: 0.8}]",
        windows="[15m, 31d]",
    )
    series, calls = told(rules), rules.targets[-1].name
    assert {("15m",): 900, ("31d",): 2_678_400} == pick(series, "deskpulse_window_length_seconds")
    assert {("first_response", "mail-4h"): 14_400, ("wait", calls): 20} == pick(series, "deskpulse_target_seconds")
    assert {("first_response", "mail-4h"): 0.95, ("wait", calls): 0.8} == pick(
        series, "deskpulse_target_objective_ratio"
    )
    assert {("first_response", "none", "office", "mail-4h"): 1, ("wait", "answered_only", "24x7", calls): 1} == pick(
        series, "deskpulse_target_info"
    )


def test_the_build_is_told(policy: Policy) -> None:
    """Version, policy and clock say what made the figures."""
    series = told(policy, clock="data")
    assert {("data", policy.fingerprint[:12], __version__): 1} == pick(series, "deskpulse_build_info")


def test_what_is_held_is_told(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """Subjects and groups over all shards are the measure of memory."""
    series = told(policy, shown=desk)
    assert sum(len(shard) for shard in desk) == value(series, "deskpulse_subjects")
    assert sum(len(shard.groups.labels) for shard in desk) == value(series, "deskpulse_groups")
    assert sum(shard.groups.folded for shard in desk) == value(series, "deskpulse_groups_folded")


def test_the_process_is_told(policy: Policy) -> None:
    """Memory and CPU of the process are there unless they are left out."""
    families = {family.name for family in DeskpulseCollector(StillWorker(), policy).collect()}
    assert {"process_resident_memory_bytes", "process_cpu_seconds", "python_gc_collections"} <= families


def test_a_snapshot_no_longer_changes(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """What was taken is written the same however the worker goes on."""
    events = {("support.chats", "chat.queued"): 7}
    worker = StillWorker(desk, events_total=events)
    collector = DeskpulseCollector(worker, policy, with_process=False)
    snapshot = collector.take()
    before = flat(collector.families(snapshot))
    events["support.chats", "chat.queued"] = 8
    worker.shown = desk[:1]
    assert before == flat(collector.families(snapshot))
    assert before != flat(collector.collect())
    assert all(dataclasses.is_dataclass(part) for part in (snapshot, *snapshot.shards))


def test_the_time_of_the_data_is_that_of_the_figures(policy: Policy) -> None:
    """A shard that moves on whenever it is asked for is shown at the moment at which its figures were copied."""

    class MovingWorker(StillWorker):
        """A worker whose shards move on at every look, as those of a real one do."""

        def shards(self) -> Sequence[Shard]:
            for shard in self.shown:
                shard.advance(shard.now + 1_000_000)
            return super().shards()

        def data_times(self) -> Mapping[int, int]:
            return {shard.number: shard.now for shard in self.shards()}

    shard = Shard(policy, 1)
    shard.advance(parse_rfc3339("2026-03-02T09:00:00Z"))
    series = flat(DeskpulseCollector(MovingWorker([shard]), policy, with_process=False).collect())
    assert {("1",): 1772442001} == pick(series, "deskpulse_data_timestamp_seconds")
