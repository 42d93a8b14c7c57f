"""A worker without Kafka: what a shard writes down is kept as a compacted topic keeps it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from stream.core.notebook import Page, Recovery
from stream.core.shard import Shard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.policy import Policy

TOPIC = "source"


class Notepad:
    """The state topic and the topic of SLA events of one partition."""

    def __init__(self) -> None:
        self.state: dict[bytes, bytes] = {}
        self.transitions: list[dict[str, Any]] = []

    def keep(self, page: Page) -> None:
        """Take a page in, whole."""
        for key, value in page.records:
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
        self.transitions += [json.loads(value) for _, value in page.transitions]

    def open(self, policy: Policy, **more: Any) -> tuple[Shard, int]:
        """Return a shard as it was, and how many source events are in it."""
        shard = Shard(policy, notes=True, **more)
        recovery = Recovery(shard)
        for key, value in self.state.items():
            recovery.take(key, value)
        for _ in recovery.fold():
            pass
        return shard, recovery.cursors.get(TOPIC, (0, None))[0]


def net(transitions: Iterable[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Return how often each step of a clock stands, retractions taken off."""
    steps: Counter[tuple[Any, ...]] = Counter()
    for said in transitions:
        retracted = said["event"] == "clock.retracted"
        step = said["retracts"] if retracted else said["event"]
        clock = (said["kind"], said["subject"], said["clock"], said["cycle"], said["target"])
        steps[(*clock, step, said["at"], said["due_at"])] += -1 if retracted else 1
    return +steps
