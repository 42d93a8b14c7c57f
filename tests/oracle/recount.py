"""All figures of a small desk at one moment, counted anew from all of its events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.oracle.contact import ContactStory
from tests.oracle.desk import MONDAY, Happening, Rules
from tests.oracle.story import Entry, Story
from tests.oracle.ticket import TicketStory

Group = tuple[str, ...]


@dataclass
class Counted:
    """The figures of a desk: by window (minutes) and group what was counted, and by group what is going on.

    Durations are lists of minutes, ascending; `since` says since which minute somebody waits; `stories` are told by
    kind and id.
    """

    now: int
    counts: dict[int, dict[Group, Counter[str]]] = field(default_factory=dict)
    durations: dict[int, dict[Group, dict[str, list[int]]]] = field(default_factory=dict)
    live: dict[Group, Counter[str]] = field(default_factory=dict)
    since: dict[Group, dict[str, int]] = field(default_factory=dict)
    stories: dict[tuple[str, str], Story] = field(default_factory=dict)


def recount(rules: Rules, happenings: Sequence[Happening], now: int) -> Counted:
    """Tell the story of every subject up to `now`, and add up."""
    events: dict[tuple[bool, str], list[Happening]] = defaultdict(list)
    for one in happenings:
        if one not in events[one.is_contact, one.subject]:
            events[one.is_contact, one.subject].append(one)
    counted = Counted(now)
    for (is_contact, subject), told in events.items():
        story = (ContactStory if is_contact else TicketStory)(rules, told, now)
        counted.stories["contact" if is_contact else "ticket", subject] = story
        _show(story, counted)
    stories = counted.stories.values()
    entries = [entry for story in stories for entry in story.entries]
    entries += [story.handle for story in stories if isinstance(story, ContactStory) and story.handle is not None]
    for length in rules.windows:
        _add_up(length, now, entries, counted)
    return counted


def _add_up(length: int, now: int, entries: Sequence[Entry], counted: Counted) -> None:
    counts: dict[Group, Counter[str]] = defaultdict(Counter)
    durations: dict[Group, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if in_window(entry.minute, length, now):
            if entry.minutes is None:
                counts[entry.group][entry.what] += 1
            else:
                durations[entry.group][entry.what].append(entry.minutes)
    counted.counts[length] = dict(counts)
    counted.durations[length] = {
        group: {what: sorted(values) for what, values in found.items()} for group, found in durations.items()
    }


def in_window(minute: int, length: int, now: int) -> bool:
    """Say whether the pane of a minute ends after now - length and starts at or before now."""
    pane = max(1, length)  # a sixtieth of so many minutes, in seconds
    second, end = (int(MONDAY.timestamp()) + 60 * moment for moment in (minute, now))
    opens = second // pane * pane
    return opens + pane > end - 60 * length and opens <= end


def _show(story: Story, counted: Counted) -> None:
    for name in story.shown():
        if isinstance(name, str):
            counted.live.setdefault(story.group(), Counter())[name] += 1
        else:
            what, minute = name
            since = counted.since.setdefault(story.group(), {})
            since[what] = min(minute, since.get(what, minute))
