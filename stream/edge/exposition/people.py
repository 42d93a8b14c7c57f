"""Families of agents and customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stream.core.desk.groups import OTHER
from stream.core.figures import PersonTally
from stream.core.windows.slots import STATES
from stream.edge.exposition import names
from stream.edge.exposition.family import Family
from stream.edge.exposition.metric import Grouped

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.merge import Layout, Table, WindowSums
    from stream.edge.exposition.metric import Name
    from stream.edge.exposition.text import LabelCache

_STAFF: Final = (
    (Grouped.QUEUE, "", names.AGENTS, names.AGENT_SECONDS),
    (Grouped.NO, "all_", names.ALL_AGENTS, names.ALL_AGENT_SECONDS),
)
"""Table, beginning of the core's counters, and the two metrics: by queue, and everybody once."""


class PeopleFamilies:
    """Makes the families of agents and customers under one policy."""

    def __init__(self, policy: Policy, cache: LabelCache, layout: Layout) -> None:
        self._group_by = policy.group_by
        self._most = policy.agents.max if policy.agents.export else 0
        self._windows = tuple(window.name for window in policy.windows)
        self._cache = cache
        self._cells = layout.cells
        self._kept: tuple[str, ...] = ()

    def _family(self, name: Name) -> Family:
        return Family(name, self._group_by, self._cache)

    def agents(self, live: Mapping[Grouped, Table], windows: Sequence[WindowSums]) -> Iterator[Family]:
        """Iterate over the agents' states, now and over each window, where anybody was in one."""
        for grouped, beginning, now_name, time_name in _STAFF:
            cells = [self._cells[f"{beginning}{state}_time"] for state in STATES]
            levels = live[grouped]
            active = {group for group, row in levels.items() if any(row)}
            for window in windows:
                active |= {group for group, row in window.tables[grouped].items() if any(row[cell] for cell in cells)}
            now, times = self._family(now_name), self._family(time_name)
            for group in sorted(active):
                for state, level in zip(STATES, levels[group], strict=True):
                    now.add((*group, state), level)
                for name, window in zip(self._windows, windows, strict=True):
                    row = window.tables[grouped][group]
                    for state, cell in zip(STATES, cells, strict=True):
                        times.add((*group, name, state), time_name.value(row[cell]))
            yield from (now, times)

    def people(self, windows: Sequence[Mapping[str, PersonTally]]) -> Iterator[Family]:
        """Iterate over the figures by agent, of as many agents as the policy allows; of none where it does not."""
        if not self._most:
            return
        active = {name for people in windows for name, person in people.items() if not person.is_empty}
        kept = self._keep(active)
        rows = [_folded(people, kept) for people in windows]
        shown = sorted({name for row in rows for name in row})
        for attribute, name in names.PEOPLE.items():
            family = self._family(name)
            for agent in shown:
                for window, row in zip(self._windows, rows, strict=True):
                    family.add((agent, window), name.value(row[agent][attribute] if agent in row else 0))
            yield family
        folded = self._family(names.PEOPLE_FOLDED)
        folded.add((), len(active - kept))
        yield folded

    def _keep(self, active: set[str]) -> set[str]:
        """Return the agents that are shown by name: who was shown before stays while there is something to show."""
        stay = tuple(name for name in self._kept if name in active)
        others = sorted(active - {OTHER, *stay})
        self._kept = (*stay, *others[: self._most - len(stay)])
        return set(self._kept)

    def customers(self, parts: Mapping[str, int]) -> Iterator[Family]:
        """Iterate over the figures of customers, where there has been any."""
        if not any(parts.values()):
            return
        for part, name in names.CUSTOMERS.items():
            family = self._family(name)
            family.add((), name.value(parts[part]))
            yield family


def _folded(people: Mapping[str, PersonTally], kept: set[str]) -> dict[str, Counter[str]]:
    """Return the figures of who is kept and of all others together, by attribute."""
    rows: dict[str, Counter[str]] = {}
    for name, person in people.items():
        row = rows.setdefault(name if name in kept else OTHER, Counter())
        for attribute in names.PEOPLE:
            row[attribute] += getattr(person, attribute)
    return {name: row for name, row in rows.items() if name in kept or any(row.values())}
