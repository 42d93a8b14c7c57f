"""An agent: which state, in which queues, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from stream.core.desk.timeline import Timeline
from stream.core.windows.slots import LEVELS, ONCE, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.desk.fold import Fold

OFFLINE: Final = "offline"
_SLOT: Final = {state: LEVELS + place for place, state in enumerate(STATES)}


@mypyc_attr(acyclic=True)
class Agent(Timeline):
    """One agent. Offline, and offline before the first change: counted nowhere."""

    __slots__ = ("counted",)

    KIND: ClassVar[str] = "agent"

    def __init__(self, subject_id: str, fold: Fold) -> None:
        super().__init__(subject_id, fold)
        self.counted: tuple[int, ...] = ()  # keys of the levels in which the agent counts now

    def levels(self) -> Iterator[tuple[int, int]]:
        """Yield the levels in which the agent counts now."""
        for key in self.counted:
            yield key, 1

    def _become(self, at: int, said: Any, fold: Fold) -> None:
        state, queues = said
        for key in self.counted:
            fold.change(at, key, -1)
        if state == OFFLINE:
            self.counted, self.ended_at = (), at
            return
        slot = _SLOT[state]
        # Once in each group, though two queues may be folded into one, and once among all agents.
        groups = dict.fromkeys(fold.groups.base(queue, None, None) for queue in queues)
        self.counted = (*(group + slot for group in groups), fold.nowhere + slot + ONCE)
        self.ended_at = None
        for key in self.counted:
            fold.change(at, key, 1)
