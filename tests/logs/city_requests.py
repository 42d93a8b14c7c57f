"""A year of requests to a city's 311 desk as tickets: python -m tests.logs.city_requests > requests.jsonl.

| row of events.csv.gz | event                                                         |
| -------------------- | ------------------------------------------------------------- |
| created              | ticket.created; the city's queue of the request is the queue   |
| closed               | ticket.status_changed to closed                               |

The log has local times of New York without a zone, so an hour of autumn is ambiguous. They are taken as standard time
the whole year, which keeps every duration what the difference of its two time stamps says.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Final

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows

OFFSET: Final = "-05:00"


def events(folder: Path) -> list[Event]:
    """Return all events in order of time."""
    requests: dict[str, list[Event]] = defaultdict(list)
    for row in sorted(rows(folder / "city_requests" / "events.csv.gz"), key=lambda row: int(row["seq"])):
        requests[row["entity_id"]].append(_event(row))
    return in_order(event for request, found in requests.items() for event in numbered(request, found))


def _event(row: Row) -> Event:
    base = {"ticket_id": row["entity_id"], "occurred_at": row["ts"] + OFFSET, "source": "city_requests"}
    if row["event"] == "created":
        return {"type": "ticket.created", "channel": "311", "queue": row["group"], **base}
    return {"type": "ticket.status_changed", "status": "closed", **base}


def main() -> None:
    """Print the events."""
    parser = argparse.ArgumentParser(prog="python -m tests.logs.city_requests", description=__doc__)
    parser.add_argument("--data", type=Path, default=default_folder(), help="folder of the logs")
    print_events(events(parser.parse_args().data))


if __name__ == "__main__":
    main()
