"""Families of what the policy asks for: the same from every worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stream.core.figures import policy_numbers
from stream.core.policy import NONE
from stream.core.times import seconds
from stream.edge.exposition import names
from stream.edge.exposition.family import Family

if TYPE_CHECKING:
    from stream.core.policy import Policy
    from stream.edge.exposition.metric import Name
    from stream.edge.exposition.text import LabelCache


class PolicyFamilies:
    """Makes the families of one policy, again at each scrape."""

    def __init__(self, policy: Policy, cache: LabelCache) -> None:
        self._policy = policy
        self._cache = cache

    def of(self) -> Iterator[Family]:
        """Iterate over the families; those without a sample are left out."""
        for family in (self._lengths(), *self._targets(), self._bands(), *self._numbers()):
            if family.texts:
                yield family

    def _family(self, name: Name) -> Family:
        return Family(name, (), self._cache)

    def _lengths(self) -> Family:
        length = self._family(names.WINDOW_LENGTH)
        for window in self._policy.windows:
            length.add((window.name,), seconds(window.length))
        return length

    def _targets(self) -> Iterator[Family]:
        within, objective = self._family(names.TARGET), self._family(names.OBJECTIVE)
        about = self._family(names.TARGET_INFO)
        for target in self._policy.targets:
            labels = (target.clock, target.name)
            within.add(labels, seconds(target.within))
            objective.add(labels, target.objective)
            about.add((*labels, target.schedule.name, target.formula or NONE), 1)
        yield from (within, objective, about)

    def _bands(self) -> Family:
        family = self._family(names.BAND)
        for kpi, band in sorted(self._policy.bands.items()):
            family.add((kpi, "good"), band.good)
            family.add((kpi, "bad"), band.bad)
        return family

    def _numbers(self) -> Iterator[Family]:
        numbers = policy_numbers(self._policy)
        cost, period = self._family(names.AGENT_HOUR), self._family(names.PERIOD)
        lifespan = self._family(names.LIFESPAN)
        if numbers["agent_hour"] is not None:
            cost.add((self._policy.cost.currency,), numbers["agent_hour"])
        period.add((), seconds(self._policy.customers.period))
        if numbers["lifespan"] is not None:
            lifespan.add((), numbers["lifespan"])
        yield from (cost, period, lifespan)
