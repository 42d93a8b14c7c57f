"""Questions in public support channels as contacts: python -m tests.logs.irc_support > irc.jsonl.

A conversation is a message that links only to itself; its first reply is the earliest later line of another author that
links directly to it. System lines are neither.

| what happens     | events                                                                    |
| ---------------- | ------------------------------------------------------------------------- |
| conversation     | chat.started straight in a queue, which is the channel                     |
| first reply      | chat.accepted and chat.message by the helper, who counts as human agent    |

Nothing in the log says that a conversation ends. A file is an excerpt of its channel, so what was not answered in it
waits for ever. The log names no zone: its times are taken as UTC.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows


def events(folder: Path) -> list[Event]:
    """Return all events in order of time."""
    excerpts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows(folder / "irc_support" / "messages.csv.gz"):
        excerpts[row["channel"], row["file"]].append(row)
    return in_order(event for excerpt in excerpts.values() for event in _excerpt(excerpt))


def _excerpt(lines: list[Row]) -> Iterator[Event]:
    said = sorted((row for row in lines if row["is_system"] == "0"), key=lambda row: int(row["idx"]))
    starts = {row["idx"]: row for row in said if row["links_to"].split() == [row["idx"]]}
    first_reply: dict[str, Row] = {}
    for row in said:
        for answered in row["links_to"].split():
            if answered in starts and row["author"] != starts[answered]["author"]:
                first_reply.setdefault(answered, row)
    for place, row in starts.items():
        chat = f"{row['channel']}-{row['file']}-{place}"
        yield from numbered(chat, _conversation(chat, row, first_reply.get(place)))


def _conversation(chat: str, start: Row, reply: Row | None) -> Iterator[Event]:
    base = {"chat_id": chat, "source": "irc_support"}
    started = {"type": "chat.started", "channel": "chat", "queue": start["channel"], "handled_by": "queue"}
    yield {**started, **base, "occurred_at": start["ts"] + "Z"}
    if reply is not None:
        base["occurred_at"] = reply["ts"] + "Z"
        yield {"type": "chat.accepted", "agent_id": reply["author"], **base}
        yield {"type": "chat.message", "author": "agent", "visibility": "public", **base}


def main() -> None:
    """Print the events."""
    parser = argparse.ArgumentParser(prog="python -m tests.logs.irc_support", description=__doc__)
    parser.add_argument("--data", type=Path, default=default_folder(), help="folder of the logs")
    print_events(events(parser.parse_args().data))


if __name__ == "__main__":
    main()
