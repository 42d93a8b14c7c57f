"""The state of a subject as plain values, and back: what a history that was cut is kept with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from stream.core.clocks import Clock

if TYPE_CHECKING:
    from stream.core.desk.fold import Fold
    from stream.core.desk.subject import Subject

_CLOCK: Final = (
    *("since", "elapsed", "paused", "measured", "due", "imminent", "warned", "due_shown", "failed", "ended"),
    *("cancelled", "outcome"),
)
_SUBJECT: Final = ("begun", "soonest", "ended_at")
_CASE: Final = (
    *_SUBJECT,
    *("group", "queue", "channel", "priority", "tier", "tenant", "agent", "next_cycles", "asked", "answered"),
    *("replies", "first_response", "first_response_open"),
)
_PLAIN: Final = {
    "ticket": (
        *_CASE,
        *("statuses", "status", "solved", "seen_unsolved", "gone", "unheard", "resolution_cycles"),
        *("ownership_cycles", "reopens", "first_resolution", "full_resolution", "first_contact"),
    ),
    "contact": (
        *_CASE,
        *("talking", "talked", "legs", "bot", "over", "quit", "concluded", "called_back", "handled", "handle"),
        *("resolved", "accepted_at", "abandoned_at", "wait_time"),
    ),
    "survey": _SUBJECT,
    "agent": (*_SUBJECT, "ahead", "counted"),
    "customer": (*_SUBJECT, "ahead", "active", "plan"),
}
"""By kind: the attributes of a subject that are plain values."""
_CLOCKS: Final = {"ticket": ("first", "next", "resolution", "ownership"), "contact": ("first", "next", "wait")}
"""By kind: the attributes that are clocks, open or ended."""

Packed = dict[str, Any]


def pack(state: Subject) -> Packed:
    """Return a subject as values that MessagePack has."""
    packed: Packed = {name: _plain(getattr(state, name)) for name in _PLAIN[state.KIND]}
    names = _CLOCKS.get(state.KIND, ())
    if names:
        clocks = _each_once(state, names)
        places = {id(clock): place for place, clock in enumerate(clocks)}
        packed["clocks"] = [_pack_clock(clock) for clock in clocks]
        packed["open"] = [places[id(clock)] for clock in state.clocks]  # type: ignore[attr-defined]  # a case
        packed |= {name: places.get(id(getattr(state, name))) for name in names}
    return packed


def unpack(state: Subject, packed: Packed, fold: Fold) -> Subject:
    """Fill an empty subject with what was packed; its targets are those of the fold's rules."""
    for name in _PLAIN[state.KIND]:
        setattr(state, name, _UNPACK.get(name, _tuples)(packed[name]))
    names = _CLOCKS.get(state.KIND, ())
    if names:
        clocks = [_unpack_clock(each, fold) for each in packed["clocks"]]
        state.clocks = tuple([clocks[place] for place in packed["open"]])  # type: ignore[attr-defined]  # a case
        for name in names:
            setattr(state, name, None if packed[name] is None else clocks[packed[name]])
        state.terms = fold.rules.terms(  # type: ignore[attr-defined]
            *(packed[label] for label in ("queue", "channel", "priority", "tier", "tenant"))
        )
    return state


def _each_once(state: Any, names: tuple[str, ...]) -> list[Clock]:
    found = {id(clock): clock for clock in state.clocks}
    for name in names:
        clock = getattr(state, name)
        if clock is not None:
            found[id(clock)] = clock
    return list(found.values())


def _pack_clock(clock: Clock) -> list[Any]:
    target = None if clock.target is None else clock.target.name
    return [clock.kind, clock.cycle, target, clock.started, *(getattr(clock, name) for name in _CLOCK)]


def _unpack_clock(packed: list[Any], fold: Fold) -> Clock:
    kind, cycle, target, started, *rest = packed
    clock = Clock(kind, cycle, None, started, False, False)  # noqa: FBT003  a keyword costs time
    clock.target = None if target is None else fold.rules.named(kind, target)
    for name, value in zip(_CLOCK, rest, strict=True):
        setattr(clock, name, value)
    return clock


def _plain(value: Any) -> Any:
    return value.copy() if isinstance(value, list) else value


def _rows(value: list[Any]) -> list[Any]:
    return [_tuples(row) for row in value]


def _tuples(value: Any) -> Any:
    return tuple([_tuples(each) for each in value]) if isinstance(value, list | tuple) else value


_UNPACK: Final[dict[str, Callable[[Any], Any]]] = {"ahead": _rows, "statuses": list}
"""What is no plain value and no tuple of these."""
