"""How many series a worker will export under a policy: counted on the families of an imagined desk."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from stream.core.desk.live import LIVE_SLOTS
from stream.core.policy import NONE
from stream.core.windows import slots
from stream.edge.exposition.families import CONTACT_COUNTS, SHARED_COUNTS, TICKET_COUNTS, FigureFamilies
from stream.edge.exposition.snapshot import ShardCopy
from stream.edge.exposition.text import LabelCache

if TYPE_CHECKING:
    from stream.core.policy import Policy

QUEUES: Final = 20
BUDGET: Final = 10_000
"""Series that one worker should stay below."""

_TICKET_CHANNEL: Final = "email"
_PRIORITIES: Final = ("low", "normal", "high", "urgent")
_CONTACT_CHANNELS: Final = ("chat", "voice")


@dataclass(frozen=True, slots=True)
class Life:
    """What can happen to a ticket, or to a contact."""

    counts: tuple[str, ...]
    clocks: tuple[str, ...]
    durations: tuple[str, ...]


_ANSWERED: Final = ("first_response", "first_response_open", "next_response")
_TICKET: Final = Life(
    (*TICKET_COUNTS, *SHARED_COUNTS),
    ("first_response", "next_response", "resolution", "ownership"),
    (*_ANSWERED, "first_resolution", "full_resolution"),
)
_CONTACT: Final = Life(
    (*CONTACT_COUNTS, *SHARED_COUNTS),
    ("first_response", "next_response", "wait"),
    (*_ANSWERED, "wait", "abandon_wait", "handle"),
)


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

    def happen(life: Life, queue: str, channel: str, priority: str | None) -> None:
        values = {"queue": queue, "channel": channel, "priority": priority or NONE}
        group = tuple(values[name] for name in policy.group_by)
        base = numbers.setdefault(group, len(numbers)) << slots.GROUP_SHIFT
        found = [slots.COUNTERS.index(name) for name in life.counts]
        found += [slots.HISTOGRAMS + slots.HISTOGRAM_SIZE * slots.DURATIONS.index(name) + 1 for name in life.durations]
        for clock in life.clocks:
            target = policy.target(clock, queue, channel, priority, None, None)
            if target is not None:
                found.append(slots.OUTCOMES + 2 * target.index)
        sums.update({base + slot: 1 for slot in found})

    for queue, priority in product(queues, _PRIORITIES):
        happen(_TICKET, queue, _TICKET_CHANNEL, priority)
    for number, queue in enumerate(queues[::2]):
        happen(_CONTACT, queue, _CONTACT_CHANNELS[number % len(_CONTACT_CHANNELS)], None)
    return ShardCopy(
        groups=list(numbers),
        folded=0,
        windows=(sums,) * len(policy.windows),
        live={number: [0] * LIVE_SLOTS for number in numbers.values()},
        oldest=dict.fromkeys(numbers.values(), (0, 0)),
        subjects=0,
    )
