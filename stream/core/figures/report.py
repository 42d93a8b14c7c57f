"""The report of `deskpulse replay`: figures as the JSON that others read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream.core.figures.kpis import arrivals, evaluate, kpis, outcomes
from stream.core.formulas import Scope
from stream.core.times import rfc3339, seconds
from stream.core.windows.slots import COUNTERS, DURATIONS, STATES, TIMES

if TYPE_CHECKING:
    from stream.core.figures.tally import (
        CustomerTally,
        Duration,
        Figures,
        LiveTally,
        PersonTally,
        Tally,
        WindowTally,
    )
    from stream.core.policy import Policy

_MILLION = 1_000_000
_SCORES = ("ces", "qa")
_HIDDEN = {"answered_without_target", "abandoned_without_target", *(f"{kind}_score" for kind in _SCORES)}
SHOWN = tuple(name for name in COUNTERS[:TIMES] if name not in _HIDDEN)
"""The counters that `replay` shows under `counts`."""

_QUANTILES = (("p50_s", 0.5), ("p90_s", 0.9), ("p99_s", 0.99))


def report(figures: Figures, policy: Policy, at: int, *, read: dict[str, int]) -> dict[str, Any]:
    """Return the figures at an instant, as contracts of `replay --format json` have them.

    Args:
        figures: the sum over all shards.
        policy: whose targets and bounds are shown.
        at: the instant.
        read: what was read: `events`, `rejected`, `duplicates`, `late`.
    """
    return {
        "at": rfc3339(at),
        **read,
        "windows": [_window(window, figures, policy, at) for window in figures.windows],
        "live": [
            {**dict(zip(figures.group_by, labels, strict=True)), **_live(live)}
            for labels, live in sorted(figures.live.items())
            if not live.is_empty
        ],
        "agents": {state: figures.agents[state] for state in STATES},
        "customers": _customers(figures.customers, policy, at),
    }


def _window(window: WindowTally, figures: Figures, policy: Policy, at: int) -> dict[str, Any]:
    oldest_pane = (at - window.length) // window.pane * window.pane
    total = window.total()
    shares: dict[str, int] = {}
    if "channel" in figures.group_by:
        place = figures.group_by.index("channel")
        for labels, tally in window.groups.items():
            shares[labels[place]] = shares.get(labels[place], 0) + arrivals(tally)
    everything = sum(shares.values())
    rows = {labels: tally for labels, tally in sorted(window.groups.items()) if not is_empty(tally)}
    whole = _tally(total, policy, window, everybody=True)
    whole["kpis"] |= evaluate(Scope.PERIOD, figures.customers.parts, policy)
    whole["kpis"]["channel_share"] = {
        channel: count / everything for channel, count in sorted(shares.items()) if everything and count
    }
    return {
        "window": window.name,
        "seconds": seconds(window.length),
        "pane_s": seconds(window.pane),
        "from": rfc3339(oldest_pane),
        "to": rfc3339(at),
        "groups": [
            {**dict(zip(figures.group_by, labels, strict=True)), **_tally(tally, policy, window)}
            for labels, tally in rows.items()
        ],
        "total": whole,
        "by_agent": [
            {"agent": name, **_person(person)} for name, person in sorted(window.people.items()) if not person.is_empty
        ],
    }


def is_empty(tally: Tally) -> bool:
    """Say whether a group counts nothing at all."""
    return not (
        any(count for name, count in tally.counts.items() if not name.startswith("all_"))
        or any(map(any, tally.outcomes.values()))
        or any(duration.count for duration in tally.durations.values())
    )


def _tally(tally: Tally, policy: Policy, window: WindowTally, *, everybody: bool = False) -> dict[str, Any]:
    counts = tally.counts
    once = "all_" if everybody else ""
    return {
        "counts": {name: counts[name] for name in SHOWN},
        "sla": {kind: {"met": met, "breached": missed} for kind, (met, missed) in outcomes(tally, policy).items()},
        "durations": {name: _duration(tally.durations.get(name), policy) for name in DURATIONS},
        "scores": {f"{kind}_sum": counts[f"{kind}_score"] / _MILLION for kind in _SCORES},
        "agents": {f"{state}_s": seconds(counts[f"{once}{state}_time"]) for state in STATES},
        "volume": {
            "full_hours": window.full_hours,
            "arrived": counts["arrived_full_hours"],
            "week_before": counts["arrived_week_before"],
        }
        if window.full_hours
        else None,
        "kpis": kpis(tally, policy, everybody=everybody),
    }


def _person(person: PersonTally) -> dict[str, Any]:
    handled, answers = person.handled, person.csat_answers
    return {
        "solved": person.solved,
        "handled": handled,
        "handle_s": seconds(person.handle_time),
        "average_handle_time_s": person.handle_time / (_MILLION * handled) if handled else None,
        "csat_answers": answers,
        "csat": person.csat_satisfied / answers if answers else None,
    }


def _customers(customers: CustomerTally, policy: Policy, at: int) -> dict[str, Any]:
    counts = customers.parts
    return {
        "period_s": seconds(policy.customers.period),
        "from": _time(customers.start),
        "to": rfc3339(at),
        **{name: counts[name] for name in ("active", "at_start", "new", "lost")},
        "revenue": counts["revenue"] / _MILLION,
        **evaluate(Scope.PERIOD, counts, policy),
        "currency": policy.cost.currency,
    }


def _duration(duration: Duration | None, policy: Policy) -> dict[str, Any]:
    if duration is None:
        figures: dict[str, Any] = {"count": 0, "sum_s": 0, "max_s": None} | {name: None for name, _ in _QUANTILES}
        return figures | {"within": {str(seconds(bound)): 0 for bound in policy.bounds}}
    return {
        "count": duration.count,
        "sum_s": seconds(duration.total),
        "max_s": _seconds(duration.maximum),
        **{name: _seconds(duration.quantile(share)) for name, share in _QUANTILES},
        "within": {str(seconds(bound)): duration.at_most(bound) for bound in policy.bounds},
    }


def _live(live: LiveTally) -> dict[str, Any]:
    return {
        "tickets": dict(live.statuses),
        "unassigned": live.unassigned,
        "unanswered": live.unanswered,
        "oldest_unanswered_since": _time(live.oldest_unanswered_since),
        "waiting": live.waiting,
        "oldest_waiting_since": _time(live.oldest_waiting_since),
        "agents": dict(live.agents),
        "clocks": {kind: dict(states) for kind, states in sorted(live.clocks.items())},
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _seconds(micros: int | None) -> int | float | None:
    return None if micros is None else seconds(micros)
