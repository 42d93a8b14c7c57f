"""A dead letter, and how it is sent: byte for byte."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence


class Letter(NamedTuple):
    """A message that is no event as it was, with headers that say why."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


async def send_letter(producer: Any, topic: str, letter: Letter) -> Awaitable[Any]:
    """Hand a letter to a producer of aiokafka, and return what waits until it is acknowledged."""
    key, value, headers = letter
    delivery: Awaitable[Any]
    if key is None and value is None:
        # `send` wants a key or a value; a batch takes neither, too.
        batch = producer.create_batch()
        batch.append(key=None, value=None, timestamp=None, headers=headers)
        batch.close()
        partition = random.choice(sorted(await producer.partitions_for(topic)))  # noqa: S311  no secret
        delivery = await producer.send_batch(batch, topic, partition=partition)
    else:
        delivery = await producer.send(topic, value=value, key=key, headers=headers)
    return delivery
