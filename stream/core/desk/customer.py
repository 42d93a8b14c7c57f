"""A customer: active or lost, on which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from stream.core.desk.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.desk.fold import Fold

ACTIVE, REVENUE = 0, 1
"""Levels: customers who are active, and the sum of their plans in millionths. Slots of books of their own."""
NEW, LOST = 16, 17
CHANGES: Final = {"recurring": 18, "expansion": 19, "contracted": 20}
"""Slots of the sums of changes of plans, by their kind."""
USUAL: Final = "recurring"


@mypyc_attr(acyclic=True)
class Customer(Timeline):
    """One customer, not active before the first event says so."""

    __slots__ = ("active", "plan")

    KIND: ClassVar[str] = "customer"

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.active = False
        self.plan = 0

    def levels(self) -> Iterator[tuple[int, int]]:
        """Yield the levels in which the customer counts now."""
        if self.active:
            yield ACTIVE, 1
        if self.plan:
            yield REVENUE, self.plan

    def _become(self, at: int, said: Any, fold: Fold) -> None:
        status, plan, kind = said
        active = status == "active"
        if not active and not self.active:
            self.ended_at = at
            return
        if active != self.active:
            fold.change(at, ACTIVE, 1 if active else -1)
            fold.add(at, NEW if active else LOST, 1)
            self.active = active
        self.ended_at = None if active else at
        changed = (self.plan if plan is None else plan) - self.plan if active else -self.plan
        if changed:
            self.plan += changed
            fold.change(at, REVENUE, changed)
            fold.add(at, CHANGES[kind or USUAL], changed)
