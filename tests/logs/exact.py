"""Every duration of every log by plain Python, value by value, from the raw rows: nothing of core is used here.

Each function returns, by name of the duration and by group (queue, channel, priority), all of its values in seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from tests.logs.servicenow_incidents import STATUS, UNKNOWN, incidents
from tests.logs.source import Row, rows

Labels = tuple[str, str, str]
Values = dict[str, dict[Labels, list[int]]]

NONE: Final = "none"
DONE: Final = {"solved", "closed"}


def quantile(values: Sequence[int], share: float) -> int:
    """Return the value at rank `ceil(share * n)`: the nearest rank."""
    return sorted(values)[max(math.ceil(round(share * len(values), 6)), 1) - 1]


def bank_calls(folder: Path) -> Values:
    """A call's wait is `q_time`, its handle time `ser_time`; on the phone, being answered is the first response."""
    found = _empty()
    for row in rows(folder / "bank_calls" / "calls.csv.gz"):
        labels = (row["type"], "voice", row["priority"])
        if row["outcome"] == "AGENT":
            for name in ("wait", "first_response", "first_response_open"):
                found[name][labels].append(int(row["q_time"]) if row["t_qexit"] else 0)
            found["handle"][labels].append(int(row["ser_time"]))
        elif row["t_qstart"]:
            found["abandon_wait"][labels].append(int(row["q_time"]))
    return found


def city_requests(folder: Path) -> Values:
    """A request's resolution is the difference of two local times, and never below 0 s."""
    found = _empty()
    opened: dict[str, tuple[datetime, Labels]] = {}
    closed: dict[str, datetime] = {}
    for row in rows(folder / "city_requests" / "events.csv.gz"):
        if row["event"] == "created":
            opened[row["entity_id"]] = (datetime.fromisoformat(row["ts"]), (row["group"], "311", NONE))
        else:
            closed[row["entity_id"]] = datetime.fromisoformat(row["ts"])
    for request, at in closed.items():
        since, labels = opened[request]
        for name in ("first_resolution", "full_resolution"):
            found[name][labels].append(max(_between(since, at), 0))
    return found


def helpdesk_comments(folder: Path) -> Values:
    """A human's public comment answers the issue first, then the oldest customer's comment that waits."""
    found = _empty()
    opened: dict[str, datetime] = {}
    group: dict[str, str] = {}
    answered: set[str] = set()
    waiting: dict[str, datetime] = {}
    for row in rows(folder / "helpdesk_comments" / "events.csv.gz"):
        issue, at, event = row["entity_id"], datetime.fromisoformat(row["ts"]), row["event"]
        if event == "created":
            opened[issue] = at
        if event in {"created", "assigned"}:
            group[issue] = row["group"]
        elif event == "customer_reply" and issue in answered:
            waiting.setdefault(issue, at)
        elif event == "agent_reply":
            labels = (group[issue], "web", NONE)
            if issue not in answered:
                answered.add(issue)
                found["first_response"][labels].append(_between(opened[issue], at))
                found["first_response_open"][labels].append(_office_seconds(opened[issue], at))
            elif issue in waiting:
                found["next_response"][labels].append(_between(waiting.pop(issue), at))
    return found


def irc_support(folder: Path) -> Values:
    """The first later line of somebody else that links to a line that links only to itself."""
    found = _empty()
    excerpts: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder / "irc_support" / "messages.csv.gz"):
        if row["is_system"] == "0":
            excerpts[f"{row['channel']} {row['file']}"].append(row)
    for lines in excerpts.values():
        open_questions = {int(row["idx"]): row for row in lines if row["links_to"].split() == [row["idx"]]}
        for row in sorted(lines, key=lambda row: int(row["idx"])):
            for link in map(int, row["links_to"].split()):
                question = open_questions.get(link)
                if question is not None and question["author"] != row["author"]:
                    del open_questions[link]
                    waited = _between(datetime.fromisoformat(question["ts"]), datetime.fromisoformat(row["ts"]))
                    for name in ("wait", "first_response", "first_response_open"):
                        found[name][row["channel"], "chat", NONE].append(waited)
    return found


def servicenow_incidents(folder: Path) -> Values:
    """From the opening to each row that finds an unsolved incident Resolved or Closed, in the group of that row."""
    found = _empty()
    for snapshots in incidents(folder).values():
        opened = _minute(snapshots[0]["opened_at"])
        for times, (at, labels) in enumerate(_solvings(snapshots)):
            taken = max(_between(opened, at), 0)
            found["full_resolution"][labels].append(taken)
            if times == 0:
                found["first_resolution"][labels].append(taken)
    return found


def _solvings(snapshots: list[Row]) -> Iterator[tuple[datetime, Labels]]:
    queue, done = NONE, False
    channel = snapshots[0]["contact_type"].lower()
    # In the order of the file, which is that of the oracle's transitions: one row has a time before the row before it.
    for row in snapshots:
        if row["assignment_group"] != UNKNOWN:
            queue = row["assignment_group"]
        status = STATUS.get(row["incident_state"])
        if status in DONE and not done:
            yield _minute(row["sys_updated_at"]), (queue, channel, row["priority"].split(" - ")[1].lower())
        if status is not None:
            done = status in DONE


EXACT: Final[dict[str, Callable[[Path], Values]]] = {
    "bank_calls": bank_calls,
    "city_requests": city_requests,
    "helpdesk_comments": helpdesk_comments,
    "irc_support": irc_support,
    "servicenow_incidents": servicenow_incidents,
}


def _empty() -> Values:
    return defaultdict(lambda: defaultdict(list))


def _between(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())


@lru_cache(maxsize=1 << 17)
def _minute(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def _office_seconds(start: datetime, end: datetime) -> int:
    """Return the seconds between two instants that lie on a weekday from 08:00 to 16:00 UTC."""
    seconds = 0.0
    day = start.replace(hour=8, minute=0, second=0)
    while day < end:
        if day.weekday() < 5:
            seconds += max((min(end, day + timedelta(hours=8)) - max(start, day)).total_seconds(), 0)
        day += timedelta(days=1)
    return round(seconds)
