"""A row of a table: how it is read, told to a shard, and compared with what must be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from stream.core.events import Event, decode
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import to_micros
from tests.core.notation.events import KINDS, Teller
from tests.core.notation.expected import Expected, expected
from tests.core.notation.promises import policy_file
from tests.core.notation.seen import Seen
from tests.core.notation.times import Wall, shown

_FIRST, _MORE = 4, 8
_AT = re.compile(r"at (.+?): (.+)")
_policy = lru_cache(1000)(load_policy)


@dataclass(frozen=True)
class Look:
    """A time, and what must be seen then."""

    moment: datetime
    wanted: tuple[Expected, ...]


@dataclass(frozen=True)
class Case:
    """One row: a policy, and in the order of the row what is told and looked at."""

    name: str
    policy: str
    steps: tuple[Event | Look, ...]

    def __str__(self) -> str:
        """Return the name, for the list of tests."""
        return self.name

    @property
    def events(self) -> list[Event]:
        """Everything that is told."""
        return [step for step in self.steps if not isinstance(step, Look)]


@dataclass
class _Row:
    """A row while it is read."""

    name: str
    zone: str = "UTC"
    promises: list[str] = field(default_factory=list)
    hours: dict[str, str] = field(default_factory=dict)
    teller: Teller | None = None
    wall: Wall | None = None
    subject: tuple[str, str] | None = None
    steps: list[Event | Look] = field(default_factory=list)

    def read(self, line: str) -> None:
        """Take the next line."""
        key, _, rest = line.partition(":")
        word, _, label = key.partition(" ")
        rest = rest.strip()
        if key == "zone":
            self.zone = rest
        elif word == "hours":
            self.hours[label] = rest
        elif key == "promise":
            self.promises.append(rest)
        elif word in KINDS:
            self._tell(word, label or {"ticket": "T1", "contact": "C1"}[word], rest)
        elif match := _AT.fullmatch(line):
            self._look(match[1], match[2])
        else:
            raise ValueError(f"{line!r} is no line of a row")

    def _tell(self, kind: str, subject: str, line: str) -> None:
        self.subject = self.subject or (kind, subject)
        self.teller = self.teller or Teller(self.zone)
        for message in self.teller.tell(kind, subject, line):
            event = decode(message)
            if event is None:
                raise ValueError(f"{message!r} is of no known type")
            self.steps.append(event)

    def _look(self, time: str, text: str) -> None:
        if self.subject is None:
            raise ValueError(f"{self.name!r}: nothing has happened yet")
        self.wall = self.wall or Wall(self.zone)
        moment = self.wall.only(time)
        if any(to_micros(moment) < step.at for step in self.steps if not isinstance(step, Look)):
            raise ValueError(f"{time!r} is before something that was told already")
        self.steps.append(Look(moment, tuple(expected(text, self.zone, self.wall.day, self.subject))))

    def case(self) -> Case:
        """Return the row."""
        if not self.steps or not isinstance(self.steps[-1], Look):
            raise ValueError(f"{self.name!r} does not end with what must be seen")
        return Case(self.name, policy_file(self.promises, self.hours, self.zone), tuple(self.steps))


def cases(table: str) -> list[Case]:
    """Return the rows of a table; each has a name of its own."""
    found = [_case(block) for block in re.split(r"\n\s*\n", table.strip("\n")) if block.strip()]
    names = [case.name for case in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"the name stands twice: {twice}")
    return found


def _case(block: str) -> Case:
    name, *lines = block.splitlines()
    if name != name.strip() or not lines:
        raise ValueError(f"{block!r}: a row is a name and the lines below it")
    row = _Row(name)
    for line in _joined(lines):
        try:
            row.read(line)
        except ValueError as error:
            raise ValueError(f"{name!r}: {error}") from None
    return row.case()


def _joined(lines: list[str]) -> Iterator[str]:
    """Iterate over the lines, each with those that go on with it."""
    whole = ""
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if indent == _FIRST:
            if whole:
                yield whole
            whole = line.strip()
        elif indent >= _MORE and whole:
            whole += f" {line.strip()}"
        else:
            raise ValueError(f"{line!r} is indented by {indent}: {_FIRST} begins a line, {_MORE} goes on with it")
    yield whole


def told(case: Case) -> Iterator[Shard]:
    """Tell a row as it is written, and iterate over the shard at the time of each look."""
    shard = Shard(_policy(case.policy, "row.yaml"))
    for step in case.steps:
        if isinstance(step, Look):
            shard.advance(to_micros(step.moment))
            yield shard
        else:
            shard.apply(step)


def differences(case: Case) -> list[str]:
    """Tell a row in every way there is, and return what is seen otherwise than it must be.

    As it is written, everything is looked at when the row says; told otherwise, the end must be the same.
    """
    found: list[str] = []
    looks = [step for step in case.steps if isinstance(step, Look)]
    for shard, look in zip(told(case), looks, strict=True):
        found += _unlike(shard, look)
    for way, tell in (("as it happens", _as_it_happens), ("backwards and twice", _backwards_and_twice)):
        shard = Shard(_policy(case.policy, "row.yaml"))
        tell(shard, case.events)
        found += [f"told {way}, {unlike}" for unlike in _unlike(shard, looks[-1], reading=False)]
    return found


def _as_it_happens(shard: Shard, events: list[Event]) -> None:
    """As a worker that has more to read: its time is just before its newest event."""
    for event in sorted(events, key=lambda event: event.at):
        shard.advance(event.at - 1)
        shard.apply(event)


def _backwards_and_twice(shard: Shard, events: list[Event]) -> None:
    for event in reversed(events):
        shard.apply(event)
        shard.apply(event)


def _unlike(shard: Shard, look: Look, *, reading: bool = True) -> list[str]:
    """Move the shard's time to a look, and return what is seen otherwise."""
    shard.advance(to_micros(look.moment))
    seen = Seen(shard)
    asked = [(each, each.find(seen)) for each in look.wanted if reading or not each.reading]
    return [f"{shown(look.moment)}: {each.text}: seen {found!r}" for each, found in asked if found != each.value]
