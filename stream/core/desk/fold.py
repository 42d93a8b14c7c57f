"""What a fold needs from around it, and where its contributions go."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from stream.core.windows.slots import GROUP_SHIFT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


class Takes(Protocol):
    """Somebody who takes contributions."""

    @property
    def add(self) -> Callable[[int, int, int], None]:
        """Takes instant, key and amount."""

    @property
    def observe(self) -> Observe:
        """Takes instant, key of a histogram, duration in microseconds and sign."""


class Fold:
    """The surroundings of a fold: the policy's targets, the groups, and who takes the contributions.

    Attributes:
        add: takes a contribution: instant, key, amount.
        observe: takes a duration: instant, key of its histogram, microseconds, and -1 to take it back, else 1.
    """

    def __init__(
        self,
        policy: Policy,
        groups: Groups,
        takes: Takes,
        *,
        history: int = HISTORY,
        trace: bool = False,
    ) -> None:
        self.target: Callable[..., Target | None] = policy.target
        self.kinds = frozenset(target.clock for target in policy.targets)
        self.group = groups.base
        self.add = takes.add
        self.observe = takes.observe
        self.history = history
        self.trace = trace

    def recording(self, recorder: Recorder) -> Fold:
        """Return the same fold, whose contributions go to a recorder."""
        twin = copy(self)
        twin.add, twin.observe = recorder.add, recorder.observe
        return twin


class Recorder:
    """Takes contributions without counting them, to be compared.

    A duration is noted as such: whatever its bucket, two that are equal are equal.
    """

    def __init__(self) -> None:
        self.amounts: dict[tuple[int, int], int] = {}
        self.durations: dict[tuple[int, int, int], int] = {}

    def add(self, at: int, key: int, amount: int) -> None:
        """Note a contribution."""
        self.amounts[at, key] = self.amounts.get((at, key), 0) + amount

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Note a duration."""
        self.durations[at, key, duration] = self.durations.get((at, key, duration), 0) + sign

    def correct(self, wrong: Recorder, fold: Fold) -> None:
        """Contribute what is noted here and was not noted there, and take back what was noted there alone."""
        for (at, key), amount in _difference(self.amounts, wrong.amounts):
            fold.add(at, key, amount)
        for (at, key, duration), times in _difference(self.durations, wrong.durations):
            for _ in range(abs(times)):
                fold.observe(at, key, duration, 1 if times > 0 else -1)


class Nobody:
    """Takes contributions, and nothing comes of them."""

    def add(self, at: int, key: int, amount: int) -> None:
        """Let it go."""

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Let it go."""


def _difference(right: dict[K, int], wrong: dict[K, int]) -> Iterator[tuple[K, int]]:
    for key in {**right, **wrong}:
        amount = right.get(key, 0) - wrong.get(key, 0)
        if amount:
            yield key, amount
