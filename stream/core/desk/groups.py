"""Groups and people: what figures are kept for, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.windows.slots import GROUP_SHIFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.policy import Policy

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
        names: what is grouped by.
        labels: label values of every group by its number, in the order of `names`.
    """

    def __init__(self, policy: Policy) -> None:
        self.names: tuple[str, ...] = policy.group_by
        self.labels: list[tuple[str, ...]] = []
        self._folded: set[tuple[str, str]] = set()
        self._named = policy.queues_named
        self._most: dict[str, int] = {
            "queue": policy.max_groups,
            "channel": _MOST_CHANNELS,
            "priority": _MOST_PRIORITIES,
        }
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

    def seat(self, names: Sequence[str], labels: Sequence[str]) -> int:
        """Return the shifted number of a group of another run, by its names and labels.

        What it was not grouped by is `none`; what it was grouped by and is no more is left out. A value that was kept
        apart then is kept apart now, as long as there is room.
        """
        values = dict(zip(names, labels, strict=True))
        return self._number_of(tuple(self._admit(name, values.get(name, NONE)) for name in self.names)) << GROUP_SHIFT

    def _add(self, queue: str | None, channel: str | None, priority: str | None) -> int:
        values = {"queue": queue, "channel": channel, "priority": priority}
        given = tuple([values[name] or NONE for name in self.names])
        labels = tuple([self._admit(name, value) for name, value in zip(self.names, given, strict=True)])
        base = self._number_of(labels) << GROUP_SHIFT
        if labels == given:
            # What is folded is not remembered: memory stays bounded whatever the queues are called.
            self._base[queue, channel, priority] = base
        return base

    def _number_of(self, labels: tuple[str, ...]) -> int:
        number = self._number.get(labels)
        if number is None:
            number = self._number[labels] = len(self.labels)
            self.labels.append(labels)
        return number

    def _admit(self, name: str, value: str) -> str:
        seen = self._seen[name]
        if value in seen or value in {NONE, OTHER} or (name == "queue" and value in self._named):
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
