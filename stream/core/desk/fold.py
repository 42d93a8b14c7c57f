"""What a fold needs from around it, and where its contributions go."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from stream.core.windows.slots import GROUP_SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.policy import Policy, Target
    from stream.core.windows.panes import Observe

K = TypeVar("K")

HISTORY: Final = 256
"""So many of its last facts a subject keeps; those before are only kept as what they led to."""

OTHER: Final = "other"
NONE: Final = "none"
_MOST_CHANNELS: Final = 50
_MOST_PRIORITIES: Final = 50
_MOST_FOLDED: Final = 10_000
_MOST_PEOPLE: Final = 10_000


class Groups:
    """The groups that a shard has seen, and their numbers.

    A group is what the policy's `group_by` leaves of (queue, channel, priority). Queues that the policy does not
    name are folded into `other` once there are more than `max_groups` of them.

    Attributes:
        labels: label values of every group by its number, in the order of `group_by`.
    """

    def __init__(self, policy: Policy) -> None:
        self.names = policy.group_by
        self.labels: list[tuple[str, ...]] = []
        self._folded: set[tuple[str, str]] = set()
        self._named = policy.queues_named
        self._most = {"queue": policy.max_groups, "channel": _MOST_CHANNELS, "priority": _MOST_PRIORITIES}
        self._seen: dict[str, set[str]] = {"queue": set(), "channel": set(), "priority": set()}
        self._number: dict[tuple[str, ...], int] = {}
        self._base: dict[tuple[str | None, str | None, str | None], int] = {}

    @property
    def folded(self) -> int:
        """How many label values went into `other`; counted up to 10,000."""
        return len(self._folded)

    def base(self, queue: str | None, channel: str | None, priority: str | None) -> int:
        """Return the number of the group, shifted so that a slot can be added to make a key."""
        found = self._base.get((queue, channel, priority))
        return self._add(queue, channel, priority) if found is None else found

    def _add(self, queue: str | None, channel: str | None, priority: str | None) -> int:
        values = {"queue": queue, "channel": channel, "priority": priority}
        given = tuple(values[name] or NONE for name in self.names)
        labels = tuple(self._admit(name, value) for name, value in zip(self.names, given, strict=True))
        number = self._number.get(labels)
        if number is None:
            number = self._number[labels] = len(self.labels)
            self.labels.append(labels)
        base = number << GROUP_SHIFT
        if labels == given:
            # What is folded is not remembered: memory stays bounded whatever the queues are called.
            self._base[queue, channel, priority] = base
        return base

    def _admit(self, name: str, value: str) -> str:
        seen = self._seen[name]
        if value in seen or value == NONE or (name == "queue" and value in self._named):
            return value
        if len(seen) < self._most[name]:
            seen.add(value)
            return value
        if len(self._folded) < _MOST_FOLDED:
            self._folded.add((name, value))
        return OTHER


class People:
    """The agents that a shard has seen, and their numbers.

    Attributes:
        names: of every agent by number.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._base: dict[str, int] = {}

    def base(self, agent: str) -> int:
        """Return the number of the agent, shifted so that a slot can be added to make a key."""
        found = self._base.get(agent)
        if found is not None:
            return found
        if len(self.names) >= _MOST_PEOPLE:
            agent = OTHER
            if agent in self._base:
                return self._base[agent]
        base = self._base[agent] = len(self.names) << GROUP_SHIFT
        self.names.append(agent)
        return base


Take = Callable[[int, int, int], None]
"""Takes a contribution: instant, key, amount."""


class Takes(Protocol):
    """Somebody who takes contributions; `stream.core.windows.Books` tells what each kind is."""

    @property
    def add(self) -> Take:
        """Takes a count of a group."""

    @property
    def observe(self) -> Observe:
        """Takes instant, key of a histogram, duration in microseconds and sign."""

    @property
    def change(self) -> Take:
        """Takes a change of a level."""

    @property
    def arrive(self) -> Take:
        """Takes an arrival; its key is that of the group."""

    @property
    def credit(self) -> Take:
        """Takes a count of an agent."""


class Fold:
    """The surroundings of a fold: the policy's targets, the groups, and who takes the contributions.

    Attributes:
        group: returns the number of a group, shifted; `nowhere` is that of the group without any label.
        person: returns the number of an agent, shifted.
        reopen: how long after its first solving a ticket's reopening takes the first contact's success back.
        add, change, arrive, credit: take a contribution: instant, key, amount.
        observe: takes a duration: instant, key of its histogram, microseconds, and -1 to take it back, else 1.
    """

    def __init__(
        self,
        policy: Policy,
        groups: Groups,
        people: People,
        takes: Takes,
        *,
        history: int = HISTORY,
        trace: bool = False,
    ) -> None:
        self.target: Callable[..., Target | None] = policy.target
        self.kinds = frozenset(target.clock for target in policy.targets)
        self.group = groups.base
        self.nowhere = groups.base(None, None, None)
        self.person = people.base
        self.reopen = policy.reopen
        self.add = takes.add
        self.observe = takes.observe
        self.change = takes.change
        self.arrive = takes.arrive
        self.credit = takes.credit
        self.history = history
        self.trace = trace

    def recording(self, recorder: Recorder) -> Fold:
        """Return the same fold, whose contributions go to a recorder."""
        twin = copy(self)
        twin.observe = recorder.observe
        for kind, amounts in recorder.amounts.items():
            setattr(twin, kind, _noter(amounts))
        return twin


class Recorder:
    """Takes contributions without counting them, to be compared.

    A duration is noted as such: whatever its bucket, two that are equal are equal.
    """

    def __init__(self) -> None:
        self.amounts: dict[str, dict[tuple[int, int], int]] = {"add": {}, "change": {}, "arrive": {}, "credit": {}}
        self.durations: dict[tuple[int, int, int], int] = {}

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Note a duration."""
        self.durations[at, key, duration] = self.durations.get((at, key, duration), 0) + sign

    def correct(self, wrong: Recorder, fold: Fold) -> None:
        """Contribute what is noted here and was not noted there, and take back what was noted there alone."""
        for kind, amounts in self.amounts.items():
            take: Take = getattr(fold, kind)
            for (at, key), amount in _difference(amounts, wrong.amounts[kind]):
                take(at, key, amount)
        for (at, key, duration), times in _difference(self.durations, wrong.durations):
            for _ in range(abs(times)):
                fold.observe(at, key, duration, 1 if times > 0 else -1)


class Nobody:
    """Takes contributions, and nothing comes of them."""

    def add(self, at: int, key: int, amount: int) -> None:
        """Let it go."""

    change = arrive = credit = add

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Let it go."""


def _noter(amounts: dict[tuple[int, int], int]) -> Take:
    def note(at: int, key: int, amount: int) -> None:
        amounts[at, key] = amounts.get((at, key), 0) + amount

    return note


def _difference(right: dict[K, int], wrong: dict[K, int]) -> Iterator[tuple[K, int]]:
    for key in {**right, **wrong}:
        amount = right.get(key, 0) - wrong.get(key, 0)
        if amount:
            yield key, amount
