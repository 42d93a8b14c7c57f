"""Rules: what a policy demands of a subject, looked up once for all that have the same labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stream.core.desk.groups import Groups
    from stream.core.policy import Policy, Target

_REMEMBERED: Final = 8_192

Labels = tuple[str | None, str | None, str | None, str | None, str | None]
"""Queue, channel, priority, tier and tenant."""


class Terms:
    """What holds for all subjects of the same queue, channel, priority, tier and tenant.

    Attributes:
        labels: these.
        group: number of their group, shifted.
        first_response, next_response, resolution, ownership, wait: the target of each clock, or None.
    """

    __slots__ = ("first_response", "group", "labels", "next_response", "ownership", "resolution", "wait")

    def __init__(
        self,
        labels: Labels,
        group: int,
        first_response: Target | None,
        next_response: Target | None,
        resolution: Target | None,
        ownership: Target | None,
        wait: Target | None,
    ) -> None:
        self.labels = labels
        self.group = group
        self.first_response = first_response
        self.next_response = next_response
        self.resolution = resolution
        self.ownership = ownership
        self.wait = wait

    def of(self, kind: str) -> Target | None:
        """Return the target of a clock."""
        if kind == "first_response":
            return self.first_response
        if kind == "next_response":
            return self.next_response
        if kind == "resolution":
            return self.resolution
        return self.ownership if kind == "ownership" else self.wait


class Rules:
    """One policy, as a fold asks it.

    Attributes:
        resolves, owns: whether any subject has a clock of resolution, or of ownership.
        unlabelled: what holds for a subject of which nothing is known yet.
        reopen: how long after its first solving a ticket's reopening takes the first contact's success back.
    """

    def __init__(self, policy: Policy, groups: Groups, targets: Mapping[int, Target] | None = None) -> None:
        """Ask a policy; `targets` gives other targets for those of its own, by their index."""
        self._policy = policy
        self._groups = groups
        self._targets = targets
        self._terms: dict[Labels, Terms] = {}
        self._named: dict[tuple[str, str], Target] = {
            (target.clock, target.name): target if targets is None else targets[target.index]
            for target in policy.targets
        }
        kinds = {target.clock for target in policy.targets}
        self.resolves = "resolution" in kinds
        self.owns = "ownership" in kinds
        self.reopen: int = policy.reopen
        self.unlabelled: Terms = self.terms(None, None, None, None, None)

    def terms(
        self, queue: str | None, channel: str | None, priority: str | None, tier: str | None, tenant: str | None
    ) -> Terms:
        """Return what holds for a subject with these labels."""
        labels = (queue, channel, priority, tier, tenant)
        found = self._terms.get(labels)
        return self._look_up(labels) if found is None else found

    def named(self, clock: str, name: str) -> Target | None:
        """Return the target of a clock and name; None where the policy has none."""
        return self._named.get((clock, name))

    def _look_up(self, labels: Labels) -> Terms:
        if len(self._terms) >= _REMEMBERED:
            self._terms.clear()
        queue, channel, priority, _, _ = labels
        terms = self._terms[labels] = Terms(
            labels,
            self._groups.base(queue, channel, priority),
            self._target("first_response", labels),
            self._target("next_response", labels),
            self._target("resolution", labels),
            self._target("ownership", labels),
            self._target("wait", labels),
        )
        return terms

    def _target(self, kind: str, labels: Labels) -> Target | None:
        queue, channel, priority, tier, tenant = labels
        target = self._policy.target(kind, queue, channel, priority, tier, tenant)
        if target is None or self._targets is None:
            return target
        return self._targets[target.index]
