"""What Deskpulse shows of a small desk, in the words of the recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from stream.core.figures import LiveTally, Tally, take_figures
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.core.times import MINUTE, SECOND, parse_rfc3339
from tests.oracle.desk import MONDAY, Rules
from tests.oracle.recount import Counted, Group


def figures_of(shards: Sequence[Shard], policy: Policy, rules: Rules) -> dict[str, Any]:
    """Return everything that the shards show together."""
    figures = take_figures(shards)
    names = _promise_names(policy, rules)
    windows = {}
    for window in figures.windows:
        rows = {group: _tally(tally, names, policy) for group, tally in window.groups.items()}
        windows[window.length // MINUTE] = {group: row for group, row in rows.items() if row}
    live = {group: _live(tally) for group, tally in figures.live.items()}
    return {"windows": windows, "live": {group: row for group, row in live.items() if row}}


def figures_expected(counted: Counted, policy: Policy) -> dict[str, Any]:
    """Return what the shards should show."""
    windows: dict[int, dict[Group, dict[str, Any]]] = {}
    for length, counts in counted.counts.items():
        rows: dict[Group, dict[str, Any]] = {group: dict(count) for group, count in counts.items()}
        for group, durations in counted.durations[length].items():
            for what, minutes in durations.items():
                within = {bound: sum(MINUTE * one <= bound for one in minutes) for bound in policy.bounds}
                rows.setdefault(group, {})[what] = (len(minutes), sum(minutes), within)
        windows[length] = rows
    live: dict[Group, dict[str, int]] = {group: dict(row) for group, row in counted.live.items()}
    for group, since in counted.since.items():
        live.setdefault(group, {}).update(since)
    return {"windows": windows, "live": live}


def quantiles_off(shards: Sequence[Shard], counted: Counted) -> list[str]:
    """Return the quantiles that are more than 5 % off the value at rank ceil(share * count)."""
    off = []
    for window in take_figures(shards).windows:
        for group, durations in counted.durations[window.length // MINUTE].items():
            for what, minutes in durations.items():
                for percent in (50, 90, 99, 100):
                    exact = minutes[-(-percent * len(minutes) // 100) - 1] * MINUTE
                    found = window.groups[group].durations[what].quantile(percent / 100)
                    if found is None or abs(found - exact) > 0.05 * exact:
                        off.append(f"{group} {what} p{percent}: {found}, not {exact}")
    return off


def stories_of(shards: Sequence[Shard], counted: Counted) -> dict[tuple[str, str], Any]:
    """Return the clocks of every story that the shards tell; each clock's segments must tile its life."""
    found = {}
    for story in (story for shard in shards for story in shard.explain_all()):
        clocks = []
        for clock in story["clocks"]:
            _assert_tiled(clock, counted)
            clocks.append((clock["clock"], _minute_of(clock["started_at"]), clock["state"], clock["elapsed_s"] / 60))
        found[story["kind"], story["subject"]] = sorted(clocks)
    return found


def _assert_tiled(clock: dict[str, Any], counted: Counted) -> None:
    segments = clock["segments"]
    ends = [clock["started_at"], *(segment["to"] for segment in segments)]
    assert ends[:-1] == [segment["from"] for segment in segments], clock
    assert clock["satisfied_at"] in {None, ends[-1]}, clock
    for kind, seconds in (("open", clock["elapsed_s"]), ("paused", clock["paused_s"])):
        assert seconds == sum(segment["seconds"] for segment in segments if segment["kind"] == kind), clock
    assert clock["remaining_s"] == clock["target_s"] - clock["elapsed_s"], clock
    if clock["state"] in {"pending", "imminent", "breaching", "paused"}:
        assert counted.now in {_minute_of(ends[-1]), *([] if segments else [_minute_of(clock["started_at"])])}, clock


def _promise_names(policy: Policy, rules: Rules) -> dict[int, str]:
    """Return the oracle's name of each target: those of waits have none of their own in a policy file."""
    waits = iter([promise.name for promise in rules.promises if promise.clock == "wait" and promise.within])
    return {target.index: next(waits) if target.clock == "wait" else target.name for target in policy.targets}


def _tally(tally: Tally, names: dict[int, str], policy: Policy) -> dict[str, Any]:
    row: dict[str, Any] = {name: count for name, count in tally.counts.items() if count}
    for index, (met, breached) in tally.outcomes.items():
        row |= {f"met {names[index]}": met} if met else {}
        row |= {f"breached {names[index]}": breached} if breached else {}
    for name, duration in tally.durations.items():
        if duration.count or duration.total:
            within = {bound: duration.at_most(bound) for bound in policy.bounds}
            row[name] = (duration.count, duration.total / MINUTE, within)
    return row


def _live(tally: LiveTally) -> dict[str, int]:
    row = Counter(tally.statuses)
    row.update({"unassigned": tally.unassigned, "unanswered": tally.unanswered, "waiting": tally.waiting})
    row.update({f"{kind} {state}": n for kind, states in tally.clocks.items() for state, n in states.items()})
    found = {name: count for name, count in row.items() if count}
    since = {"unanswered since": tally.oldest_unanswered_since, "waiting since": tally.oldest_waiting_since}
    return found | {name: _minute(at) for name, at in since.items() if at is not None}


def _minute_of(text: str) -> int:
    return (parse_rfc3339(text) // SECOND - int(MONDAY.timestamp())) // 60


def _minute(at: int) -> int:
    return (at - int(MONDAY.timestamp()) * SECOND) // MINUTE
