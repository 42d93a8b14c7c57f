"""What agents and customers have in common: a state that lasts from one change to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy_extensions import mypyc_attr

from stream.core.clocks import NEVER
from stream.core.desk.subject import BEFORE, Subject

if TYPE_CHECKING:
    from stream.core.desk.fold import Fold


@mypyc_attr(acyclic=True)
class Timeline(Subject):
    """A subject whose changes take effect when their time has come, and not before: levels are of now.

    While a change is ahead it has not ended, whatever the last one said: it may be that it comes back.

    Attributes:
        ahead: instants and what is said of the changes whose time has not come.
    """

    __slots__ = ("ahead",)

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.ahead: list[tuple[int, Any]] = []

    def apply(self, at: int, code: int, tenant: str | None, said: Any, fold: Fold) -> None:  # noqa: ARG002  nothing happens before `pass_time`
        """Take the next change."""
        self.ahead.append((at, said))
        self.soonest = self.ahead[0][0]
        self.ended_at = None
        self.changed = True

    def pass_time(self, now: int, fold: Fold) -> int:
        """Let the changes up to and including `now` take effect; return the instant of the latest."""
        latest = BEFORE
        while self.soonest <= now:
            latest, said = self.ahead.pop(0)
            self.soonest = self.ahead[0][0] if self.ahead else NEVER
            self.changed = True
            self._become(latest, said, fold)
        if self.ahead:
            self.ended_at = None
        return latest

    def _become(self, at: int, said: Any, fold: Fold) -> None:
        """Change, at an instant that has come."""
        raise NotImplementedError
