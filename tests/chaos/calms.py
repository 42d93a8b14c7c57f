"""Moments at which nothing is sent and all is read: what every worker shows then, and what is true."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.core.times import rfc3339
from tests.chaos import compare
from tests.chaos.fleet import until
from tests.chaos.oracle import drop, replayed, true_page
from tests.chaos.sender import Sender, source_of
from tests.chaos.story import TOPIC
from tests.chaos.watch import Look, Watch, is_whole

SETTLE_S: Final = 120.0
"""What a group may take to be whole again after the last act, on a slow machine."""
MARK_S: Final = 5.0
"""A partition that moved after its marker was read needs another one."""


class Calm(NamedTuple):
    """Two rounds of looks in a row, and how many events stood in each partition."""

    looks: list[Look]
    counts: dict[int, int]

    @property
    def times(self) -> dict[int, int]:
        """What time it was in each partition at last, microseconds."""
        return {number: at for look in self.looks for number, at in look.times.items()}


def take(sender: Sender, watch: Watch, check: Callable[[], None]) -> Calm:
    """Wait until each partition is shown by one worker, with all that was sent, in two rounds in a row.

    Args:
        sender: rests; what it sends here are markers.
        watch: looks.
        check: raises what ended a worker that should run.

    Raises:
        TimeoutError: it did not come to that.
    """
    marked, bound = float("-inf"), 0
    rounds: list[list[Look]] = [[], []]

    def is_settled() -> bool:
        nonlocal marked, bound
        if time.monotonic() - marked > MARK_S:
            bound = sender.mark()
            marked = time.monotonic()
            rounds[1] = []
        rounds[:] = [rounds[1], watch.round()]
        whole = all(is_whole(looks, watch.partitions) for looks in rounds)
        return whole and all(_has_read(look, bound) for looks in rounds for look in looks)

    until(is_settled, "every partition is shown, with all that was sent", SETTLE_S, check)
    return Calm(rounds[0] + rounds[1], {number: len(values) for number, values in sender.sent.values.items()})


def differences(calm: Calm, policy: Policy, values: Mapping[int, Sequence[bytes]], counted: Counter[str]) -> list[str]:
    """Return the figures of a calm that were not those of a replay.

    Args:
        calm: what was shown.
        policy: of the run.
        values: all events by partition, in the order in which they stand.
        counted: is told how many figures were compared.
    """
    made: dict[tuple[int, int], Shard] = {}

    def shard(number: int, at: int) -> Shard:
        if (number, at) not in made:
            made[number, at] = replayed(policy, values[number][: calm.counts[number]], number, at)
        return made[number, at]

    wrong: list[str] = []
    for look in calm.looks:
        times = sorted(look.times.items())
        expected = true_page(policy, [shard(number, at) for number, at in times])
        who = f"worker {look.number} ({', '.join(f'{number} at {rfc3339(at)}' for number, at in times)})"
        wrong += compare.pages(who, expected, look.figures)
        counted["figures"] += len(expected)
    drop(made.values())
    counted["calms"] += 1
    return wrong


def _has_read(look: Look, bound: int) -> bool:
    """Say whether a worker has read the markers from `bound` on in all that it shows."""
    return look.lag == 0 and all(
        look.newest(topic, source_of(number)) >= bound for number in look.times for topic in TOPIC.values()
    )
