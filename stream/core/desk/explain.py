"""Explanations: the clocks of one subject with the segments that add up to their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream.core.clocks import NEVER
from stream.core.desk.contact import Contact
from stream.core.desk.ticket import Ticket
from stream.core.times import rfc3339, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stream.core.clocks import Clock
    from stream.core.desk.case import Case
    from stream.core.policy import Target


def explain(state: Case, now: int, dropped: int) -> dict[str, Any]:
    """Return the story of a subject that was folded with a trace, as `deskpulse explain` prints it.

    Args:
        state: the subject.
        now: instant as of which its open clocks are told.
        dropped: how many facts were only kept as what they led to.
    """
    gone = getattr(state, "gone", None)
    clocks = sorted([*(state.done or ()), *state.clocks], key=lambda clock: (clock.started, clock.kind, clock.cycle))
    notes = list(state.notes or ())
    if dropped:
        notes.append(f"the first {dropped} events are only kept as what they led to: segments before them are not told")
    if gone is not None:
        notes.append(f"{gone[0]}{f' into {gone[1]}' if gone[1] else ''}: its open clocks are cancelled")
    story: dict[str, Any] = {
        "subject": state.id,
        "kind": state.KIND,
        "status": state.status if isinstance(state, Contact) else gone[0] if gone else getattr(state, "status", None),
        "queue": state.queue,
        "channel": state.channel,
        "priority": state.priority,
        "tier": state.tier,
        "clocks": [tell(clock, now, gone_at=state.ended_at if gone else None) for clock in clocks if clock.measured],
        "first_response_s": _seconds(state.first_response),
        "first_response_open_s": _seconds(state.first_response_open),
    }
    if isinstance(state, Ticket):
        story |= {
            "first_resolution_s": _seconds(state.first_resolution),
            "full_resolution_s": _seconds(state.full_resolution),
        }
        notes += [f"{clock.kind}: not started, no target matches" for clock in clocks if not clock.measured]
    else:
        story |= {"first_resolution_s": None, "full_resolution_s": None}
    story |= {"public_replies": state.replies, "reopens": getattr(state, "reopens", 0), "notes": notes}
    if isinstance(state, Contact):
        story |= {
            "wait_s": _seconds(state.wait_time),
            "answered_at": _time(state.accepted_at),
            "abandoned_at": _time(state.abandoned_at),
            "handle_s": _seconds(None if state.handle is None else state.handle[2]),
        }
    return story


def tell(clock: Clock, now: int, *, gone_at: int | None = None) -> dict[str, Any]:
    """Return one clock as `deskpulse explain` prints it, as of `now`, or of when its subject was merged or deleted."""
    target = clock.target or _last_target(clock)
    end = clock.ended if clock.ended is not None else max(now if gone_at is None else gone_at, clock.started)
    open_clock = clock.ended is None
    state = _state(clock, now, gone=gone_at is not None)
    segments = list(_segments(clock, end))
    elapsed = clock.elapsed_at(end)
    hidden = open_clock and (state == "paused" or clock.target is None)
    return {
        "clock": clock.kind,
        "cycle": clock.cycle,
        "target": None if target is None else target.name,
        "target_s": None if target is None else seconds(target.within),
        "schedule": None if target is None else target.schedule.name,
        "started_at": rfc3339(clock.started),
        "due_at": None if hidden else _time(clock.due_shown),
        "state": state,
        "satisfied_at": _time(clock.ended) if clock.outcome in {"met", "breached"} and not clock.cancelled else None,
        "breached_at": _time(clock.failed),
        "elapsed_s": seconds(elapsed),
        "paused_s": sum(segment["seconds"] for segment in segments if segment["kind"] == "paused"),
        "remaining_s": None if target is None else seconds(target.within - elapsed),
        "segments": segments,
    }


def at_risk(states: Iterable[Case], now: int, queue: str | None, limit: int, url: str | None) -> list[dict[str, Any]]:
    """Return the clocks that are imminent or breaching, soonest due first, at most `limit` of them."""
    found: list[tuple[int, str, Case, Clock, Target]] = []
    for state in states:
        if queue is not None and (state.queue or "none") != queue:
            continue
        found.extend(
            (clock.started if clock.due_shown == NEVER else clock.due_shown, state.id, state, clock, clock.target)
            for clock in state.clocks
            if clock.target is not None and clock.state_at(now) in {"imminent", "breaching"}
        )
    # A ticket and a contact may have the same id.
    found.sort(key=lambda row: (row[0], row[1], row[2].KIND))
    return [
        {
            "subject": state.id,
            "kind": state.KIND,
            "queue": state.queue,
            "channel": state.channel,
            "priority": state.priority,
            "agent": state.agent,
            "clock": clock.kind,
            "target": target.name,
            "due_at": _time(clock.due_shown),
            "state": clock.state_at(now),
            "remaining_s": seconds(target.within - clock.elapsed_at(now)),
            "link": None if url is None else url.replace("{id}", state.id),
        }
        for _, _, state, clock, target in found[:limit]
    ]


def _state(clock: Clock, now: int, *, gone: bool) -> str:
    if clock.outcome is not None:
        return clock.outcome
    if gone or clock.target is None:
        return "breached" if clock.failed is not None else "cancelled"
    return clock.state_at(now)


def _last_target(clock: Clock) -> Target | None:
    targets = [target for _, _, target in clock.marks or () if target is not None]
    return targets[-1] if targets else None


def _segments(clock: Clock, end: int) -> Iterator[dict[str, Any]]:
    """Tile the time from the clock's start to `end`: neighbours of one kind are joined.

    A clock that started among the events that were dropped has no trace, so none of its segments are told.
    """
    marks = clock.marks
    if not marks:
        return
    pieces: list[tuple[int, int, str]] = []
    for (start, kind, target), stop in zip(marks, [at for at, _, _ in marks[1:]] + [end], strict=True):
        if kind == "stopped" or target is None:
            pieces.append((start, stop, "stopped"))
            continue
        reached = start
        for opens, closes in target.schedule.intervals(start, stop):
            pieces += [(reached, opens, "closed"), (opens, closes, kind)]
            reached = closes
        pieces.append((reached, stop, "closed"))
    joined: list[tuple[int, int, str]] = []
    for start, stop, kind in pieces:
        if start == stop:
            continue
        if joined and joined[-1][2] == kind:
            joined[-1] = (joined[-1][0], stop, kind)
        else:
            joined.append((start, stop, kind))
    for start, stop, kind in joined:
        yield {"from": rfc3339(start), "to": rfc3339(stop), "kind": kind, "seconds": seconds(stop - start)}


def _time(at: int | None) -> str | None:
    return None if at is None or at == NEVER else rfc3339(at)


def _seconds(micros: int | None) -> int | float | None:
    return None if micros is None else seconds(micros)
