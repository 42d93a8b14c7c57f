"""What events are about, brought into the processor's cache before they are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from stream.core.desk.case import Case
from stream.core.desk.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.desk.record import Record


def prefetch(found: Sequence[Record | None]) -> int:
    """Read something of every object that an event about some tickets and contacts will need.

    A million of them lie in no order in far more memory than any cache holds, and from a record to its clocks it is
    three steps, each of which knows where the next one leads. An event that is applied waits at each. Where all records
    take a step before any takes the next, the processor waits for many at once.

    Args:
        found: records of tickets and contacts; None where there is none.

    Returns:
        A number without a meaning, so that no compiler leaves the reading out.
    """
    read = 0
    records = [record for record in found if record is not None]
    cases = [cast("Case", record.state) for record in records]
    histories = [record.history for record in records]
    for record in records:
        read += record.latest & record.timer
    for case in cases:
        read += case.soonest & case.group & case.replies
        if isinstance(case, Ticket) and case.solved:
            read += 1
    clocks = [case.clocks for case in cases]
    for history in histories:
        read += history.sample()
    for each in clocks:
        read += len(each)
    for each in clocks:
        for clock in each:
            read += clock.started & clock.due
    return read
