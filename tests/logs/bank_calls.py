"""The calls of a bank in 1999 as contacts: python -m tests.logs.bank_calls --month january > january.jsonl.

One call is one contact that starts in the voice menu, a bot:

| row                     | events                                             |
| ----------------------- | -------------------------------------------------- |
| HANG, never queued      | started, ended: no abandonment                     |
| HANG, queued            | started, queued, abandoned                         |
| AGENT, never queued     | started, accepted (waited 0 s), ended              |
| AGENT, queued           | started, queued, accepted, ended                   |
| PHANTOM                 | none                                               |

The log's own measures are kept, `q_time` and `ser_time`, where its time stamps contradict them: a call is accepted at
`t_qexit` (`t_sstart` is a second or two off in most rows) and ends `ser_time` after that; it was queued `q_time` before
`t_qexit` (which is `t_qstart` in every row that has one). It starts at `t_entry`, or with its next event where the log
has that earlier.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows

ISRAEL = timezone(timedelta(hours=2))
"""The bank's local time: January and February 1999 lie wholly in winter."""


def events(folder: Path, month: str = "all") -> list[Event]:
    """Return the events of a month, `january` or `february`, or of both, in order of time."""
    calls = rows(folder / "bank_calls" / "calls.csv.gz")
    return in_order(event for call in calls if month in {"all", call["month"]} for event in _call(call))


def _call(row: Row) -> Iterator[Event]:
    if row["outcome"] == "PHANTOM":
        return
    steps: list[tuple[datetime, Event]] = []
    left_queue = _time(row["t_qexit"])
    queued = None if left_queue is None else left_queue - timedelta(seconds=int(row["q_time"]))
    if queued is not None:
        steps.append((queued, {"type": "chat.queued", "queue": row["type"]}))
    left = left_queue or _time(row["t_sstart"]) or _time(row["t_vexit"]) or _entry(row)
    if row["outcome"] == "AGENT":
        accepted: Event = {"type": "chat.accepted"}
        if row["agent"]:
            accepted["agent_id"] = row["agent"]
        steps.append((left, accepted))
        steps.append((left + timedelta(seconds=int(row["ser_time"])), {"type": "chat.ended"}))
    elif queued is not None:
        steps.append((left, {"type": "chat.abandoned"}))
    else:
        steps.append((left, {"type": "chat.ended", "ended_by": "customer"}))
    started = {
        "type": "chat.started",
        "channel": "voice",
        "queue": row["type"],
        "priority": row["priority"],
        "handled_by": "bot",
    }
    steps.insert(0, (min(_entry(row), steps[0][0]), started))
    call = row["call_key"]
    yield from numbered(
        call,
        ({**event, "chat_id": call, "occurred_at": at.isoformat(), "source": "bank_calls"} for at, event in steps),
    )


def _entry(row: Row) -> datetime:
    return datetime.fromisoformat(row["t_entry"]).replace(tzinfo=ISRAEL)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=ISRAEL) if text else None


def main() -> None:
    """Print the events."""
    parser = argparse.ArgumentParser(prog="python -m tests.logs.bank_calls", description=__doc__)
    parser.add_argument("--month", choices=["january", "february", "all"], default="january")
    parser.add_argument("--data", type=Path, default=default_folder(), help="folder of the logs")
    options = parser.parse_args()
    print_events(events(options.data, options.month))


if __name__ == "__main__":
    main()
