"""What becomes of a shard that nobody wants any more."""

from __future__ import annotations

import weakref
from typing import Any

import pytest

from stream.core.shard import Shard
from tests.core.build import at, chat, created, event, message, policy, status

RULES = "clock: first_response, within: 1h, warn: 15m\nclock: resolution, within: 4h"
TICKETS = 2_500


class Listener:
    """Belongs to one shard, so it lives as long as that."""

    def __call__(self, *_told: Any) -> None:
        """Hear something."""


@pytest.mark.usefixtures("no_collector")
def test_nothing_of_a_shard_that_was_dissolved_stays_in_memory() -> None:
    """Neither the shard nor its shelves: both have a listener that only they know."""
    tell, tap = Listener(), Listener()
    shard = Shard(policy(RULES), notes=True, tell=tell, tap=tap)
    for number in range(TICKETS):
        shard.apply(created("09:00", ticket_id=f"T{number}", event_id=f"e{number}", opened_by="customer"))
    shard.apply(message("09:20", "agent"))
    shard.apply(status("09:30", "solved"))
    shard.apply(chat("started", "09:10", channel="voice", handled_by="queue", queue="hotline"))
    shard.apply(event("agent.state_changed", "09:00", agent_id="a", state="available", queues=["billing"]))
    shard.advance(at("10:00"))
    shard.turn_page({})
    shard.advance(at("14:00"))
    known = [weakref.ref(tell), weakref.ref(tap)]
    del tell, tap
    pieces = sum(1 for _ in shard.dissolve())
    assert TICKETS // 1_000 < pieces < TICKETS // 100
    assert len(shard) == 0
    assert all(listener() is not None for listener in known)
    del shard
    assert [listener() for listener in known] == [None, None]
