"""The JSON that `replay` writes, made of what a desk lived through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tests.oracle.agent import STATES, Shift, number_by_state, time_by_state
from tests.oracle.entry import Entry, Shown
from tests.oracle.kpis import CLOCKS, MILLION, kpis, ratio
from tests.oracle.policy import Group, Rules
from tests.oracle.recount import Desk
from tests.oracle.times import SECOND, in_seconds, text_of
from tests.oracle.window import Window

COUNTS = [
    *("created", "solved", "reopened", "escalated", "transferred", "messages"),
    *("offered", "answered", "answered_in_target", "abandoned", "abandoned_in_target", "short_abandons"),
    *("callbacks", "flow_outs", "begun", "first_solved", "handled", "first_contact_resolved"),
    *("bot_ended", "bot_resolved", "bot_handed_over", "csat_answers", "csat_satisfied"),
    *("nps_answers", "nps_promoters", "nps_detractors", "enps_answers", "enps_promoters", "enps_detractors"),
    *("ces_answers", "qa_answers"),
]
DURATIONS = [
    *("first_response", "first_response_open", "next_response", "first_resolution", "full_resolution"),
    *("wait", "abandon_wait", "handle"),
]
QUANTILES = {"p50_s": 50, "p90_s": 90, "p99_s": 99, "max_s": 100}
STATUSES = ["new", "open", "pending", "on_hold"]
CLOCK_STATES = ["pending", "imminent", "breaching", "paused"]


def report(desk: Desk, read: dict[str, int]) -> dict[str, Any]:
    """Return what `replay` writes."""
    return {
        "at": text_of(desk.now),
        **read,
        "windows": [_window(desk, name, Window(length, desk.now)) for length, name in desk.rules.windows],
        "live": _live(desk),
        "agents": number_by_state(desk.shifts),
        "customers": desk.customers,
    }


def _window(desk: Desk, name: str, window: Window) -> dict[str, Any]:
    rules = desk.rules
    groups = {entry.group for entry in desk.entries} | {group for shift in desk.shifts for group in shift.groups}
    rows = []
    arrivals: Counter[str] = Counter()  # by channel
    for group in sorted(groups):
        entries = [entry for entry in desk.entries if entry.group == group]
        row = _figures(rules, window, entries, [shift for shift in desk.shifts if group in shift.groups])
        labels = dict(zip(rules.group_by, group, strict=True))
        if _counts_anything(row) or any(entry.at in window for entry in entries):
            rows.append(labels | row)
        arrivals[labels.get("channel", "")] += row["counts"]["created"] + row["counts"]["offered"]
    total = _figures(rules, window, desk.entries, desk.shifts)
    everything = sum(arrivals.values())
    shares = {channel: ratio(n, everything) for channel, n in sorted(arrivals.items()) if n}
    total["kpis"] |= {"channel_share": shares if "channel" in rules.group_by else {}}
    of_customers = ("retention", "churn", "arpu", "lifespan", "clv")
    total["kpis"] |= {name: desk.customers[name] for name in of_customers}
    total["kpis"] |= {name: value for name, value in desk.customers.items() if name.endswith("_revenue")}
    return {
        "window": name,
        "seconds": in_seconds(window.length),
        "pane_s": in_seconds(window.pane),
        "from": text_of(window.start),
        "to": text_of(window.now),
        "groups": rows,
        "total": total,
        "by_agent": _by_agent([entry for entry in desk.entries if entry.at in window]),
    }


def _figures(rules: Rules, window: Window, entries: Sequence[Entry], worked: Iterable[Shift]) -> dict[str, Any]:
    """Return the figures of a window over some entries and shifts: those of a group, or all."""
    n = Counter(entry.what for entry in entries if entry.at in window)
    sizes: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        if entry.size is not None and entry.at in window:
            sizes[entry.what].append(entry.size)
    sums = defaultdict(int, {what: sum(found) for what, found in sizes.items()})
    agents = time_by_state(worked, window.start, window.now)
    volume = None
    if window.full_hours is not None:
        arrivals = [entry.at for entry in entries if entry.what in {"created", "offered"}]
        volume = {
            "full_hours": window.full_hours,
            "arrived": sum(map(window.arrived, arrivals)),
            "week_before": sum(map(window.arrived_week_before, arrivals)),
        }
    return {
        "counts": {what: n[what] for what in COUNTS},
        "sla": {kind: {"met": n[f"met {kind}"], "breached": n[f"breached {kind}"]} for kind in CLOCKS},
        "durations": {what: _duration(sorted(sizes[what]), rules) for what in DURATIONS},
        "scores": {
            "ces_sum": n["ces_answers"] + 6 * sums["ces_share"] / MILLION,
            "qa_sum": sums["qa_share"] / MILLION,
        },
        "agents": {f"{state}_s": in_seconds(agents[state]) for state in STATES},
        "volume": volume,
        "kpis": kpis(n, sums, agents, volume, rules),
    }


def _counts_anything(row: dict[str, Any]) -> bool:
    volume = row["volume"] or {"arrived": 0, "week_before": 0}
    return any(row["agents"].values()) or volume["arrived"] > 0 or volume["week_before"] > 0


def _duration(sizes: list[int], rules: Rules) -> dict[str, Any]:
    """Return a duration's figures; the value of a share of n is the one at rank ceil(share * n)."""
    n = len(sizes)
    return {
        "count": n,
        "sum_s": in_seconds(sum(sizes)),
        **{name: sizes[-(-share * n // 100) - 1] / SECOND if n else None for name, share in QUANTILES.items()},
        "within": {str(in_seconds(bound)): sum(size <= bound for size in sizes) for bound in rules.bounds},
    }


def _by_agent(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    rows = []
    for agent in sorted({entry.agent for entry in entries if entry.agent is not None}):
        own = [entry for entry in entries if entry.agent == agent]
        n = Counter(entry.what for entry in own)
        handle = sum(entry.size or 0 for entry in own if entry.what == "handle")
        if n["solved"] or n["handle"] or n["csat_answers"]:
            rows.append(
                {
                    "agent": agent,
                    "solved": n["solved"],
                    "handled": n["handle"],
                    "handle_s": in_seconds(handle),
                    "average_handle_time_s": ratio(handle / SECOND, n["handle"]),
                    "csat_answers": n["csat_answers"],
                    "csat": ratio(n["csat_satisfied"], n["csat_answers"]),
                }
            )
    return rows


def _live(desk: Desk) -> list[dict[str, Any]]:
    by_group: dict[Group, list[Shown]] = defaultdict(list)
    for story in desk.stories.values():
        by_group[desk.rules.group(story.labels)].append(story.shown())
    for group in (group for shift in desk.shifts for group in shift.groups):
        by_group[group] += []
    rows = []
    for group, shown in sorted(by_group.items()):
        agents = number_by_state(shift for shift in desk.shifts if group in shift.groups)
        if any(one != Shown() for one in shown) or any(agents.values()):
            rows.append(dict(zip(desk.rules.group_by, group, strict=True)) | _shown(shown, agents))
    return rows


def _shown(shown: list[Shown], agents: dict[str, int]) -> dict[str, Any]:
    unanswered = [one.unanswered_since for one in shown if one.unanswered_since is not None]
    waiting = [one.waiting_since for one in shown if one.waiting_since is not None]
    clocks = Counter(clock for one in shown for clock in one.clocks)
    return {
        "tickets": {status: sum(one.status == status for one in shown) for status in STATUSES},
        "unassigned": sum(one.unassigned for one in shown),
        "unanswered": len(unanswered),
        "oldest_unanswered_since": text_of(min(unanswered)) if unanswered else None,
        "waiting": len(waiting),
        "oldest_waiting_since": text_of(min(waiting)) if waiting else None,
        "agents": agents,
        "clocks": {
            kind: {state: clocks[kind, state] for state in CLOCK_STATES}
            for kind in sorted({kind for kind, _ in clocks})
        },
    }
