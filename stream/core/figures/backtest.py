"""Backtest: the same events under two policies, and what would have changed.

Events are folded under the policy as it is. A subject that is let go of, or is still there at the end, is folded once
more under the other policy: so only one state of each is kept, and of what has ended long ago only what it counted.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import lru_cache
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING, Any, Final

from stream.core.calendar import OpenHours
from stream.core.clocks import KINDS
from stream.core.desk import Contact, Fold, Giving, Groups, People, Rules, Ticket, fact_of, id_of
from stream.core.desk.explain import explain
from stream.core.desk.facts import AT, CODE
from stream.core.desk.record import DUPLICATE, Record, begin
from stream.core.desk.shelf import Shelf
from stream.core.desk.subject import BEFORE
from stream.core.events import ContactEvent, TicketEvent
from stream.core.formulas import SERVICE_LEVELS
from stream.core.times import MINUTE, from_micros, rfc3339, seconds
from stream.core.windows import Windows
from stream.core.windows.slots import COUNTERS, HISTOGRAMS, OUTCOMES, SLOT_MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stream.core.desk.history import Entry
    from stream.core.events import Event
    from stream.core.policy import Policy, Target

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SIDES: Final = ("policy", "against")
"""The two policies, by the options that name them."""
POLICY, AGAINST = range(2)

_QUARTER: Final = 15 * MINUTE
"""Every zone of today changes its hour at a multiple of it."""
_SWEEP: Final = 50_000
"""After so many events what has ended long ago is let go."""
_MOST_SHOWN: Final = 5

_CHANGES: Final = ("newly_breached", "no_longer_breached", "still_breached")

_EVERYTHING: Final = 1 << 60
"""No event of a subject is let go of before it is judged a second time."""

_Key = tuple[str, str]
"""Kind and id of a ticket or contact."""
Shown = tuple[int, float, str, dict[str, Any]]
"""A subject that is named: how often and how late it breached, what tells it from others, and what is said of it."""


def home_zone(*policies: Policy) -> tzinfo:
    """Return the zone in which people read times: that of the first schedule of a target that has one, else UTC."""
    for policy in policies:
        for target in policy.targets:
            if isinstance(target.schedule, OpenHours):
                return target.schedule.zone
    return UTC


class Backtest:
    """Takes events in, in order of time, and tells what would have changed.

    Args:
        policy: the policy as it is.
        against: the policy that it is compared with.
    """

    def __init__(self, policy: Policy, against: Policy) -> None:
        self.zone = home_zone(policy, against)
        place = lru_cache(4_096)(self._place)
        self._sides = (_Side(policy, place), _Side(against, place))
        self._hold = max(side.hold for side in self._sides)
        self._earlier: dict[_Key, list[Entry]] = {}
        self._changed: Counter[str] = Counter()
        self.events = self.duplicates = 0
        self.first: int | None = None
        self.newest: int | None = None

    def apply(self, event: Event) -> None:
        """Take one event in."""
        at = event.at
        self.events += 1
        if self.first is None:
            self.first = at
        self.newest = at if self.newest is None else max(at, self.newest)
        if event.topic is TicketEvent.topic:
            kind = Ticket.KIND
        elif event.topic is ContactEvent.topic:
            kind = Contact.KIND
        else:
            return  # It has no clock.
        key = (kind, event.key)
        side = self._sides[POLICY]
        records = side.shelves[kind].records
        record = records.get(event.key)
        if record is None or _is_forgotten(record, at):
            if record is not None:
                self._earlier.setdefault(key, []).extend(record.history.entries())
            record = records[event.key] = begin(side.shelves[kind], event.key)
        side.telling = key
        fact = fact_of(event, at, self.events)
        self.duplicates += record.take(fact, id_of(event, fact[CODE]), BEFORE) == DUPLICATE
        if self.events % _SWEEP == 0:
            self._sweep(at)

    def finish(self, at: int) -> None:
        """Let the deadlines up to an instant pass, and compare what is left. Nothing can be applied after it."""
        side = self._sides[POLICY]
        for kind, shelf in side.shelves.items():
            for record in shelf.records.values():
                side.telling = (kind, record.id)
                record.tick(at)
                self._compare(kind, record, at)
            shelf.records.clear()

    def report(self, at: int, names: tuple[str, str], *, rejected: int) -> dict[str, Any]:
        """Return what would have changed until an instant, as `deskpulse replay --against` prints it.

        Args:
            at: the instant that `finish` was told.
            names: what the two policies are called.
            rejected: how many lines were no events.
        """
        return {
            "from": None if self.first is None else rfc3339(self.first),
            "at": rfc3339(at),
            "events": self.events,
            "rejected": rejected,
            "duplicates": self.duplicates,
            **dict(zip(SIDES, names, strict=True)),
            "zone": str(self.zone),
            "clocks": list(self._clocks()),
            "targets": list(self._targets()),
            "service_level": self._service_levels(),
            "subjects": {name: self._changed[name] for name in _CHANGES},
            "breaches_by_hour": [
                {"hour": hour} | self._breaches(range(hour, len(WEEKDAYS) * 24, 24)) for hour in range(24)
            ],
            "breaches_by_weekday": [
                {"weekday": name} | self._breaches(range(24 * day, 24 * day + 24)) for day, name in enumerate(WEEKDAYS)
            ],
        }

    def _place(self, quarter: int) -> int:
        local = from_micros(quarter * _QUARTER)
        # In the first and the last year of the calendar a zone may not reach.
        with suppress(OverflowError):
            local = local.astimezone(self.zone)
        return 24 * local.weekday() + local.hour

    def _sweep(self, at: int) -> None:
        for kind, shelf in self._sides[POLICY].shelves.items():
            for subject_id, record in list(shelf.records.items()):
                ended_at = record.state.ended_at
                if ended_at is not None and ended_at + self._hold <= at:
                    self._compare(kind, record, at)
                    del shelf.records[subject_id]

    def _compare(self, kind: str, record: Record, at: int) -> None:
        """Judge a subject by the other policy, too; name it where it is among the worst that only one calls late."""
        key = (kind, record.id)
        records = (
            record,
            self._sides[AGAINST].judge(key, [*self._earlier.pop(key, ()), *record.history.entries()], at),
        )
        found = [side.breached(key) for side in self._sides]
        newly = found[AGAINST].keys() - found[POLICY].keys()
        no_longer = found[POLICY].keys() - found[AGAINST].keys()
        self._changed["newly_breached"] += bool(newly)
        self._changed["no_longer_breached"] += bool(no_longer)
        self._changed["still_breached"] += bool(found[POLICY].keys() & found[AGAINST].keys())
        if not newly and not no_longer:
            return
        stories = [
            {(clock["clock"], clock["cycle"]): clock for clock in _told(side, each, at)}
            for side, each in zip(self._sides, records, strict=True)
        ]
        for clocks, number in ((newly, AGAINST), (no_longer, POLICY)):
            for clock in clocks:
                for target, times in found[number][clock].items():
                    self._sides[number].alone[target].take(_shown(key, clock, times, stories, number))

    def _clocks(self) -> Iterator[dict[str, Any]]:
        for kind in KINDS:
            sums = [
                tuple(map(sum, zip(*(side.outcomes[target.index] for target in side.of(kind)), strict=True)))
                for side in self._sides
            ]
            if any(sums):
                yield {"clock": kind, **_compared([_attained(each) for each in sums])}

    def _targets(self) -> Iterator[dict[str, Any]]:
        for kind in KINDS:
            named = [{target.name: target for target in side.of(kind)} for side in self._sides]
            for name in dict.fromkeys((*named[POLICY], *named[AGAINST])):
                pair = [each.get(name) for each in named]
                both = list(zip(self._sides, pair, strict=True))
                rows = [None if target is None else side.row(target) for side, target in both]
                alone = [_Alone() if target is None else side.alone[target.index] for side, target in both]
                yield {
                    "clock": kind,
                    "target": name,
                    **_compared(rows),
                    "newly_breached": alone[AGAINST].told(),
                    "no_longer_breached": alone[POLICY].told(),
                }

    def _service_levels(self) -> dict[str, dict[str, Any]]:
        return {row.member: _difference([row.of(side.counts) for side in self._sides]) for row in SERVICE_LEVELS}

    def _breaches(self, places: range) -> dict[str, int]:
        return {
            name: sum(hours[place] for hours in side.hours for place in places)
            for name, side in zip(SIDES, self._sides, strict=True)
        }


@dataclass(slots=True)
class _Alone:
    """Subjects that breached a target, and nothing of the same clock under the other policy."""

    subjects: int = 0
    worst: list[Shown] = field(default_factory=list)

    def take(self, shown: Shown) -> None:
        """Count one, and keep it where it is among the worst."""
        self.subjects += 1
        if len(self.worst) < _MOST_SHOWN:
            heappush(self.worst, shown)
        else:
            heappushpop(self.worst, shown)

    def told(self) -> dict[str, Any]:
        """Return their number and the worst of them: the most often, then the latest."""
        return {"subjects": self.subjects, "worst": [row for *_, row in sorted(self.worst, reverse=True)]}


class _Side:
    """One of the two policies, and what the whole log counts under it.

    Attributes:
        telling: whose contributions are coming in.
    """

    def __init__(self, policy: Policy, place: Callable[[int], int]) -> None:
        self.policy = policy
        self.counts: Counter[str] = Counter()
        self.outcomes = [[0, 0] for _ in policy.targets]
        self.hours = [[0] * (24 * len(WEEKDAYS)) for _ in policy.targets]
        self.alone = [_Alone() for _ in policy.targets]
        self.telling: _Key = ("", "")
        self._late: dict[_Key, dict[int, int]] = {}
        self._place = place
        groups, people = Groups(policy), People()
        rules = Rules(policy, groups)
        self.tracing = Fold(rules, groups, people, trace=True)
        fold = Giving(rules, groups, people, self.add)
        windows = Windows(policy.windows, ())
        self.hold = max(policy.reopen, windows.longest.length)
        self.shelves = {kind.KIND: Shelf(kind, fold, windows, self.hold, _EVERYTHING) for kind in (Ticket, Contact)}

    def add(self, at: int, key: int, amount: int) -> None:
        """Count a contribution, whenever it happened; a breach also by its hour and for its subject."""
        slot = key & SLOT_MASK
        if slot < OUTCOMES:
            self.counts[COUNTERS[slot]] += amount
        elif slot < HISTOGRAMS:
            target, breached = divmod(slot - OUTCOMES, 2)
            self.outcomes[target][breached] += amount
            if breached:
                self.hours[target][self._place(at // _QUARTER)] += amount
                times = self._late.setdefault(self.telling, {})
                times[target] = times.get(target, 0) + amount

    def judge(self, key: _Key, entries: Iterable[Entry], at: int) -> Record:
        """Fold the facts of a subject, let the deadlines up to an instant pass, and return the record."""
        kind, subject_id = key
        self.telling = key
        shelf = self.shelves[kind]
        record = begin(shelf, subject_id)
        for fact, event_id in entries:
            if _is_forgotten(record, fact[AT]):
                record = begin(shelf, subject_id)
            record.take_encoded(fact, event_id, BEFORE)
        record.tick(at)
        return record

    def of(self, kind: str) -> list[Target]:
        """Return the targets of a clock."""
        return [target for target in self.policy.targets if target.clock == kind]

    def row(self, target: Target) -> dict[str, Any]:
        """Return what a target promised and what came of it."""
        hours = self.hours[target.index]
        return {
            "within_s": seconds(target.within),
            "schedule": target.schedule.name,
            "objective": target.objective,
            **_attained(self.outcomes[target.index]),
            "breaches_by_hour": [sum(hours[hour::24]) for hour in range(24)],
        }

    def breached(self, key: _Key) -> dict[str, dict[int, int]]:
        """Return by clock how often a subject breached which target, and forget it."""
        found: dict[str, dict[int, int]] = {}
        for target, times in self._late.pop(key, {}).items():
            if times:
                found.setdefault(self.policy.targets[target].clock, {})[target] = times
        return found


def _is_forgotten(record: Record, at: int) -> bool:
    ended_at = record.state.ended_at
    return ended_at is not None and ended_at + record.shelf.hold <= at


def _told(side: _Side, record: Record, at: int) -> list[dict[str, Any]]:
    state = record.retold(side.tracing, at)
    clocks: list[dict[str, Any]] = explain(state, at, record.dropped)["clocks"]  # type: ignore[arg-type]  # a case
    return clocks


def _shown(
    key: _Key, clock: str, times: int, stories: list[dict[tuple[str, int], dict[str, Any]]], number: int
) -> Shown:
    """Return what is said of a subject: its latest clock of a kind under the policy of that number."""
    rows = [row for (kind, _), row in stories[number].items() if kind == clock and row["breached_at"] is not None]
    worst = max(rows, key=lambda row: -(row["remaining_s"] or 0), default=None)
    cycle = None if worst is None else worst["cycle"]
    late = 0 if worst is None else max(0, -(worst["remaining_s"] or 0))
    due = {name: told.get((clock, cycle or 0), {}).get("due_at") for name, told in zip(SIDES, stories, strict=True)}
    kind, subject_id = key
    said = {
        "subject": subject_id,
        "kind": kind,
        "breaches": times,
        "cycle": cycle,
        "late_s": late,
        "due_at": due,
        "satisfied_at": None if worst is None else worst["satisfied_at"],
    }
    return times, late, f"{subject_id} {kind}", said


def _attained(outcomes: Any) -> dict[str, Any]:
    met, breached = outcomes or (0, 0)
    return {"met": met, "breached": breached, "attainment": met / (met + breached) if met + breached else None}


def _compared(rows: list[dict[str, Any] | None]) -> dict[str, Any]:
    attained = [None if row is None else row["attainment"] for row in rows]
    return dict(zip(SIDES, rows, strict=True)) | {"difference": _difference(attained)["difference"]}


def _difference(figures: list[float | None]) -> dict[str, Any]:
    before, after = figures
    change = None if before is None or after is None else after - before
    return dict(zip(SIDES, figures, strict=True)) | {"difference": change}
