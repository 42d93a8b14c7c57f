"""How many series a worker will export under a policy: counted on the families of an imagined desk."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from stream.core.clocks import KINDS
from stream.core.desk.live import LIVE_SLOTS
from stream.core.windows import slots
from stream.edge.exposition.families import CONTACT_COUNTS, SHARED_COUNTS, TICKET_COUNTS, FigureFamilies
from stream.edge.exposition.snapshot import ShardCopy
from stream.edge.exposition.text import LabelCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.policy import Policy

QUEUES: Final = 20
BUDGET: Final = 10_000
"""Series that one worker should stay below."""

_TICKET_CHANNEL: Final = "email"
_PRIORITIES: Final = ("low", "normal", "high", "urgent")
_CONTACT_CHANNELS: Final = ("chat", "voice")
_NONE: Final = "none"
_ANSWERED: Final = ("first_response", "first_response_open", "next_response")
_TICKET_DURATIONS: Final = (*_ANSWERED, "first_resolution", "full_resolution")
_CONTACT_DURATIONS: Final = (*_ANSWERED, "wait", "abandon_wait", "handle")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Series of one worker that holds every partition.

    Attributes:
        series: how many, those of the process itself left out.
        queues: of how many queues.
    """

    series: int
    queues: int

    @property
    def is_too_many(self) -> bool:
        """Whether that is beyond the budget."""
        return self.series > BUDGET


def estimate_series(policy: Policy, queues: int = QUEUES) -> Estimate:
    """Return how many series figures take at a desk of `queues` queues, or of those the policy names if these are more.

    Every queue takes mail in four priorities and every second one chats or calls besides, and all that can happen
    has happened within the shortest window.
    """
    named = sorted(policy.queues_named)
    every = named + [f"queue {number}" for number in range(len(named), queues)]
    shard = _imagine(policy, every)
    families = FigureFamilies(policy, LabelCache()).of([shard])
    return Estimate(sum(len(family.samples) for family in families), len(every))


def _imagine(policy: Policy, queues: list[str]) -> ShardCopy:
    numbers: dict[tuple[str, ...], int] = {}
    sums: dict[int, int] = {}

    def happen(queue: str, channel: str, priority: str, counters: Iterable[str], durations: Iterable[str]) -> None:
        values = {"queue": queue, "channel": channel, "priority": priority}
        group = tuple(values[name] for name in policy.group_by)
        base = numbers.setdefault(group, len(numbers)) << slots.GROUP_SHIFT
        found = [slots.COUNTERS.index(name) for name in counters]
        found += [slots.HISTOGRAMS + slots.HISTOGRAM_SIZE * slots.DURATIONS.index(name) + 1 for name in durations]
        kinds = KINDS if "offered" in counters else tuple(kind for kind in KINDS if kind != "wait")
        for kind in kinds:
            target = policy.target(kind, queue, channel, None if priority == _NONE else priority, None, None)
            if target is not None:
                found.append(slots.OUTCOMES + 2 * target.index)
        sums.update({base + slot: 1 for slot in found})

    for queue, priority in product(queues, _PRIORITIES):
        happen(queue, _TICKET_CHANNEL, priority, (*TICKET_COUNTS, *SHARED_COUNTS), _TICKET_DURATIONS)
    for number, queue in enumerate(queues[::2]):
        channel = _CONTACT_CHANNELS[number % len(_CONTACT_CHANNELS)]
        happen(queue, channel, _NONE, (*CONTACT_COUNTS, *SHARED_COUNTS), _CONTACT_DURATIONS)
    return ShardCopy(
        groups=list(numbers),
        folded=0,
        windows=(sums,) * len(policy.windows),
        live={number: [0] * LIVE_SLOTS for number in numbers.values()},
        oldest=dict.fromkeys(numbers.values(), (0, 0)),
        subjects=0,
    )
