"""The example of docs/explain.md: `python -m tests.cli.example FOLDER` writes its events and its two policies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from tests.cli.commands import answer, desk, ticket

NOW: Final = """\
version: 1
schedules:
  office: {zone: Europe/Berlin, hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}}
targets:
  - {name: mail, clock: first_response, match: {channel: email}, within: 4h, schedule: office}
  - {name: solved, clock: resolution, within: 16h, schedule: office}
service_level:
  - {match: {channel: voice}, within: 20s, short_abandon: 5s}
"""
NEW: Final = NOW.replace("within: 4h", "within: 1h").replace("within: 20s", "within: 30s")


def lines() -> list[str]:
    """Return the events: a week of an invented desk, and ticket 4711."""
    made = [
        ticket("created", "06T15:30", ticket_id="4711", queue="billing", customer_tier="gold"),
        answer("06T16:10", ticket_id="4711"),
        ticket("status_changed", "06T16:15", ticket_id="4711", status="pending"),
        answer("09T09:20", "customer", ticket_id="4711"),
        ticket("status_changed", "09T09:20", ticket_id="4711", status="open"),
        ticket("status_changed", "09T14:05", ticket_id="4711", status="solved"),
        ticket("status_changed", "10T11:00", ticket_id="4711", status="open"),
        ticket("status_changed", "11T16:40", ticket_id="4711", status="solved"),
    ]
    return [*desk(2_000, per_second=0.0008), *made]


def write(folder: Path) -> None:
    """Write the three files of the example."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.jsonl").write_text("".join(f"{line}\n" for line in lines()))
    (folder / "now.yaml").write_text(NOW)
    (folder / "new.yaml").write_text(NEW)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
