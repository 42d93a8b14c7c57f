"""Records as they lie in a fetched batch, which have `key`, `value`, `offset`, `timestamp` and `headers`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiokafka.consumer.fetcher import FetchResult

if TYPE_CHECKING:
    from collections.abc import Collection

    from aiokafka.structs import TopicPartition


def _as_it_is(_tp: TopicPartition, record: Any) -> Any:
    return record


async def raw_records(
    fetcher: Any, partitions: Collection[TopicPartition], wait_s: float, limit: int
) -> dict[TopicPartition, list[Any]]:
    """Return what aiokafka has fetched, without wrapping each record: that costs as much as decoding it.

    Args:
        fetcher: of a consumer.
        partitions: what to look at.
        wait_s: how long to wait for something.
        limit: how many records to return at most.
    """
    if not any(partition in fetcher._records for partition in partitions):  # noqa: SLF001
        # What comes while aiokafka itself waits would be wrapped.
        waiter = fetcher._create_fetch_waiter()  # noqa: SLF001
        await asyncio.wait([waiter], timeout=wait_s)
        if not waiter.cancel():
            waiter.result()
    for fetched in fetcher._records.values():  # noqa: SLF001
        if isinstance(fetched, FetchResult):
            fetched._partition_records._consumer_record = _as_it_is  # noqa: SLF001
    drained: dict[TopicPartition, list[Any]] = await fetcher.fetched_records(set(partitions), max_records=limit)
    return drained
