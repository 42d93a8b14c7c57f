"""A subject: whatever events are about, as its record and its shard see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from stream.core.clocks import NEVER
from stream.core.desk.live import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.desk.fold import Fold
    from stream.core.desk.live import Shown

BEFORE: Final = -(1 << 60)
"""The beginning of a subject whose beginning was never seen."""


@mypyc_attr(acyclic=True)
class Subject:
    """The state of one subject: a pure function of its facts and of the time that has passed.

    Attributes:
        begun: instant of its beginning, before which nothing of it happens; `BEFORE` where it has none.
        soonest: the next instant at which time alone changes it.
        changed: whether something that the live figures or the timer look at may have changed.
        ended_at: instant from which it may be forgotten after a while, or None.
    """

    # Slots, here and in what is made of it: a hundred thousand subjects are touched in no order, and each
    # object more on the way to a value is one more that is not in the processor's cache.
    __slots__ = ("begun", "changed", "ended_at", "id", "soonest")

    KIND: ClassVar[str]

    def __init__(self, subject_id: str, fold: Fold) -> None:  # noqa: ARG002  most need it
        self.id = subject_id
        self.begun: int = BEFORE
        self.soonest: int = NEVER
        self.changed: bool = True
        self.ended_at: int | None = None

    def apply(self, at: int, code: int, tenant: str | None, said: Any, fold: Fold) -> None:
        """Fold the next fact in, after what time alone did before it."""
        raise NotImplementedError

    def adopt(self, at: int, fold: Fold) -> None:
        """Follow the rules of the fold from an instant on, and other rules before."""

    def levels(self) -> Iterator[tuple[int, int]]:
        """Yield the levels in which it counts now: key and amount."""
        yield from ()

    def pass_time(self, now: int, fold: Fold) -> int:  # noqa: ARG002
        """Let the time up to and including `now` pass; return the latest instant that changed it, `BEFORE` for none."""
        return BEFORE

    def wakes(self, now: int) -> int:  # noqa: ARG002
        """Return the next instant at which time alone changes something of it, or `NEVER`."""
        return self.soonest

    def show(self, now: int) -> Shown:  # noqa: ARG002
        """Return what the live figures count of it."""
        return NOWHERE
