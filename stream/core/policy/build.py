"""A valid policy file to the policy that the rest of the program asks."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Final

from stream.core.calendar import (
    ALWAYS,
    Always,
    Holidays,
    OpenHours,
    Region,
    Schedule,
    Week,
    parse_days,
    parse_interval,
    week,
)
from stream.core.policy.file import ALWAYS_NAME, MatchEntry, PolicyFile, RegionEntry, ScheduleEntry
from stream.core.policy.model import (
    GROUP_KEYS,
    Agents,
    Alerts,
    Band,
    Cost,
    Customers,
    Policy,
    Row,
    Team,
)
from stream.core.policy.target import Match, Target

_RESOLUTION_PAUSES: Final = frozenset(("pending", "on_hold"))
_LONGEST_NAME: Final = 80


def build(file: PolicyFile, text: str) -> Policy:
    """Return the policy of a file that has been found valid, and the text that it was read from."""
    schedules = {ALWAYS_NAME: ALWAYS, **{name: _schedule(name, entry) for name, entry in file.schedules.items()}}
    rows = _rows(file, schedules)
    targets = tuple(row.target for row in rows if row.target is not None)
    teams = tuple(Team(name, frozenset(team.queues), team.receiver) for name, team in sorted(file.alerts.teams.items()))
    times = chain.from_iterable((target.within, target.short_abandon or 0) for target in targets)
    return Policy(
        targets=targets,
        rows=rows,
        windows=tuple(sorted(file.windows, key=lambda window: window.length)),
        group_by=tuple(key for key in GROUP_KEYS if key in file.group_by),
        max_groups=file.max_groups,
        queues_named=frozenset().union(*(row.match.queue or () for row in rows), *(team.queues for team in teams)),
        bounds=tuple(sorted({*file.buckets, *times} - {0})),
        reopen=file.reopen_days,
        clock_skew=file.clock_skew,
        ticket_url=file.ticket_url,
        bands=MappingProxyType({key: Band(band.good, band.bad) for key, band in file.bands.items()}),
        cost=Cost(file.cost.agent_hour, file.cost.currency),
        customers=Customers(file.customers.period, file.customers.lifespan),
        agents=Agents(file.agents.export, file.agents.max),
        alerts=Alerts(file.alerts.min_events, frozenset(file.alerts.page_priorities), teams),
        schedules=MappingProxyType(schedules),
        text=text,
        fingerprint=_fingerprint(file),
    )


def _rows(file: PolicyFile, schedules: dict[str, Schedule]) -> tuple[Row, ...]:
    """Return the rows of `targets`, then those of `service_level`, as those of the clock `wait`."""
    rows: list[Row] = []
    taken = {entry.name for entry in file.targets if entry.name}
    index = 0
    for position, entry in enumerate(file.targets):
        target = None
        if entry.within:
            pauses = _RESOLUTION_PAUSES if entry.clock == "resolution" else frozenset[str]()
            target = Target(
                index=index,
                name=entry.name or _name(entry.clock, entry.match, taken),
                clock=entry.clock,
                match=_match(entry.match),
                within=entry.within,
                schedule=schedules[entry.schedule],
                objective=entry.objective,
                warn=entry.warn or None,
                pause_on=pauses if entry.pause_on is None else frozenset(entry.pause_on),
                restart=entry.on_reopen == "restart",
            )
            index += 1
        rows.append(Row(f"targets[{position}]", entry.clock, _match(entry.match), target))
    for position, level in enumerate(file.service_level):
        target = None
        if level.within:
            target = Target(
                index=index,
                name=_name("wait", level.match, taken),
                clock="wait",
                match=_match(level.match),
                within=level.within,
                schedule=ALWAYS,
                objective=level.objective,
                short_abandon=level.short_abandon or None,
                formula=level.formula,
            )
            index += 1
        rows.append(Row(f"service_level[{position}]", "wait", _match(level.match), target))
    return tuple(rows)


def _match(entry: MatchEntry) -> Match:
    return Match(**{key: frozenset(words) for key, words in entry if words is not None})


def _name(clock: str, entry: MatchEntry, taken: set[str]) -> str:
    """Return a name made of clock and match, such as `resolution-billing+tech-email`, that no other target has."""
    base = "-".join((clock, *("+".join(words) for _, words in entry if words is not None)))[:_LONGEST_NAME]
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _schedule(name: str, entry: ScheduleEntry) -> Schedule:
    hours = _week(entry)
    if not any(hours):
        return Always(name)
    dates = frozenset(day for day in entry.holidays if isinstance(day, date))
    regions = (Region(place.country, place.state) for place in entry.holidays if isinstance(place, RegionEntry))
    return OpenHours(name, entry.zone, hours, Holidays(dates, tuple(sorted(set(regions), key=_order))))


def _order(region: Region) -> tuple[str, str]:
    return region.country, region.state or ""


def _week(entry: ScheduleEntry) -> Week:
    return week((parse_days(days), map(parse_interval, shifts)) for days, shifts in entry.hours.items())


def _fingerprint(file: PolicyFile) -> str:
    """Return the digest of what the file means: "4h" and "240m" are the same, "mon" and "monday", too."""
    content = file.model_dump(mode="json")
    for name, entry in file.schedules.items():
        content["schedules"][name]["hours"] = _week(entry)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
