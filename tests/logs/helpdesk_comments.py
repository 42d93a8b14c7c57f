"""The comments of 360 help-desk issues as tickets: python -m tests.logs.helpdesk_comments > helpdesk.jsonl.

| row of events.csv.gz | event                                                                  |
| -------------------- | ---------------------------------------------------------------------- |
| created              | ticket.created by the customer; its text is the reporter's first comment |
| assigned             | ticket.assigned: the agent of the turn; the group is the queue          |
| agent_reply          | ticket.message, a human agent in public                                 |
| auto_reply           | ticket.message of a bot: the policy text that nearly every issue gets    |
| private_note         | ticket.message, internal                                                |
| customer_reply       | ticket.message of the customer in public                                |
| manager_score        | survey.answered of kind `qa`: the manager's grade, no customer's         |

A message carries its author's `role` besides (`reporter`, `assignee`, `others`): extra fields change nothing.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Final

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows

_MESSAGES: Final = {
    "agent_reply": ("agent", "public"),
    "auto_reply": ("bot", "public"),
    "private_note": ("agent", "internal"),
    "customer_reply": ("customer", "public"),
}


def events(folder: Path) -> list[Event]:
    """Return all events in order of time."""
    issues: dict[str, list[Event]] = defaultdict(list)
    # The file is sorted by time, ties by its own `seq`, which events of two kinds may share.
    for row in rows(folder / "helpdesk_comments" / "events.csv.gz"):
        issues[row["entity_id"]].append(_event(row))
    return in_order(event for issue, found in issues.items() for event in numbered(issue, found))


def _event(row: Row) -> Event:
    issue, kind, actor = row["entity_id"], row["event"], row["actor"].strip()
    event: Event = {"occurred_at": row["ts"], "source": "helpdesk_comments"}
    if kind == "manager_score":
        score = int(row["raw"].removeprefix("Q3="))
        event |= {"type": "survey.answered", "subject_id": issue, "queue": row["group"], **_agent(actor)}
        return {**event, "kind": "qa", "score": score, "scale_min": 1, "scale_max": 5}
    event["ticket_id"] = issue
    if kind == "created":
        return {"type": "ticket.created", "channel": "web", "queue": row["group"], "opened_by": "customer", **event}
    if kind == "assigned":
        return {"type": "ticket.assigned", **_agent(actor), "queue": row["group"], **event}
    author, visibility = _MESSAGES[kind]
    by = _agent(actor) if author == "agent" else {}
    return {"type": "ticket.message", "author": author, "visibility": visibility, "role": row["raw"], **by, **event}


def _agent(actor: str) -> Event:
    return {"agent_id": actor} if actor else {}


def main() -> None:
    """Print the events."""
    parser = argparse.ArgumentParser(prog="python -m tests.logs.helpdesk_comments", description=__doc__)
    parser.add_argument("--data", type=Path, default=default_folder(), help="folder of the logs")
    print_events(events(parser.parse_args().data))


if __name__ == "__main__":
    main()
