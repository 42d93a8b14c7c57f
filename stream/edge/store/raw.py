"""Records as they lie in a fetched batch, which have `key`, `value`, `offset`, `timestamp` and `headers`.

aiokafka wraps each record in an object of its own and passes it through a generator, which together cost as much as
decoding it. Here it is shown each batch as one record, so that what it knows of transactions, aborted ones too, of
offsets and of compaction holds, once a batch.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka.consumer.fetcher import FetchResult
from aiokafka.errors import KafkaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from aiokafka.structs import TopicPartition


class _Records(NamedTuple):
    """The records of a batch as one, which has the offset of the last."""

    offset: int
    each: list[Any]


class _WholeBatch:
    """A batch that is iterated over in one step; all else is the batch's own."""

    def __init__(self, batch: Any, since: int) -> None:
        self._batch = batch
        self._since = since

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)  # what a control batch says

    def __iter__(self) -> Iterator[_Records]:
        records = list(self._batch)
        if records and records[0].offset < self._since:  # a batch is fetched whole, though reading begins within it
            records = [record for record in records if record.offset >= self._since]
        if records:
            yield _Records(records[-1].offset, records)


class _WholeBatches:
    """The batches of a fetched partition, from an offset on.

    It does not know who unpacks it: that would be a cycle with megabytes in it.
    """

    def __init__(self, batches: Any, since: int) -> None:
        self.has_next = batches.has_next
        self._batches = batches
        self._since = since

    def next_batch(self) -> _WholeBatch:
        """Return the next one."""
        return _WholeBatch(self._batches.next_batch(), self._since)


async def raw_records(
    fetcher: Any, partitions: Collection[TopicPartition], wait_s: float, limit: int
) -> dict[TopicPartition, list[Any]]:
    """Return what aiokafka has fetched.

    Args:
        fetcher: of a consumer.
        partitions: what to look at.
        wait_s: how long to wait for something.
        limit: how many records to return; what is begun of a batch is returned whole.

    Raises:
        KafkaError: a fetch failed.
    """
    waiting = fetcher._records  # noqa: SLF001
    if not any(partition in waiting for partition in partitions):
        # What comes while aiokafka itself waits would be wrapped.
        waiter = fetcher._create_fetch_waiter()  # noqa: SLF001
        await asyncio.wait([waiter], timeout=wait_s)
        if not waiter.cancel():
            waiter.result()
    drained: dict[TopicPartition, list[Any]] = {}
    if not fetcher._subscriptions.reassignment_in_progress:  # noqa: SLF001
        for partition, fetched in list(waiting.items()):
            if partition not in partitions:
                continue
            if limit <= 0 or not isinstance(fetched, FetchResult):
                break
            try:
                records = _taken(fetched, limit)
            finally:
                if not fetched.has_more():
                    del waiting[partition]
                    fetcher._notify(fetcher._wait_consume_future)  # noqa: SLF001
            if records:
                drained[partition] = records
                limit -= len(records)
    if not drained:
        # It tells of errors, and lets go of what is no longer this consumer's.
        found: dict[TopicPartition, list[Any]] = await fetcher.fetched_records(set(partitions), max_records=limit)
        return found
    return drained


def _taken(fetched: FetchResult, limit: int) -> list[Any]:
    """Return records of a partition up to the end of a batch, and note that they are read."""
    if not fetched.check_assignment(fetched._topic_partition) or not fetched.has_more():  # noqa: SLF001
        return []
    unpacking = fetched._partition_records  # noqa: SLF001
    if not isinstance(unpacking._records, _WholeBatches):  # noqa: SLF001
        unpacking._records = _WholeBatches(unpacking._records, unpacking.next_fetch_offset)  # noqa: SLF001
        unpacking._consumer_record = _each  # noqa: SLF001
    records: list[Any] = []
    try:
        for batch in unpacking:
            records += batch
            if len(records) >= limit:
                break
    except KafkaError:
        # A damaged batch: what came before it is fetched once more, from where reading stands.
        fetched._partition_records = None  # noqa: SLF001
        raise
    fetched._update_position()  # noqa: SLF001
    if len(records) < limit:
        fetched._partition_records = None  # noqa: SLF001
    return records


def _each(_partition: TopicPartition, records: _Records) -> list[Any]:
    return records.each
