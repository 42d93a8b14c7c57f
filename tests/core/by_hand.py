"""An explanation, checked as a person would with a pencil, a calendar and the policy: it tiles and adds up.

Nothing of the code that is tested is used here; when a desk is open, the recount's calendar says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.oracle.hours import Hours
from tests.oracle.times import SECOND, length_of, moment_of

KINDS = {"open", "closed", "paused", "stopped"}
RUNNING = {"pending", "imminent", "breaching", "paused"}
ENDED = {"met", "breached", "cancelled"}
FAILED = {"breaching", "breached"}


class Pencil:
    """Checks the stories of one policy.

    Args:
        policy: the file, as JSON.
    """

    def __init__(self, policy: str) -> None:
        said = json.loads(policy)
        self._rows = said.get("targets", [])
        self._hours = {name: Hours(row) for name, row in said["schedules"].items()} | {"24x7": Hours(None)}

    def faults(self, story: dict[str, Any], now: int, *, changed: bool, left: bool) -> Iterator[str]:
        """Iterate over what is wrong with a story that is told as of `now`.

        `changed` is whether its queue or priority may have changed, `left` whether it was merged or deleted for a time:
        then a deadline follows from more than the clock itself shows.
        """
        clocks = story["clocks"]
        names = [(clock["clock"], clock["cycle"]) for clock in clocks]
        running = [clock["clock"] for clock in clocks if clock["state"] in RUNNING]
        if len(set(names)) < len(names) or len(set(running)) < len(running):
            yield f"a clock runs twice: {names}"
        for clock in clocks:
            checks = [_shape(clock), _sums(clock), _end(clock, now), _state(clock, now), self._warned(clock)]
            if not changed:
                checks += [self._calendar(clock), *([] if left else [self._deadline(clock)])]
            name = f"{clock['clock']} {clock['cycle']}"
            yield from (f"{name}: {fault}" for check in checks for fault in check)
        yield from _durations(story)

    def _calendar(self, clock: dict[str, Any]) -> Iterator[str]:
        """What counts or is paused lies in open hours, what is closed does not."""
        hours = self._hours[clock["schedule"]]
        for segment in clock["segments"]:
            start, end = moment_of(segment["from"]), moment_of(segment["to"])
            wanted = {"open": end - start, "paused": end - start, "closed": 0}.get(segment["kind"])
            if wanted is not None and hours.open_time(start, end) != wanted:
                yield f"{segment} is not what {clock['schedule']} is then"

    def _warned(self, clock: dict[str, Any]) -> Iterator[str]:
        """Imminent is at most the warning time left, pending is more."""
        fitting = {
            row.get("warn")
            for row in self._rows
            if row["clock"] == clock["clock"]
            and row.get("schedule", "24x7") == clock["schedule"]
            and row["within"] is not None
            and _length(row["within"]) == _micros(clock["target_s"])
        }
        if clock["state"] not in {"pending", "imminent"} or len(fitting) != 1:
            return
        (said,) = fitting
        warn = 0 if said is None else _length(said)
        if (_micros(clock["remaining_s"]) <= warn) != (clock["state"] == "imminent"):
            yield f"{clock['state']} with {clock['remaining_s']} s left and a warning at {warn / SECOND} s"

    def _deadline(self, clock: dict[str, Any]) -> Iterator[str]:
        """At the deadline exactly the target has counted; a breach is there, and nowhere else."""
        if clock["state"] in FAILED and clock["breached_at"] != clock["due_at"]:
            yield f"breached at {clock['breached_at']}, due at {clock['due_at']}"
        # Without a deadline while it was paused, a clock that ended so has none that could be checked.
        paused_to_the_end = clock["state"] == "met" and clock["paused_s"]
        if clock["due_at"] is None or clock["state"] == "cancelled" or paused_to_the_end:
            return
        due = moment_of(clock["due_at"])
        counted = sum(
            max(0, min(due, moment_of(segment["to"])) - moment_of(segment["from"]))
            for segment in clock["segments"]
            if segment["kind"] == "open"
        )
        told_until = _last(clock)
        if due > told_until:
            counted += self._hours[clock["schedule"]].open_time(told_until, due)
        if counted != _micros(clock["target_s"]):
            yield f"{counted / SECOND} s have counted at the deadline, not {clock['target_s']}"


def _shape(clock: dict[str, Any]) -> Iterator[str]:
    """Segments follow one another from the start, each as long as it says, no two neighbours of one kind."""
    segments = clock["segments"]
    ends = [clock["started_at"], *(segment["to"] for segment in segments)]
    for segment, begins in zip(segments, ends[:-1], strict=True):
        length = moment_of(segment["to"]) - moment_of(segment["from"])
        if segment["from"] != begins or segment["kind"] not in KINDS or length <= 0:
            yield f"{segment} does not follow {begins}"
        if _micros(segment["seconds"]) != length:
            yield f"{segment} is {length / SECOND} s long"
    kinds = [segment["kind"] for segment in segments]
    if any(one == other for one, other in pairwise(kinds)):
        yield f"two neighbours of one kind: {kinds}"


def _sums(clock: dict[str, Any]) -> Iterator[str]:
    """Elapsed is the sum of what was open, paused of what was paused, and the rest is left."""
    for kind, told in (("open", clock["elapsed_s"]), ("paused", clock["paused_s"])):
        parts = sum(_micros(segment["seconds"]) for segment in clock["segments"] if segment["kind"] == kind)
        if parts != _micros(told):
            yield f"{told} s {kind}, but its segments are {parts / SECOND} s"
    if _micros(clock["elapsed_s"]) + _micros(clock["remaining_s"]) != _micros(clock["target_s"]):
        yield f"{clock['elapsed_s']} s and {clock['remaining_s']} s are not the target of {clock['target_s']} s"


def _end(clock: dict[str, Any], now: int) -> Iterator[str]:
    """A clock that runs is told until now, one that was satisfied until then."""
    last = _last(clock)
    if clock["state"] in RUNNING and last != now:
        yield f"it runs, but is told until {last}, not {now}"
    if clock["satisfied_at"] is not None and last != moment_of(clock["satisfied_at"]):
        yield f"satisfied at {clock['satisfied_at']}, but told until {last}"
    if last > now:
        yield f"it is told until {last}, after {now}"


def _state(clock: dict[str, Any], now: int) -> Iterator[str]:
    """The state agrees with breach, deadline, satisfaction and what is left."""
    state, left = clock["state"], _micros(clock["remaining_s"])
    if state not in RUNNING | ENDED:
        yield f"no state: {state}"
    if (clock["breached_at"] is None) == (state in FAILED):
        yield f"{state}, breached at {clock['breached_at']}"
    if (
        clock["breached_at"] is not None
        and not moment_of(clock["started_at"]) <= moment_of(clock["breached_at"]) <= now
    ):
        yield f"breached at {clock['breached_at']}, which is out of its life"
    if (state == "met") != (clock["satisfied_at"] is not None) and state != "breached":
        yield f"{state}, satisfied at {clock['satisfied_at']}"
    if (state in {"pending", "imminent"} and left <= 0) or (state in {"met", "paused"} and left < 0):
        yield f"{state} with {left / SECOND} s left"
    if state in {"pending", "imminent"} and (clock["due_at"] is None or moment_of(clock["due_at"]) <= now):
        yield f"{state}, due at {clock['due_at']}"
    if state == "paused" and clock["due_at"] is not None:
        yield f"paused, but due at {clock['due_at']}"


def _durations(story: dict[str, Any]) -> Iterator[str]:
    """The durations of a story are those of its clocks."""
    first = story["first_response_s"]
    for clock in story["clocks"]:
        # One that had lost its target was answered, but not satisfied.
        if clock["clock"] == "first_response" and first is not None and clock["satisfied_at"] is not None:
            took = moment_of(clock["satisfied_at"]) - moment_of(clock["started_at"])
            if took != _micros(first):
                yield f"first_response took {took / SECOND} s, not {first}"
            # Open time of the target that fits at the end: all of it, pauses too.
            if not 0 <= _micros(story["first_response_open_s"]) <= took:
                yield f"{story['first_response_open_s']} s of {first} s were open"
    if (story["first_resolution_s"] or 0) > (story["full_resolution_s"] or 0):
        yield f"first solved after {story['first_resolution_s']} s, last after {story['full_resolution_s']} s"


def _last(clock: dict[str, Any]) -> int:
    """Return the end of what is told of a clock."""
    return moment_of(clock["segments"][-1]["to"] if clock["segments"] else clock["started_at"])


def _length(said: str | float) -> int:
    return length_of(said) if isinstance(said, str) else _micros(said)


def _micros(seconds: float) -> int:
    return round(seconds * SECOND)
