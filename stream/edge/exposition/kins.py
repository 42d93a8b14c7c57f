"""Which counts are shown together: a formula must find all of its parts, and what never happened shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stream.core.desk.live import STATUSES, UNANSWERED, UNASSIGNED, WAITING
from stream.edge.exposition.names import COUNTS

if TYPE_CHECKING:
    from stream.edge.exposition.metric import Name


@dataclass(frozen=True, slots=True)
class Kin:
    """Counts that are shown together: where one is above 0 in any window, all are, in every window.

    Attributes:
        counters: of the core, with the same group labels.
        besides: other counters that show them, too.
        live: slots of `stream.core.desk.live` that show them, too.
        of_hours: whether only windows that compare full hours have them.
    """

    counters: tuple[str, ...]
    besides: tuple[str, ...] = ()
    live: tuple[int, ...] = ()
    of_hours: bool = False

    @property
    def names(self) -> dict[str, Name]:
        """Their metrics, by counter."""
        return {counter: COUNTS[counter] for counter in self.counters}

    @property
    def shown_by(self) -> frozenset[str]:
        """Every counter that shows them."""
        return frozenset((*self.counters, *self.besides))


def _of(beginning: str) -> tuple[str, ...]:
    """Return the counters that begin so."""
    return tuple(counter for counter in COUNTS if counter.startswith(beginning))


TICKETS: Final = Kin(("created", "solved", "reopened"), live=(*range(len(STATUSES)), UNASSIGNED, UNANSWERED))
CONTACTS: Final = Kin(
    (
        "offered",
        "answered",
        "answered_in_target",
        "abandoned",
        "abandoned_in_target",
        "short_abandons",
        "callbacks",
        "flow_outs",
        "answered_without_target",
        "abandoned_without_target",
        "begun",
    ),
    live=(WAITING,),
)
EITHER: Final = Kin(
    ("escalated", "transferred", "messages"),
    besides=(*TICKETS.counters, *CONTACTS.counters),
    live=(*TICKETS.live, *CONTACTS.live),
)
"""What tickets and contacts both have: formulas take these of both together."""
_FIRST: Final = ("first_solved", "handled")

KINS: Final = (
    TICKETS,
    EITHER,
    CONTACTS,
    *(Kin((counter,)) for counter in _FIRST),
    Kin(("first_contact_resolved",), besides=_FIRST),
    *(Kin(_of(f"{kind}_")) for kind in ("bot", "csat", "nps", "enps", "ces", "qa")),
    Kin(("arrived_full_hours", "arrived_week_before"), of_hours=True),
)
"""Every counter of `names.COUNTS` stands in one of them."""
