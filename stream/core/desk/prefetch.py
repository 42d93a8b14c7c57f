"""What is about to be used, brought into the processor's cache.

A million subjects lie in no order in far more memory than any cache holds, and from a record to its clocks it is three
steps, each of which knows where the next one leads. Who takes one subject after the other waits at each. Where all of
some subjects take a step before any takes the next, the processor waits for many at once.

What is read here has no meaning: the numbers are added up and returned so that no compiler leaves the reading out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.desk.case import Case
from stream.core.desk.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stream.core.desk.record import Record

AT_ONCE: Final = 64
"""So many subjects are fetched together: they fit into the part of the cache that a core has for itself."""


def prefetch(found: Sequence[Record | None]) -> int:
    """Read something of all that an event about some subjects will need; None stands for one that is not held."""
    records = [record for record in found if record is not None]
    return prefetch_histories(records) + prefetch_states(records)


def in_parts(records: list[Record], fetch: Callable[[list[Record]], int]) -> Iterator[list[Record]]:
    """Yield the records in parts that have just been fetched."""
    for start in range(0, len(records), AT_ONCE):
        part = records[start : start + AT_ONCE]
        fetch(part)
        yield part


def prefetch_histories(records: list[Record]) -> int:
    """Read something of the histories of some records."""
    read = 0
    histories = [record.history for record in records]
    for history in histories:
        read += history.sample()
    return read


def prefetch_states(records: list[Record]) -> int:
    """Read something of some records, of their states and of the clocks in these."""
    read = 0
    states = [record.state for record in records]
    for record in records:
        read += record.latest & record.timer
    clocks = []
    for state in states:
        if isinstance(state, Case):
            read += state.soonest & state.group & state.replies
            if isinstance(state, Ticket) and state.solved:
                read += 1
            clocks.append(state.clocks)
    for each in clocks:
        read += len(each)
    for each in clocks:
        for clock in each:
            read += clock.started & clock.due
    return read
