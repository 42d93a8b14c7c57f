"""What happens to a fetch that a rebalance catches on its way."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import TP

from stream.edge.pipeline.batch import Batch, Fetch
from stream.edge.pipeline.transport import BatchConsumer

PLACE = TP("support.tickets", 4)


class Caught:
    """As much of a consumer as `getmany` needs; a rebalance takes the flow away while the fetch is under way."""

    def __init__(self, fetched: int, current: int) -> None:
        self.flow_active = True
        self.should_stop = False
        self.can_resume_flow = asyncio.Event()
        self.fetched = fetched
        self.app = SimpleNamespace(consumer_generation_id=current, pipeline=SimpleNamespace(on_marks=lambda _: None))
        self._thread = self

    async def fetch(self, _wait_s: float) -> Fetch:
        """Come back with records while the flow stands still."""
        self.flow_active = False
        asyncio.get_running_loop().call_soon(self._resume)
        return Fetch(self.fetched, [Batch(PLACE, ["record"], 24, 75)], [])

    def _resume(self) -> None:
        self.flow_active = True
        self.can_resume_flow.set()

    async def wait(self, event: asyncio.Event) -> None:
        """Wait for the flow."""
        await event.wait()

    def _message(self, batch: Batch, _generation: int) -> Any:
        return batch


@pytest.mark.parametrize(("fetched", "current", "delivered"), [(2, 2, [PLACE]), (1, 2, [])])
async def test_a_fetch_that_ends_before_the_flow_goes_on_is_kept_where_it_is_of_the_new_generation(
    fetched: int, current: int, delivered: list[TP]
) -> None:
    """What was sought in this generation is read once only, so nothing of it may be let go; what is older may."""
    consumer = cast("BatchConsumer", Caught(fetched, current))
    assert delivered == [tp async for tp, _ in BatchConsumer.getmany(consumer, 1.0)]
