"""The report of `deskpulse replay`: figures as the JSON that others read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream.core.figures.kpis import arrivals, kpis, outcomes
from stream.core.times import rfc3339, seconds
from stream.core.windows.slots import DURATIONS, PUBLIC_COUNTERS

if TYPE_CHECKING:
    from stream.core.figures.tally import Duration, Figures, LiveTally, Tally, WindowTally
    from stream.core.policy import Policy

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
    whole = _tally(total, policy)
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
            {**dict(zip(figures.group_by, labels, strict=True)), **_tally(tally, policy)}
            for labels, tally in rows.items()
        ],
        "total": whole,
    }


def is_empty(tally: Tally) -> bool:
    """Say whether a group counts nothing at all."""
    return not (
        any(tally.counts.values())
        or any(map(any, tally.outcomes.values()))
        or any(duration.count for duration in tally.durations.values())
    )


def _tally(tally: Tally, policy: Policy) -> dict[str, Any]:
    return {
        "counts": {name: tally.counts[name] for name in PUBLIC_COUNTERS},
        "sla": {kind: {"met": met, "breached": missed} for kind, (met, missed) in outcomes(tally, policy).items()},
        "durations": {name: _duration(tally.durations.get(name), policy) for name in DURATIONS},
        "kpis": kpis(tally, policy),
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
        "clocks": {kind: dict(states) for kind, states in sorted(live.clocks.items())},
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _seconds(micros: int | None) -> int | float | None:
    return None if micros is None else seconds(micros)
