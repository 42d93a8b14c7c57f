"""What must be seen: the words after `at TIME:`, several things with `;` between them.

| words | what must be so |
| --- | --- |
| `resolution pending, due 12:00` | a clock of the row's first subject, see below |
| `second resolution met 11:30` | its second cycle |
| `T2: resolution cancelled` | that of another subject |
| `no second resolution` | there is no such clock |
| `first_response took 42s` | a duration of its story: also `wait`, `handle`, `first_resolution`, ...; `took nothing` |
| `reopens 1`, `public_replies 2`, `status merged`, `queue tech` | another part of its story |
| `counts created 1, solved 0` | counts over all groups; `counts in tech offered 1`: of a queue, channel or priority |
| `outcomes resolution breached 1` | all that was met and breached, and nothing else; `outcomes none` |
| `last hour outcomes none` | the same in the window of the last hour |
| `booked next_response 5m + 10m` | number and sum of the durations; `booked wait nothing` |
| `live open 1, waiting 0` | live figures, clocks as `resolution paused 1`; `live nothing` |
| `unanswered since 09:00`, `waiting since never` | the oldest of them |
| `read duplicates 1` | what was read; only where all is told as it is written |

Of a clock: its state, where a time after `met` says when, and one after `breaching` or `breached` when its breach was;
`due`, `ended`, `since` and a time or `never`; `spent`, `paused`, `left`, `target` and a duration; `in` a schedule;
`made of open 30m + paused 5m + ...`, its segments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.core.notation.seen import Seen
from tests.core.notation.times import Wall, seconds, shown

CLOCKS = ("first_response", "next_response", "resolution", "ownership", "wait")
STATES = ("pending", "imminent", "breaching", "paused", "met", "breached", "cancelled")
_ORDINALS = {"": 1, "first ": 1, "second ": 2, "third ": 3, "fourth ": 4}
_SUBJECT = re.compile(r"(?P<subject>[TC]\d+): ")
_CLOCK = re.compile(
    rf"(?P<no>no )?(?P<cycle>first |second |third |fourth )?(?P<clock>{'|'.join(CLOCKS)})(?: (?P<says>.*))?"
)
_TIMES = {"due": "due_at", "ended": "satisfied_at", "since": "started_at"}
_WITH_STATE = {"met": "satisfied_at", "breaching": "breached_at", "breached": "breached_at"}
_AMOUNTS = {"spent": "elapsed_s", "paused": "paused_s", "left": "remaining_s", "target": "target_s"}
_STORY = re.compile(r"(reopens|public_replies|status|queue|priority|tier|answered_at|abandoned_at) (.+)")
_TOOK = re.compile(r"(\w+) took (\S+)")
_COUNTS = re.compile(r"(?P<hour>last hour )?(?P<what>counts|outcomes)(?: in (?P<label>\w+))? (?P<says>.+)")
_BOOKED = re.compile(r"(?P<hour>last hour )?booked (?P<what>\w+) (?P<says>.+)")
_SINCE = re.compile(r"(unanswered|waiting) since (.+)")
_LIVE_NAMES = {
    *("new", "open", "pending", "on_hold", "unassigned", "unanswered", "waiting"),
    *(f"{clock} {state}" for clock in CLOCKS for state in STATES[:4]),
}


@dataclass(frozen=True)
class Expected:
    """One thing that must be seen.

    Attributes:
        text: the words that ask for it.
        find: returns what is seen.
        value: what it must be.
        reading: whether it is about what was read, which depends on how it was told.
    """

    text: str
    find: Callable[[Seen], object]
    value: object
    reading: bool = False


def expected(text: str, zone: str, day: date, subject: tuple[str, str]) -> Iterator[Expected]:
    """Iterate over what the words of a look ask for; times without a day are on `day`.

    `subject` is the kind and the id of the one that is meant where none is named.
    """
    for item in text.split(";"):
        yield from _item(item.strip(), Wall(zone, day), subject)


def _item(item: str, wall: Wall, subject: tuple[str, str]) -> Iterator[Expected]:
    if match := _SUBJECT.match(item):
        subject = ("contact" if match["subject"][0] == "C" else "ticket", match["subject"])
        item = item[match.end() :]
    if match := _TOOK.fullmatch(item):
        field, took = f"{match[1]}_s", None if match[2] == "nothing" else seconds(match[2])
        yield Expected(item, lambda seen: seen.story(*subject)[field], took)
    elif match := _CLOCK.fullmatch(item):
        yield from _clock(match, wall, subject)
    elif match := _STORY.fullmatch(item):
        key, value = match[1], _value(match[1], match[2], wall)
        yield Expected(item, lambda seen: seen.story(*subject)[key], value)
    elif match := _COUNTS.fullmatch(item):
        yield _counted(match)
    elif match := _BOOKED.fullmatch(item):
        window, what = _window(match["hour"]), match["what"]
        amounts = [] if match["says"] == "nothing" else [seconds(each) for each in match["says"].split(" + ")]
        yield Expected(
            item,
            lambda seen: [seen.window(window)["durations"][what][key] for key in ("count", "sum_s")],
            [len(amounts), sum(amounts)],
        )
    elif match := _SINCE.fullmatch(item):
        which, since = match[1], _time(match[2], wall)
        yield Expected(item, lambda seen: seen.oldest(which), since)
    elif item == "live nothing":
        yield Expected(item, lambda seen: seen.live(), {})
    elif item.startswith("live "):
        yield _live(item)
    elif item.startswith("read "):
        numbers = _numbers(item.removeprefix("read "))
        yield Expected(
            item, lambda seen: {name: getattr(seen.shard.counts, name) for name in numbers}, numbers, reading=True
        )
    else:
        raise ValueError(f"{item!r} is nothing that can be seen")


def _clock(match: re.Match[str], wall: Wall, subject: tuple[str, str]) -> Iterator[Expected]:
    clock, cycle = match["clock"], _ORDINALS[match["cycle"] or ""]
    name = f"{match['cycle'] or ''}{clock}"
    if match["no"]:
        if match["says"]:
            raise ValueError(f"{match[0]!r}: what is not there has nothing to say")
        yield Expected(match[0], lambda seen: seen.clock(*subject, clock, cycle), None)
        return
    if not match["says"]:
        raise ValueError(f"{match[0]!r} says nothing of its clock")
    for words in match["says"].split(", "):
        for key, value in _says(words, wall):

            def find(seen: Seen, key: str = key) -> object:
                told = seen.clock(*subject, clock, cycle)
                if told is None:
                    return "no such clock"
                return [(row["kind"], row["seconds"]) for row in told[key]] if key == "segments" else told[key]

            yield Expected(f"{name} {words}", find, value)


def _says(words: str, wall: Wall) -> Iterator[tuple[str, object]]:
    """Iterate over the fields of a clock that the words are about, and what they say."""
    word, _, rest = words.partition(" ")
    if words.startswith("made of "):
        pieces = [piece.split() for piece in words.removeprefix("made of ").split(" + ")]
        yield "segments", [(kind, seconds(amount)) for kind, amount in pieces]
    elif word in _AMOUNTS and rest:
        yield _AMOUNTS[word], seconds(rest)
    elif word in _TIMES:
        yield _TIMES[word], _time(rest, wall)
    elif word in STATES and (word in _WITH_STATE or not rest):
        yield "state", word
        if rest:
            yield _WITH_STATE[word], _time(rest, wall)
    elif word == "in" and rest:
        yield "schedule", rest
    else:
        raise ValueError(f"{words!r} is nothing that a clock says")


def _counted(match: re.Match[str]) -> Expected:
    window, label, numbers = _window(match["hour"]), match["label"], _numbers(match["says"])
    if match["what"] == "outcomes":
        if unknown := {name for name in numbers if name.split(" ")[0] not in CLOCKS}:
            raise ValueError(f"{match[0]!r}: {unknown} is no outcome of a clock")
        return Expected(match[0], lambda seen: seen.outcomes(window, label), numbers)
    return Expected(match[0], lambda seen: seen.counts(window, label, numbers), numbers)


def _live(item: str) -> Expected:
    numbers = _numbers(item.removeprefix("live "))
    if unknown := numbers.keys() - _LIVE_NAMES:
        raise ValueError(f"{item!r}: {unknown} is no live figure")
    return Expected(item, lambda seen: {name: seen.live().get(name, 0) for name in numbers}, numbers)


def _window(hour: str | None) -> str:
    return "1h" if hour else "60d"


def _numbers(text: str) -> dict[str, int]:
    if text == "none":
        return {}
    pairs = (part.rpartition(" ") for part in text.split(", "))
    return {name: int(number) for name, _, number in pairs}


def _time(text: str, wall: Wall) -> str | None:
    return None if text == "never" else shown(wall.only(text))


def _value(key: str, text: str, wall: Wall) -> Any:
    if key in {"reopens", "public_replies"}:
        return int(text)
    if key.endswith("_at"):
        return _time(text, wall)
    return None if text == "none" else text
