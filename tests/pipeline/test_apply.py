"""The hot loop: every record is counted, good ones are applied, bad ones come back as they were."""

from __future__ import annotations

import gc
from typing import cast

from stream.edge.pipeline.apply import apply_records
from stream.edge.pipeline.counters import Counters
from stream.edge.pipeline.holding import Cursor
from stream.edge.pipeline.view import MAX_SOURCES
from tests.pipeline.build import SECOND, T0, CountingShard, counting_shard, created, record

SKEW = 300 * SECOND
TOPIC = "support.tickets"


def test_good_events_are_applied_in_order_and_bad_ones_are_returned() -> None:
    """One bad record stops nothing, and it is the very record that comes back."""
    shard, counters, cursor = counting_shard(), Counters(), Cursor(TOPIC, 0)
    records = [
        record(0, created(0, source="zendesk")),
        record(1, None),
        record(2, b"\xff"),
        record(3, b'{"type": "ticket.sung"}'),
        record(4, created(7, source="zendesk")),
        record(5, created(2)),
    ]
    bad = apply_records(shard, cursor, records, counters, SKEW)
    assert ["T0", "T7", "T2"] == [event.key for event in cast("CountingShard", shard).events]
    assert [(records[1], "null"), (records[2], "not_utf8")] == [(b.record, b.reason) for b in bad]
    assert {(TOPIC, "ticket.created"): 3, (TOPIC, "rejected"): 2, (TOPIC, "unknown"): 1} == counters.events
    assert {(TOPIC, "null"): 1, (TOPIC, "not_utf8"): 1} == counters.rejected
    assert cursor.newest == T0 + 7 * SECOND
    assert {(TOPIC, "zendesk"): T0 + 7 * SECOND, (TOPIC, "none"): T0 + 2 * SECOND} == counters.last_events


def test_bad_records_leave_nothing_behind() -> None:
    """No cycle is made that only the collector could free: it is told to look at few of the objects there are."""
    refused = [None, b"\xff", b"{", b'{"type": "ticket.created"}', b'{"type": 7}', b"[" * 100_000, created(999)]
    gc.collect()
    gc.disable()
    try:
        bad = apply_records(
            counting_shard(),
            Cursor(TOPIC, 0),
            [record(offset, value, T0 // 1_000) for offset, value in enumerate(refused)],
            Counters(),
            SKEW,
        )
        assert len(bad) == len(refused)
        del bad
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_newest_event_never_gets_older() -> None:
    """A batch of older events leaves the partition's time where it was, and so does one without events."""
    cursor = Cursor(TOPIC, 0, newest=T0 + 60 * SECOND)
    apply_records(counting_shard(), cursor, [record(0, created(5)), record(1, b"")], Counters(), SKEW)
    assert cursor.newest == T0 + 60 * SECOND


def test_an_event_from_the_future_is_rejected_by_the_records_own_time_and_only_in_live_mode() -> None:
    """What is too far ahead of its record is a dead letter; with the data's clock, and without a stamp, it is not."""
    stamp = T0 // 1_000
    records = [record(0, created(300), stamp), record(1, created(302), stamp), record(2, created(999), -1)]
    live = apply_records(counting_shard(), Cursor(TOPIC, 0), records, Counters(), SKEW)
    assert [(1, "future", "occurred_at")] == [(b.record.offset, b.reason, b.field) for b in live]
    assert apply_records(counting_shard(), Cursor(TOPIC, 0), records, Counters(), None) == []


def test_sources_beyond_the_limit_share_one_entry() -> None:
    """A label's values are bounded, whatever producers write into `source`."""
    counters = Counters()
    records = [record(i, created(i, source=f"s{i}")) for i in range(MAX_SOURCES + 20)]
    apply_records(counting_shard(), Cursor(TOPIC, 0), records, counters, None)
    assert len(counters.last_events) == MAX_SOURCES + 1
    assert counters.last_events[TOPIC, "other"] == T0 + (MAX_SOURCES + 19) * SECOND
