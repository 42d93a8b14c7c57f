"""The audit log of 24,918 IT incidents as tickets: python -m tests.logs.servicenow_incidents > incidents.jsonl.

Every row of incident_event_log.csv.gz is a snapshot of its incident at `sys_updated_at`. An incident is created, as
`new`, at `opened_at` with the labels of its first row; after that each row gives an event for each thing in which
it differs from what was known before:

| column           | event                                                                        |
| ---------------- | ---------------------------------------------------------------------------- |
| incident_state   | ticket.status_changed; `-100`, which is no state, changes nothing              |
| assignment_group, assigned_to | ticket.assigned; a changed group is a transfer                    |
| priority         | ticket.priority_changed                                                      |

`seq` follows the order of the rows in the file, as the many rows of one minute need it. The log names no zone: its
times are taken as UTC.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows

STATUS: Final = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "pending",
    "Awaiting Vendor": "on_hold",
    "Awaiting Problem": "on_hold",
    "Awaiting Evidence": "on_hold",
    "Resolved": "solved",
    "Closed": "closed",
}
"""Deskpulse's status of a state of the log; `-100` is none."""

UNKNOWN: Final = "?"

COLUMNS: Final = (
    *("number", "incident_state", "priority", "contact_type", "assignment_group", "assigned_to"),
    *("opened_at", "sys_updated_at", "resolved_at", "closed_at"),
    *("reassignment_count", "reopen_count", "made_sla"),
)
"""What is read of the log's 36 columns."""


def incidents(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of each incident by its number, in the order of the file."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder / "servicenow_incidents" / "incident_event_log.csv.gz", COLUMNS):
        found[row["number"]].append(row)
    return found


def events(folder: Path) -> list[Event]:
    """Return all events in order of time."""
    return events_of(incidents(folder))


def events_of(found: Mapping[str, list[Row]]) -> list[Event]:
    """Return the events of incidents, in order of time."""
    return in_order(event for number, snapshots in found.items() for event in numbered(number, _incident(snapshots)))


def _incident(snapshots: list[Row]) -> Iterator[Event]:
    first = snapshots[0]
    base = {"ticket_id": first["number"], "source": "servicenow_incidents"}
    created = {"type": "ticket.created", "channel": first["contact_type"].lower(), "priority": _priority(first)}
    yield {**created, **_known(queue=first["assignment_group"]), **base, "occurred_at": _time(first["opened_at"])}
    status, priority, group, agent = "new", first["priority"], first["assignment_group"], UNKNOWN
    for row in snapshots:
        at = {**base, "occurred_at": _time(row["sys_updated_at"])}
        if (row["assignment_group"], row["assigned_to"]) != (group, agent):
            changes = _known(queue=row["assignment_group"], agent_id=row["assigned_to"])
            group, agent = row["assignment_group"], row["assigned_to"]
            if changes:
                yield {"type": "ticket.assigned", **changes, **at}
        if row["priority"] != priority:
            priority = row["priority"]
            yield {"type": "ticket.priority_changed", "priority": _priority(row), **at}
        now = STATUS.get(row["incident_state"], status)
        if now != status:
            status = now
            yield {"type": "ticket.status_changed", "status": status, **at}


def _known(**labels: str) -> dict[str, str]:
    return {name: value for name, value in labels.items() if value != UNKNOWN}


def _priority(row: Row) -> str:
    """Return `moderate` for `3 - Moderate`."""
    return row["priority"].partition(" - ")[2].lower()


@lru_cache(maxsize=1 << 17)
def _time(text: str) -> str:
    """Return the RFC 3339 time of `29/2/2016 01:16`; the log has the same minute many times over."""
    return datetime.strptime(text + "+0000", "%d/%m/%Y %H:%M%z").isoformat()


def main() -> None:
    """Print the events."""
    parser = argparse.ArgumentParser(prog="python -m tests.logs.servicenow_incidents", description=__doc__)
    parser.add_argument("--data", type=Path, default=default_folder(), help="folder of the logs")
    print_events(events(parser.parse_args().data))


if __name__ == "__main__":
    main()
