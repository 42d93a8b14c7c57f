"""A desk that was busy for a day, spread over four shards as over partitions."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from itertools import takewhile

import pytest

from stream.core.events import Event, decode
from stream.core.policy import Policy, default_policy
from stream.core.shard import Shard
from stream.core.times import HOUR, parse_rfc3339
from stream.tools.demo.desk import simulate

START = parse_rfc3339("2026-03-02T05:00:00Z")
END = START + 9 * HOUR
SHARDS = 4


def events() -> Iterator[Event]:
    """Yield all that the demo's desk does from six in the morning to three in the afternoon."""
    for _, fields in takewhile(lambda found: found[0] < END, simulate(START)):
        event = decode(json.dumps(fields).encode())
        assert event is not None
        yield event


def shard_of(event: Event) -> int:
    """Return the number of its shard."""
    return zlib.crc32(event.key.encode()) % SHARDS


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy that ships."""
    return default_policy()


@pytest.fixture(scope="session")
def desk(policy: Policy) -> tuple[Shard, ...]:
    """Four shards with all of its events."""
    shards = tuple(Shard(policy, number) for number in range(SHARDS))
    for event in events():
        shards[shard_of(event)].apply(event)
    for shard in shards:
        shard.advance(END)
    return shards
