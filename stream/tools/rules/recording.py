"""Recording rules: ratios and quantiles over all workers, targets and bands of the policy, and how well all is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stream.core.formulas import FORMULAS, Formula, Scope, Unit
from stream.core.policy import Policy
from stream.edge.exposition import names
from stream.edge.exposition.promql import expression, labels_of
from stream.tools.rules.expression import SIGHT
from stream.tools.rules.rule import SOON, Group, Recording
from stream.tools.rules.spans import matching, spans_of

EVERY_WINDOW: Final = frozenset(
    {
        "service_level",
        "sla_attainment",
        "average_speed_of_answer_s",
        "average_handle_time_s",
        "abandonment_rate",
        "volume_against_last_week",
        "occupancy",
        "csat",
    }
)
"""Figures of a queue that a team steers by during the day; all others are recorded over the longest window only."""
QUANTILES: Final = {"p50": 0.5, "p90": 0.9}
BY_QUEUE: Final = "p90"
"""The one quantile that is recorded by queue, too."""
BLIND_S: Final = 300
"""Data older than this are no picture of the desk."""
_OPERATIONS: Final = {Unit.RATIO: "ratio", Unit.SECONDS: "seconds", Unit.SCORE: "score", Unit.CURRENCY: "currency"}
_MEMBERS: Final = {"service_level": "formula", "sla_attainment": "clock"}


def recordings(policy: Policy) -> tuple[Group, ...]:
    """Return the groups of recording rules of a policy."""
    return (
        Group("deskpulse-sight", tuple(_sight()), SOON),
        Group("deskpulse-policy", tuple(_promises())),
        Group("deskpulse-now", tuple(_now())),
        Group("deskpulse-figures", tuple(_figures(policy))),
        Group("deskpulse-targets", tuple(_targets())),
        Group("deskpulse-quantiles", tuple(_quantiles(policy))),
    )


def recorded(row: Formula, level: str) -> str:
    """Return the name under which a figure is recorded: `queue_window:deskpulse_csat:ratio`."""
    return f"{level}:deskpulse_{row.key.removesuffix('_s')}:{_OPERATIONS[row.unit]}"


def _sight() -> Iterator[Recording]:
    ready, age = "desk:deskpulse_partitions_ready:ratio", "desk:deskpulse_data_age:seconds"
    yield Recording(ready, f"sum({names.READY.family}) / (max({names.EXPECTED.family}) > 0)")
    yield Recording(age, f"max({names.CLOCK_TIME.family}) - min({names.DATA_TIME.family})")
    yield Recording(SIGHT, f"({ready} >= bool 1) * ({age} <= bool {BLIND_S})")
    yield Recording("desk:deskpulse_lag_records:sum", f"sum({names.LAG.family})")
    yield Recording(
        "topic_source:deskpulse_silence:seconds",
        f"scalar(max({names.CLOCK_TIME.family})) - max by (topic, source) ({names.LAST_EVENT.family})",
    )


def _promises() -> Iterator[Recording]:
    yield Recording("target:deskpulse_objective:ratio", f"max by (clock, target) ({names.OBJECTIVE.family})")
    yield Recording("target:deskpulse_within:seconds", f"max by (clock, target) ({names.TARGET.family})")
    yield Recording(
        "formula:deskpulse_service_level_objective:ratio",
        f'min by (formula) (max by (clock, target) ({names.OBJECTIVE.family}{{clock="wait"}}) * on (clock, target)'
        f" group_left (formula) max by (clock, target, formula) ({names.TARGET_INFO.series[0]}))",
    )
    for edge in ("good", "bad"):
        yield Recording(f"kpi:deskpulse_band_{edge}:value", f'max by (kpi) ({names.BAND.family}{{edge="{edge}"}})')


def _now() -> Iterator[Recording]:
    at = f"scalar(max({names.DATA_TIME.family}))"
    for level, by in (("desk", ""), ("queue", " by (queue)")):
        yield Recording(f"{level}:deskpulse_waiting_contacts:sum", f"sum{by} ({names.WAITING.family})")
        yield Recording(f"{level}:deskpulse_unanswered_tickets:sum", f"sum{by} ({names.UNANSWERED.family})")
        yield Recording(f"{level}:deskpulse_open_tickets:sum", f"sum{by} ({names.TICKETS.family})")
        yield Recording(f"{level}:deskpulse_longest_wait:seconds", f"{at} - min{by} ({names.OLDEST_WAITING.family})")
        yield Recording(
            f"{level}:deskpulse_oldest_unanswered:seconds", f"{at} - min{by} ({names.OLDEST_UNANSWERED.family})"
        )
    yield Recording("queue_state:deskpulse_clocks:sum", f"sum by (queue, state) ({names.CLOCKS.family})")


def _figures(policy: Policy) -> Iterator[Recording]:
    longest = spans_of(policy).long
    used = {target.formula for target in policy.targets}
    for row in FORMULAS:
        if row.scope is not Scope.WINDOW or (row.key == "service_level" and row.member not in used):
            continue
        labels = {_MEMBERS[row.key]: row.member} if row.member else {}
        yield Recording(recorded(row, "window"), expression(row, "", "window"), labels)
        if "queue" not in labels_of(row) or "queue" not in policy.group_by:
            continue
        if row.key in EVERY_WINDOW:
            yield Recording(recorded(row, "queue_window"), expression(row, "", "queue, window"), labels)
        else:
            text = expression(row, longest.name, "queue")
            yield Recording(recorded(row, "queue_window"), text, {**labels, "window": longest.name})


def _targets() -> Iterator[Recording]:
    outcomes = names.OUTCOMES.family
    for level, by in (
        ("target_window", "clock, target, window"),
        ("queue_target_window", "queue, clock, target, window"),
    ):
        yield Recording(
            f"{level}:deskpulse_sla_breached:ratio",
            f'sum by ({by}) ({outcomes}{{outcome="breached"}}) / (sum by ({by}) ({outcomes}) > 0)',
        )


def _quantiles(policy: Policy) -> Iterator[Recording]:
    window = spans_of(policy).middle
    for duration in names.WITH_BOUNDS:
        bucket, count, _ = names.DURATIONS[duration].series
        for name, quantile in QUANTILES.items():
            for level, by in (("window", ""), ("queue_window", "queue")):
                if by and (by not in policy.group_by or name != BY_QUEUE):
                    continue
                buckets = f"sum by ({f'{by}, ' if by else ''}le) ({bucket}{{{matching(window)}}})"
                counted = f"sum{f' by ({by})' if by else ''} ({count}{{{matching(window)}}}) > 0"
                yield Recording(
                    f"{level}:deskpulse_{duration}:{name}",
                    f"histogram_quantile({quantile:g}, {buckets}) and ({counted})",
                    {"window": window.name},
                )
