"""How many series a worker will export under a policy: counted on the families of an imagined desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from stream.core.desk.live import LIVE_SLOTS
from stream.core.policy import NONE
from stream.core.windows import full_hours, slots
from stream.edge.exposition import names
from stream.edge.exposition.asked import PolicyFamilies
from stream.edge.exposition.families import FigureFamilies
from stream.edge.exposition.kins import CONTACTS, EITHER, TICKETS
from stream.edge.exposition.snapshot import ShardCopy
from stream.edge.exposition.text import LabelCache

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.family import Family

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
    clocks: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()


_ANSWERED: Final = ("first_response", "first_response_open", "next_response")
_ASKED: Final = ("csat_answers", "nps_answers", "ces_answers", "qa_answers")
_TICKET: Final = Life(
    (*TICKETS.counters, *EITHER.counters, "first_solved", *_ASKED),
    ("first_response", "next_response", "resolution", "ownership"),
    (*_ANSWERED, "first_resolution", "full_resolution"),
)
_CONTACT: Final = Life(
    (*CONTACTS.counters, *EITHER.counters, "handled", "bot_ended", *_ASKED),
    ("first_response", "next_response", "wait"),
    (*_ANSWERED, "wait", "abandon_wait", "handle"),
)
_EMPLOYEE: Final = Life(("enps_answers", *(f"all_{state}_time" for state in slots.STATES)))
"""Of no queue: who is asked about the employer, and everybody's hours."""
_STAFF: Final = Life(tuple(f"{state}_time" for state in slots.STATES))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Series of one worker that holds every partition.

    Attributes:
        series: how many, those of the pipeline and of the process left out.
        queues: of how many queues.
    """

    series: int
    queues: int

    @property
    def is_too_many(self) -> bool:
        """Whether that is beyond the budget."""
        return self.series > BUDGET


def estimate_series(policy: Policy, queues: int = QUEUES) -> Estimate:
    """Return how many series figures take at a desk: see `imagine_families`."""
    series = sum(len(family.samples) for family in imagine_families(policy, queues))
    return Estimate(series, max(len(policy.queues_named), queues))


def imagine_families(policy: Policy, queues: int) -> list[Family]:
    """Return the families of a desk of `queues` queues, or of those the policy names if these are more.

    Every queue takes mail in four priorities and every second one chats or calls besides, and all that can happen
    has happened within the shortest window: surveys of every kind, agents of every queue in every state, customers,
    and as many agents with figures of their own as the policy allows.
    """
    named = sorted(policy.queues_named)
    every = named + [f"queue {number}" for number in range(len(named), queues)]
    cache = LabelCache()
    return [*FigureFamilies(policy, cache).of([_imagine(policy, every)]), *PolicyFamilies(policy, cache).of()]


def _imagine(policy: Policy, queues: list[str]) -> ShardCopy:
    numbers: dict[tuple[str, ...], int] = {}
    sums: dict[int, int] = {}

    def slot_of(counter: str) -> int:
        return slots.COUNTERS.index(counter)

    def happen(life: Life, queue: str, channel: str = NONE, priority: str | None = None) -> int:
        values = {"queue": queue, "channel": channel, "priority": priority or NONE}
        group = tuple(values[name] for name in policy.group_by)
        base = numbers.setdefault(group, len(numbers)) << slots.GROUP_SHIFT
        found = [slot_of(name) for name in life.counts]
        found += [slots.HISTOGRAMS + slots.HISTOGRAM_SIZE * slots.DURATIONS.index(name) + 1 for name in life.durations]
        for clock in life.clocks:
            target = policy.target(clock, queue, channel, priority, None, None)
            if target is not None:
                found.append(slots.OUTCOMES + 2 * target.index)
        sums.update({base + slot: 1 for slot in found})
        return base

    levels = dict.fromkeys(_levels([happen(_EMPLOYEE, NONE)], slots.ONCE), 1)
    arrived = [happen(_TICKET, queue, _TICKET_CHANNEL, priority) for queue, priority in product(queues, _PRIORITIES)]
    for number, queue in enumerate(queues[::2]):
        arrived.append(happen(_CONTACT, queue, _CONTACT_CHANNELS[number % len(_CONTACT_CHANNELS)]))
    levels |= dict.fromkeys(_levels([happen(_STAFF, queue) for queue in queues], 0), 1)
    volume = {base + slots.ARRIVED: 1 for base in arrived}
    people = [f"agent {number}" for number in range(policy.agents.max + 1)] if policy.agents.export else []
    credited = {(number << slots.GROUP_SHIFT) + slots.SOLVED: 1 for number in range(len(people))}
    return ShardCopy(
        groups=list(numbers),
        folded=0,
        windows=tuple([(sums | volume if full_hours(window) else sums, 1)] for window in policy.windows),
        live={base >> slots.GROUP_SHIFT: [0] * LIVE_SLOTS for base in arrived},
        oldest={base >> slots.GROUP_SHIFT: (0, 0) for base in arrived},
        subjects=0,
        levels=levels,
        people=people,
        credits=(credited,) * len(policy.windows),
        customers=dict.fromkeys(names.CUSTOMERS, 1),
    )


def _levels(groups: Iterable[int], place: int) -> Iterable[int]:
    return (base + slots.LEVELS + place + state for base, state in product(groups, range(len(slots.STATES))))
