"""Alerts on the monitor itself: where it is blind it says so, and what it cannot see is never called fine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from stream.core.policy import Policy
from stream.edge.exposition import names
from stream.tools.rules.expression import SIGHT
from stream.tools.rules.recording import BLIND_S
from stream.tools.rules.rule import Alert, Severity, Watches

BLIND: Final = {"blind": "yes"}
"""The label of what inhibits every alert on the desk."""
SILENT_S: Final = 1_800
CHATTY_S: Final = 900
"""A source that was never silent for longer than this at an hour is not silent at this hour."""
REJECTED: Final = 0.01
LAG: Final = 1_000
UNCOMMITTED_S: Final = ((Severity.PAGE, 600), (Severity.TICKET, 120))
"""For so long what was read is not on record."""

_alert = partial(Alert, watches=Watches.MONITOR, dashboard="monitor", has_queue=False)


def monitor_alerts(policy: Policy) -> Iterator[Alert]:
    """Iterate over the alerts on the monitor, blindness first."""
    yield from _blindness()
    yield from _feeding(policy.alerts.min_events)
    yield from (_uncommitted(severity, seconds) for severity, seconds in UNCOMMITTED_S)
    yield _alert(
        "DeskpulseGroupsFolded",
        f"max({names.FOLDED.family}) > 0",
        Severity.INFO,
        summary="Some queues are summed up as `other`",
        description="{{ $value }} names are folded into `other`, since there are more than the policy's max_groups.",
        wait="15m",
    )
    yield _alert(
        "DeskpulseWatchdog",
        "vector(1)",
        Severity.INFO,
        summary="The way from Prometheus to you is open",
        description="This alert always fires. Where it stops arriving, no other alert would arrive either.",
    )


def _blindness() -> Iterator[Alert]:
    down = 'up{job="deskpulse"} == 0'
    yield _alert(
        "DeskpulseWorkerGone",
        f"{down}\nunless on () ({SIGHT} == 1)",
        Severity.PAGE,
        summary="Deskpulse is blind: the worker at {{ $labels.instance }} does not answer",
        description="Nobody knows how the desk is doing: the worker does not answer and no other shows the whole.",
        wait="30s",
        labels=BLIND,
    )
    yield _alert(
        "DeskpulseWorkerGone",
        f"{down}\nand on () ({SIGHT} == 1)",
        Severity.TICKET,
        summary="The worker at {{ $labels.instance }} does not answer",
        description="The other workers have taken its partitions over, and the figures are whole.",
        wait="5m",
    )
    yield _alert(
        "DeskpulseMetricsAbsent",
        f"absent({names.EXPECTED.family})",
        Severity.PAGE,
        summary="Deskpulse is blind: there are no figures",
        description="Prometheus has no figure of any worker: none runs, or none is scraped.",
        wait="1m",
        labels=BLIND,
    )
    yield _alert(
        "DeskpulsePartitionsIncomplete",
        "desk:deskpulse_partitions_ready:ratio < 1",
        Severity.PAGE,
        summary="Deskpulse is half blind: {{ $value | humanizePercentage }} of the partitions are in the figures",
        description="Only {{ $value | humanizePercentage }} of the partitions are shown, so every sum is too small.",
        wait="3m",
        labels=BLIND,
    )
    yield _alert(
        "DeskpulseDataOld",
        f"desk:deskpulse_data_age:seconds > {BLIND_S}",
        Severity.PAGE,
        summary="Deskpulse is blind: its figures are {{ $value | humanizeDuration }} old",
        description="The oldest partition stands {{ $value | humanizeDuration }} behind the clock on the wall.",
        wait="1m",
        labels=BLIND,
    )


def _uncommitted(severity: Severity, seconds: int) -> Alert:
    # Both times are of machines; a worker that has not joined its group yet shows 0.
    return _alert(
        "DeskpulseStateNotCommitted",
        f"time() - ({names.COMMITTED.family} > 0) > {seconds}",
        severity,
        summary="The worker at {{ $labels.instance }} has put nothing on record for {{ $value | humanizeDuration }}",
        description=(
            "What the worker at {{ $labels.instance }} read within {{ $value | humanizeDuration }} is not on record in "
            "Kafka: its figures are right, but if it ends now, all of that is read again."
        ),
        wait="30s",
    )


def _feeding(least: int) -> Iterator[Alert]:
    silence = "topic_source:deskpulse_silence:seconds"
    yield _alert(
        "DeskpulseSourceSilent",
        f"{silence} > {SILENT_S}\nand max_over_time({silence}[1h] offset 6d23h30m) < {CHATTY_S}\n"
        f"unless max_over_time({silence}[1h] offset 13d23h30m) >= {CHATTY_S}",
        Severity.TICKET,
        summary="{{ $labels.source }} has sent nothing to {{ $labels.topic }} for {{ $value | humanizeDuration }}",
        description=(
            "Nothing of {{ $labels.source }} has come to {{ $labels.topic }} for {{ $value | humanizeDuration }}. At "
            f"this hour of the week it was never silent for {CHATTY_S // 60} minutes: its connector has probably died."
        ),
        wait="5m",
    )
    lag = "desk:deskpulse_lag_records:sum"
    yield _alert(
        "DeskpulseLagGrowing",
        f"{lag} > {LAG}\nand deriv({lag}[10m]) > 0",
        Severity.TICKET,
        summary="The workers fall behind: {{ $value | humanize }} records wait",
        description="{{ $value | humanize }} records wait in Kafka, and there are more each minute.",
        wait="10m",
    )

    def came(family: str, window: str) -> str:
        return f"sum by (topic) (increase({family}[{window}]))"

    rejected, read = names.REJECTED.series[0], names.EVENTS.series[0]
    yield _alert(
        "DeskpulseEventsRejected",
        f"{came(rejected, '15m')} / ({came(read, '15m')} > 0) > {REJECTED}\n"
        f"and {came(rejected, '5m')} > 0\nand {came(read, '15m')} >= {least}",
        Severity.TICKET,
        summary="{{ $value | humanizePercentage }} of the messages of {{ $labels.topic }} are no events",
        description=(
            "{{ $value | humanizePercentage }} of the messages of {{ $labels.topic }} within 15 minutes went to "
            "the dead letters, so the figures lack them."
        ),
        wait="5m",
        keep="5m",
    )
