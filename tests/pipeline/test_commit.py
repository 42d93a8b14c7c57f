"""What is on record in Kafka, and until when everything is: what the alert on a state that is not stored looks at."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from stream.edge.pipeline.pipeline import Pipeline
from stream.edge.pipeline.settings import Settings
from tests.pipeline.build import counting_shard


class Broker:
    """Takes offsets, or does not."""

    def __init__(self) -> None:
        self.away = False
        self.offsets: dict[Any, int] = {}

    async def commit_offsets(self, offsets: dict[Any, int]) -> bool:
        """Take them, unless it is away."""
        if self.away:
            raise KafkaConnectionError
        self.offsets |= offsets
        return True


@pytest.fixture
async def made() -> tuple[Pipeline, Broker]:
    """A pipeline with one open shard that has read nothing yet."""
    pipeline, broker = Pipeline(Settings(("k:1",), topics=("a",), state="none"), 0, counting_shard), Broker()
    pipeline.app = SimpleNamespace(consumer=SimpleNamespace(kafka=broker))  # type: ignore[assignment]
    pipeline.holdings.assign([0])
    (holding,) = pipeline.holdings
    holding.cursors["a"].open(0, 10, 0)
    return pipeline, broker


async def test_what_is_read_is_on_record_once_the_broker_has_it(made: tuple[Pipeline, Broker]) -> None:
    """While the broker is away the time stands still; it goes on as soon as everything is there."""
    pipeline, broker = made
    cursor = next(iter(pipeline.holdings)).cursors["a"]
    await pipeline.offsets.commit()
    before = pipeline.committed_at_s
    assert before > 0
    cursor.position = cursor.safe = 5
    broker.away = True
    await pipeline.offsets.commit()
    assert pipeline.committed_at_s == before
    assert cursor.committed == 0
    broker.away = False
    now = time.time()
    await pipeline.offsets.commit()
    assert pipeline.committed_at_s >= now
    assert [*broker.offsets.values(), cursor.committed] == [5, 5]


async def test_letters_that_are_not_written_hold_the_time_back(made: tuple[Pipeline, Broker]) -> None:
    """What is read beyond a bad message whose letter is not acknowledged is not on record."""
    pipeline, _ = made
    cursor = next(iter(pipeline.holdings)).cursors["a"]
    cursor.position = 5
    await pipeline.offsets.commit()
    assert pipeline.committed_at_s == 0.0
    cursor.safe = 5
    await pipeline.offsets.commit()
    assert pipeline.committed_at_s > 0
