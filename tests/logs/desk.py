"""Events of a log through the shards of a desk, as a worker feeds them, and what is read there."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stream.core.events import Event as CoreEvent
from stream.core.events import decode
from stream.core.figures import Figures, Tally, report, take_figures
from stream.core.policy import Policy
from stream.core.shard import Shard
from tests.logs.source import Event

BATCH = 500
"""Events that a worker applies before it moves the time of a shard."""


@dataclass(frozen=True)
class Way:
    """How the events of a log reach the figures.

    Attributes:
        shards: over how many shards.
        seed: decides by chance, for each subject, which shard it comes to, and which shards get more than others;
            without it the subject's id decides, as for a producer's partitioner.
        shuffled: whether the order of the events is left to chance, too.
        times: how often each event comes.
    """

    name: str = ""
    shards: int = 1
    shuffled: bool = False
    times: int = 1
    seed: int | None = None

    def order(self, events: Sequence[CoreEvent]) -> list[CoreEvent]:
        """Return the events in the order, and as often, as they arrive."""
        arriving = [event for event in events for _ in range(self.times)]
        if self.shuffled:
            random.Random(1999).shuffle(arriving)
        return arriving

    def homes(self, events: Sequence[CoreEvent]) -> dict[str, int]:
        """Return the shard of every subject."""
        keys = dict.fromkeys(event.key for event in events)
        if self.seed is None:
            return {key: sum(key.encode()) % self.shards for key in keys}
        chance = random.Random(self.seed)
        # Some shards get nearly all, and some nothing.
        weights = [chance.random() ** 4 for _ in range(self.shards)]
        return dict(zip(keys, chance.choices(range(self.shards), weights, k=len(keys)), strict=True))


WAYS = (
    Way("in order"),
    Way("over four shards", shards=4),
    Way("every event twice", times=2),
    Way("shuffled", shuffled=True),
    Way("shuffled and twice over four shards", shards=4, shuffled=True, times=2),
)


def decoded(events: Iterable[Event]) -> list[CoreEvent]:
    """Return the events as a worker reads them from the bytes of their messages."""
    found = [decode(json.dumps(event).encode()) for event in events]
    return [event for event in found if event is not None]


def run(policy: Policy, events: Sequence[CoreEvent], way: Way = WAYS[0], *, at: int | None = None) -> list[Shard]:
    """Feed the events to shards by their key, in batches, and move all to `at`, or to the time of the last event.

    The time of a shard follows its newest event from batch to batch, as it does while a worker catches up.
    """
    shards = [Shard(policy, number) for number in range(way.shards)]
    homes, arriving = way.homes(events), way.order(events)
    for start in range(0, len(arriving), BATCH):
        for event in arriving[start : start + BATCH]:
            shards[homes[event.key]].apply(event)
        for shard in shards:
            if shard.newest is not None:
                shard.advance(shard.newest)
    end = max(shard.newest or 0 for shard in shards) if at is None else at
    for shard in shards:
        shard.advance(end)
    return shards


def total(shards: Iterable[Shard]) -> Tally:
    """Return the figures of the first window over all groups and shards."""
    return take_figures(shards).windows[0].total()


def told(policy: Policy, shards: Sequence[Shard]) -> Any:
    """Return what `deskpulse replay` would print, had it had so many shards, as it is read again from its JSON."""
    read = {
        "events": sum(shard.counts.events for shard in shards),
        "rejected": 0,
        "duplicates": sum(shard.counts.duplicates for shard in shards),
        "late": sum(shard.counts.late for shard in shards),
    }
    return json.loads(json.dumps(report(take_figures(shards), policy, shards[0].now, read=read)))


def plain(figures: Figures) -> Any:
    """Return everything the figures say, as values that can be compared; what is 0 is left out."""
    return {
        "windows": {
            window.name: {
                labels: shown for labels, tally in sorted(window.groups.items()) if (shown := _tally(tally)) != {}
            }
            for window in figures.windows
        },
        "live": {
            labels: (
                live.statuses,
                live.unassigned,
                live.unanswered,
                live.oldest_unanswered_since,
                live.waiting,
                live.oldest_waiting_since,
                live.clocks,
            )
            for labels, live in sorted(figures.live.items())
            if not live.is_empty
        },
    }


def _tally(tally: Tally) -> dict[str, Any]:
    shown: dict[str, Any] = {name: count for name, count in tally.counts.items() if count}
    shown |= {f"target {index}": pair for index, pair in sorted(tally.outcomes.items()) if any(pair)}
    for name, duration in tally.durations.items():
        buckets = {bucket: count for bucket, count in sorted(duration.buckets.items()) if count}
        if buckets or duration.total:
            shown[name] = (duration.total, buckets)
    return shown
