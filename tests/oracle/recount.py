"""All that happened at a small desk up to one moment, told anew from all of its events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle.agent import Shift, shifts
from tests.oracle.contact import ContactStory
from tests.oracle.customer import customers
from tests.oracle.entry import Entry
from tests.oracle.event import Event, once
from tests.oracle.policy import Rules
from tests.oracle.story import Story
from tests.oracle.survey import answered
from tests.oracle.ticket import TicketStory
from tests.oracle.window import Window

OPENINGS = {TicketStory.opening, ContactStory.opening}


@dataclass
class Desk:
    """Everything that happened: what was counted, the stories of the subjects, who worked when, who paid what."""

    rules: Rules
    now: int
    stories: dict[tuple[str, str], Story]
    entries: list[Entry]
    shifts: list[Shift]
    customers: dict[str, Any]
    duplicates: int


def read_so_far(desk: Desk, heard: Sequence[Event], times: Sequence[int]) -> dict[str, int]:
    """Return what `replay` says of what was read.

    Args:
        desk: made of what was heard.
        heard: in the order in which it was.
        times: which time it was when each event was heard.
    """
    lengths = {"customer": desk.rules.period}  # of all others the longest window
    late = 0
    for place, (event, then) in enumerate(zip(heard, times, strict=True)):
        # What repeats what was heard, or begins a second time, is no event of its own.
        before = [one for one in heard[:place] if (one.kind, one.subject) == (event.kind, event.subject)]
        repeats = any(one.event_id == event.event_id or one.type == event.type in OPENINGS for one in before)
        window = Window(lengths.get(event.kind, desk.rules.windows[-1][0]), then)
        late += window.has_left(event.at) and not repeats
    return {"events": len(heard), "rejected": 0, "duplicates": desk.duplicates, "late": late}


def recount(rules: Rules, heard: Sequence[Event], now: int) -> Desk:
    """Tell the story of every subject up to `now`."""
    events = once(heard)
    known = {(event.kind, event.subject) for event in events}
    of: dict[str, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        of[_whose(event, known)][event.subject].append(event)
    tickets = {("ticket", name): TicketStory(rules, told, now) for name, told in of["ticket"].items()}
    contacts = {("chat", name): ContactStory(rules, told, now) for name, told in of["chat"].items()}
    stories: dict[tuple[str, str], Story] = {**tickets, **contacts}
    entries = [entry for story in stories.values() for entry in story.counted()]
    entries += [entry for told in of["survey"].values() for event in told for entry in _alone(rules, event)]
    return Desk(
        rules,
        now,
        stories,
        entries,
        shifts=[shift for told in of["agent"].values() for shift in shifts(rules, told, now)],
        customers=customers(rules, list(of["customer"].values()), now),
        duplicates=len(heard) - len(events) + sum(story.repeated_openings for story in stories.values()),
    )


def _whose(event: Event, known: set[tuple[str, str]]) -> str:
    """Return whose story an event belongs to: an answer to the ticket's of that id, else to the contact's, or alone."""
    if event.kind == "survey":
        return next((kind for kind in ("ticket", "chat") if (kind, event.subject) in known), "survey")
    return event.kind


def _alone(rules: Rules, event: Event) -> list[Entry]:
    """Return what an answer about nobody known counts as."""
    labels = {"queue": event.says.get("queue"), "channel": event.says.get("channel"), "priority": None}
    agent = event.says.get("agent_id")
    return [Entry(event.at, rules.group(labels), what, size, agent) for what, size in answered(event.says)]
