"""Families of what is going on now: tickets, contacts, clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from stream.core.clocks import KINDS, STATES
from stream.core.desk.live import CLOCK_SLOT, STATUSES, UNANSWERED, UNASSIGNED, WAITING
from stream.core.times import seconds
from stream.edge.exposition import names
from stream.edge.exposition.family import Family
from stream.edge.exposition.merge import LiveSums

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.merge import Group
    from stream.edge.exposition.metric import Name
    from stream.edge.exposition.text import LabelCache

_CLOCK_CELLS: Final = {kind: slice(CLOCK_SLOT[kind, STATES[0]], CLOCK_SLOT[kind, STATES[-1]] + 1) for kind in KINDS}
"""Where the states of a kind of clock stand in a row of live counts, side by side."""


class LiveFamilies:
    """Makes the families of live figures under one policy."""

    def __init__(self, policy: Policy, cache: LabelCache) -> None:
        self._group_by = policy.group_by
        self._cache = cache
        self._states = {kind: _possible_states(policy, kind) for kind in KINDS}

    def _family(self, name: Name) -> Family:
        return Family(name, self._group_by, self._cache)

    def tickets(self, live: Mapping[Group, LiveSums], groups: Iterable[Group]) -> Iterator[Family]:
        """Iterate over what is open, for these groups."""
        tickets, unassigned = self._family(names.TICKETS), self._family(names.UNASSIGNED)
        unanswered, oldest = self._family(names.UNANSWERED), self._family(names.OLDEST_UNANSWERED)
        for group in groups:
            sums = live.get(group) or LiveSums()
            for slot, status in enumerate(STATUSES):
                tickets.add((*group, status), sums.counts[slot])
            unassigned.add(group, sums.counts[UNASSIGNED])
            unanswered.add(group, sums.counts[UNANSWERED])
            if sums.oldest_unanswered is not None:
                oldest.add(group, seconds(sums.oldest_unanswered))
        yield from (tickets, unassigned, unanswered, oldest)

    def contacts(self, live: Mapping[Group, LiveSums], groups: Iterable[Group]) -> Iterator[Family]:
        """Iterate over what waits, for these groups."""
        waiting, oldest = self._family(names.WAITING), self._family(names.OLDEST_WAITING)
        for group in groups:
            sums = live.get(group) or LiveSums()
            waiting.add(group, sums.counts[WAITING])
            if sums.oldest_waiting is not None:
                oldest.add(group, seconds(sums.oldest_waiting))
        yield from (waiting, oldest)

    def clocks(self, live: Mapping[Group, LiveSums], judged: Iterable[tuple[Group, str]]) -> Family:
        """Return the open clocks of every group and kind that has any, or that was judged."""
        kinds = {
            *judged,
            *(
                (group, kind)
                for group, sums in live.items()
                for kind, cells in _CLOCK_CELLS.items()
                if any(sums.counts[cells])
            ),
        }
        family = self._family(names.CLOCKS)
        for group, kind in sorted(kinds):
            sums = live.get(group) or LiveSums()
            for state in self._states[kind]:
                family.add((*group, kind, state), sums.counts[CLOCK_SLOT[kind, state]])
        return family


def _possible_states(policy: Policy, kind: str) -> tuple[str, ...]:
    """Return the states that an open clock of this kind can be in: where no target warns or pauses, none is that."""
    targets = [target for target in policy.targets if target.clock == kind]
    never = {
        *(() if any(target.warn is not None for target in targets) else ("imminent",)),
        *(() if any(target.pause_on for target in targets) else ("paused",)),
    }
    return tuple(state for state in STATES if state not in never)
