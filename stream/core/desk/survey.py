"""Answers to surveys: what each counts, and those about something that is not known (yet)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mypy_extensions import mypyc_attr

from stream.core.desk.subject import Subject
from stream.core.windows.slots import SLOT

if TYPE_CHECKING:
    from stream.core.desk.fold import Fold
    from stream.core.desk.scores import Answer

_OF_AGENT: Final = (SLOT["csat_answers"], SLOT["csat_satisfied"])


def book(at: int, answer: Answer, group: int, agent: str | None, fold: Fold) -> None:
    """Count an answer in its group, and what customers said of an agent for that agent."""
    for slot, amount in answer:
        fold.add(at, group + slot, amount)
        if agent is not None and slot in _OF_AGENT:
            fold.credit(at, fold.people.base(agent) + slot, amount)


@mypyc_attr(acyclic=True)
class Answers(Subject):
    """Answers about a ticket or contact that is not known, or about something else, such as an agent's employer."""

    __slots__ = ()

    KIND: ClassVar[str] = "survey"

    def apply(self, at: int, code: int, tenant: str | None, said: Any, fold: Fold) -> None:  # noqa: ARG002  there is one code
        """Count one more answer."""
        answer, queue, channel, agent = said
        self.ended_at = at if self.ended_at is None else max(at, self.ended_at)
        self.changed = True
        book(at, answer, fold.groups.base(queue, channel, None), agent, fold)
