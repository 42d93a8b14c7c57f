"""The monitor itself: whether the figures can be trusted, and why not."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import Panel

from stream.core.policy import Band, Policy
from stream.tools.dashboards import palette
from stream.tools.dashboards.figures import AGE, COMPLETE, SIGHT
from stream.tools.dashboards.page import Page
from stream.tools.dashboards.panels import COUNT, SECONDS, Look, Query, lines_panel, looking, stat_panel, table_panel

_NONE_IS_GOOD: Final = Band(good=0.5, bad=1)
_PARTITION_AGE: Final = (
    "max by (instance, partition) (deskpulse_clock_timestamp_seconds"
    " - on (instance) group_right () deskpulse_data_timestamp_seconds)"
)


def monitor(policy: Policy) -> Page:  # noqa: ARG001  the signature of every dashboard
    """Return the dashboard of the monitor."""
    page = Page(
        "monitor",
        "Deskpulse: Monitor",
        "Whether the figures can be trusted: what comes in, how old it is, what was refused.",
        start="now-1h",
    )
    page.with_choices()
    page.row(0, *((4, panel) for panel in _now()), h=4)
    page.row(4, (8, _age()), (8, _lag()), (8, _throughput()))
    page.row(12, (8, _rejected()), (8, _odd()), (8, _sources()))
    page.row(20, (8, _memory()), (8, _busy()), (8, _held()))
    return page


def _now() -> list[Panel]:
    states = palette.said(((1, "● live", palette.GOOD), (0, "■ BLIND", palette.UNSEEN)))
    plain = looking(COUNT, colour=palette.PLAIN, decimals=0, nothing="■ no data")
    whole = Band(good=1, bad=1)
    said = (
        (
            "Sight",
            f"0 (blind) while partitions are missing or data is old.\n\nFormula: {SIGHT}.",
            f"max({SIGHT}) or vector(0)",
            Look("none", mappings=states),
        ),
        (
            "Data age",
            "How old the figures are.\n\nFormula: clock of the worker - time of its slowest partition.",
            f"round(clamp_min(max({AGE}), 0))",
            looking(plain, unit="s"),
        ),
        (
            "Partitions ready",
            "Below 100 % every sum is too small.\n\nFormula: partitions ready / expected.",
            f"max({COMPLETE})",
            Look("percentunit", band=whole, decimals=0, nothing="■ no data"),
        ),
        (
            "Not read yet",
            "Records that wait in Kafka.\n\nFormula: sum of the lag of all partitions.",
            "max(desk:deskpulse_lag_records:sum)",
            plain,
        ),
        (
            "Workers",
            "Workers that answer.\n\nFormula: number of workers whose state is running.",
            'sum(deskpulse_worker_state{state="running"})',
            Look("none", band=whole, decimals=0, nothing="■ none"),
        ),
        (
            "Groups folded",
            "Names that are summed up as `other`, since there are too many.\n\nFormula: largest number of any worker.",
            "max(deskpulse_groups_folded)",
            looking(COUNT, band=_NONE_IS_GOOD, decimals=0),
        ),
    )
    return [stat_panel(title, text, look, [Query(expr)], spark=False) for title, text, expr, look in said]


def _age() -> Panel:
    return lines_panel(
        "Age of the data, by partition",
        "A partition that stands still makes the desk blind.\n\nFormula: clock of the worker - time of the partition.",
        SECONDS,
        [Query(_PARTITION_AGE, "{{instance}} {{partition}}")],
    )


def _lag() -> Panel:
    return lines_panel(
        "Not read yet, by topic",
        "Records in the broker that are not applied yet.\n\nFormula: newest offset - applied offset.",
        COUNT,
        [Query("sum by (topic) (deskpulse_lag_records)", "{{topic}}")],
    )


def _throughput() -> Panel:
    return lines_panel(
        "Events read per second",
        "What comes in, by topic.\n\nFormula: messages read per second.",
        COUNT,
        [Query("sum by (topic) (rate(deskpulse_events_total[$__rate_interval]))", "{{topic}}")],
    )


def _rejected() -> Panel:
    return lines_panel(
        "Rejected per second",
        "Messages that were no events and went to the dead letters.\n\nFormula: messages per second by reason.",
        looking(COUNT, nothing="none was ever rejected"),
        [
            Query(
                "sum by (reason) (rate(deskpulse_rejected_events_total[$__rate_interval]))",
                "{{reason}}",
            )
        ],
    )


def _odd() -> Panel:
    rate = "sum(rate(deskpulse_{}_total[$__rate_interval]))"
    kinds = {
        "duplicate": "duplicate_events",
        "late": "late_events",
        "too late": "too_late_events",
        "missed": "missed_records",
    }
    return lines_panel(
        "Repeated, late and missed per second",
        "Events that came twice, late, too late to change anything, or that the topic's retention deleted before they"
        " were read.\n\nFormula: events per second.",
        COUNT,
        [Query(rate.format(series), kind) for kind, series in kinds.items()],
    )


def _sources() -> Panel:
    silence = looking(SECONDS, decimals=0)
    return table_panel(
        "Sources, the most silent first",
        "A connector that died looks like a quiet day.\n\nFormula: clock of the worker - time of the newest event.",
        {"Silent for": ("max by (topic, source) (topic_source:deskpulse_silence:seconds)", silence)},
        ("topic", "source"),
    )


def _memory() -> Panel:
    return lines_panel(
        "Memory",
        "What the worker holds in memory.\n\nFormula: resident bytes of the process.",
        Look("bytes", floor=0),
        [Query('max by (instance) (process_resident_memory_bytes{job="deskpulse"})', "{{instance}}")],
    )


def _busy() -> Panel:
    return lines_panel(
        "Busy share of a core",
        "Near 100 % a worker can read no faster: start another one.\n\nFormula: seconds of work per second.",
        Look("percentunit", floor=0),
        [Query("max by (instance) (rate(deskpulse_busy_seconds_total[$__rate_interval]))", "{{instance}}")],
    )


def _held() -> Panel:
    return lines_panel(
        "Held",
        "Tickets and contacts in memory, and groups of figures.\n\nFormula: numbers of now.",
        COUNT,
        [Query("sum(deskpulse_subjects)", "tickets and contacts"), Query("sum(deskpulse_groups)", "groups")],
    )
