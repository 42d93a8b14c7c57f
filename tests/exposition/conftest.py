"""A desk that was busy for a day, spread over four shards as over partitions."""

from __future__ import annotations

import json
import zlib
from itertools import takewhile

import pytest

from stream.core.events import decode
from stream.core.policy import Policy, default_policy
from stream.core.shard import Shard
from stream.core.times import HOUR, parse_rfc3339
from stream.tools.demo.desk import simulate

START = parse_rfc3339("2026-03-02T05:00:00Z")
END = START + 9 * HOUR
SHARDS = 4


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy that ships."""
    return default_policy()


@pytest.fixture(scope="session")
def desk(policy: Policy) -> tuple[Shard, ...]:
    """Four shards with all that the demo's desk does from six in the morning to three in the afternoon."""
    shards = tuple(Shard(policy, number) for number in range(SHARDS))
    for _, fields in takewhile(lambda found: found[0] < END, simulate(START)):
        event = decode(json.dumps(fields).encode())
        assert event is not None
        shards[zlib.crc32(event.key.encode()) % SHARDS].apply(event)
    for shard in shards:
        shard.advance(END)
    return shards
