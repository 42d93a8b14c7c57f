"""What a scrape shows is what a first scrape would show, though it was told only what has changed since the last."""

from __future__ import annotations

from itertools import islice

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_open_metrics

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.core.times import MINUTE
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.formats import OPEN_METRICS, TEXT
from tests.exposition.conftest import SHARDS, events, shard_of
from tests.exposition.scraped import flat, scraped
from tests.exposition.test_text import Given
from tests.exposition.worker import StillWorker


def test_every_scrape_is_like_a_first_one(policy: Policy) -> None:
    """While a desk works, groups come up, panes leave, shards go and come back, and a scrape is given up."""
    shards = [Shard(policy, number) for number in range(SHARDS)]
    worker = StillWorker(shards)
    collector = DeskpulseCollector(worker, policy, with_process=False)
    source, partly = events(), 0
    for turn in range(40):
        batch = [*islice(source, 500)]
        for event in batch:
            shards[shard_of(event)].apply(event)
        now = max(shard.now for shard in shards)
        for shard in shards:
            shard.advance(now + turn % 3 * MINUTE)
        if turn % 11 == 5:
            worker.shown = shards[1:]
        elif turn % 11 == 7:
            worker.shown = shards
        elif turn % 11 == 9:
            shards[0] = Shard(policy, 0)
        elif turn % 11 == 10:
            collector.take()
        snapshot = collector.take()
        partly += not any(snapshot.is_whole)
        assert flat(collector.families(snapshot)) == scraped(policy, *worker.shown), turn
    assert partly > 10


@pytest.mark.parametrize(("format_", "stock"), [(TEXT, generate_latest), (OPEN_METRICS, generate_open_metrics)])
def test_what_is_kept_is_written_like_the_stock_writer(policy: Policy, format_: str, stock: object) -> None:
    """Lines that stay and lines that change are the stock writer's to the byte, at each of several scrapes."""
    assert callable(stock)
    shard = Shard(policy, 0)
    worker = StillWorker([shard])
    kept = DeskpulseCollector(worker, policy, with_process=False)
    source = events()
    for _ in range(5):
        for event in islice(source, 400):
            shard.apply(event)
        fresh = DeskpulseCollector(worker, policy, with_process=False)
        assert kept.render(kept.take(), format_) == stock(Given(fresh.collect()))


def test_changes_are_told_in_their_order(policy: Policy) -> None:
    """A snapshot that says what became of one that was never told is refused, and the next one says all."""
    shard = Shard(policy, 0)
    source = events()
    for event in islice(source, 300):
        shard.apply(event)
    collector = DeskpulseCollector(StillWorker([shard]), policy, with_process=False)
    collector.render(collector.take(), TEXT)
    changes = collector.take()
    assert not any(changes.is_whole)
    collector.render(changes, TEXT)
    with pytest.raises(ValueError, match=r"snapshot 2 says what became of the one before, and 2 was told last"):
        collector.render(changes, TEXT)
    again = collector.take()
    assert flat(collector.families(again)) == scraped(policy, shard)


def test_a_scrape_that_fails_spoils_no_later_one(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was added by half is forgotten: the next scrape is told everything."""
    shard = Shard(policy, 0)
    source = events()
    collector = DeskpulseCollector(StillWorker([shard]), policy, with_process=False)
    for event in islice(source, 300):
        shard.apply(event)
    collector.render(collector.take(), TEXT)
    for event in islice(source, 300):
        shard.apply(event)
    layout = collector._figures._layout

    with monkeypatch.context() as broken:
        added = iter(range(3))
        add = layout.add
        broken.setattr(layout, "add", lambda *given: add(*given) if next(added) < 2 else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            collector.render(collector.take(), TEXT)
    snapshot = collector.take()
    assert all(snapshot.is_whole)
    assert flat(collector.families(snapshot)) == scraped(policy, shard)
