"""Short ways to write down events, policies and what came of them."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from stream.core.events import decode
from stream.core.figures import report, take_figures
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import parse_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.events import Event
    from stream.core.policy import Policy

_numbers = itertools.count(1)

OFFICE = 'office: {zone: UTC, hours: {mon-fri: ["09:00-17:00"]}}'


def at(text: str) -> int:
    """Return the instant of `2026-03-02T09:00:00Z`, or of `09:00`, `09:00:30` on Monday, 2 March 2026."""
    if "T" not in text:
        text = f"2026-03-02T{text if text.count(':') == 2 else text + ':00'}Z"
    return parse_rfc3339(text)


def event(kind: str, when: str, /, **fields: Any) -> Event:
    """Return the event of type `kind` at a time that `at` reads, with an id of its own unless given one."""
    if "T" not in when:
        when = f"2026-03-02T{when if when.count(':') == 2 else when + ':00'}Z"
    body = {"type": kind, "event_id": f"e{next(_numbers)}", "occurred_at": when} | fields
    made = decode(json.dumps(body).encode())
    assert made is not None, f"{kind} is not known"
    return made


def ticket(kind: str, when: str, **fields: Any) -> Event:
    """Return an event of ticket T1."""
    return event(f"ticket.{kind}", when, **{"ticket_id": "T1"} | fields)


def created(when: str, **fields: Any) -> Event:
    """Return the creation of ticket T1 by a customer, by e-mail, in `billing`."""
    return ticket("created", when, **{"channel": "email", "queue": "billing", "priority": "high"} | fields)


def status(when: str, to: str) -> Event:
    """Return a change of the status of ticket T1."""
    return ticket("status_changed", when, status=to)


def message(when: str, author: str, visibility: str = "public") -> Event:
    """Return a message on ticket T1."""
    return ticket("message", when, author=author, visibility=visibility)


def chat(kind: str, when: str, **fields: Any) -> Event:
    """Return an event of contact C1."""
    return event(f"chat.{kind}", when, **{"chat_id": "C1"} | fields)


def policy(targets: str = "", **parts: str) -> Policy:
    """Return a policy of one line of YAML per target and any other parts."""
    lines = ["version: 1", f"schedules: {{{parts.pop('schedules', OFFICE)}}}"]
    lines += [f"{name}: {value}" for name, value in parts.items()]
    if targets:
        lines += ["targets:", *(f"  - {{{row.strip()}}}" for row in targets.strip().splitlines())]
    return load_policy("\n".join(lines), "test.yaml")


def run(rules: Policy, events: Iterable[Event], until: str | int) -> Shard:
    """Return a shard that has seen the events, at the time `until`."""
    shard = Shard(rules)
    for each in events:
        shard.apply(each)
    shard.advance(until if isinstance(until, int) else at(until))
    return shard


def figures(*shards: Shard) -> dict[str, Any]:
    """Return the report over shards, without what was read."""
    return report(take_figures(shards), shards[0].policy, shards[0].now, read={})


def counted(shard: Shard, window: str = "24h") -> dict[str, Any]:
    """Return the totals of one window: counts and outcomes that are not 0, by name."""
    (row,) = [row for row in figures(shard)["windows"] if row["window"] == window]
    total = row["total"]
    found = {name: count for name, count in total["counts"].items() if count}
    for kind, parts in total["sla"].items():
        found |= {f"{kind} {name}": count for name, count in parts.items() if count}
    return found
