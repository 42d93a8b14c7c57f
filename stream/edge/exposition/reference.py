"""The reference of all metrics: `python -m stream.edge.exposition.reference > docs/metrics.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from stream.core.desk.groups import OTHER
from stream.core.policy.model import GROUP_KEYS
from stream.edge.exposition.metric import Grouped, Kind, Name, Section
from stream.edge.exposition.names import WITH_BOUNDS, every_name

_HEAD: Final = """\
# Metrics

What a worker shows on `/metrics`. This page is made from the table of names
(`python -m stream.edge.exposition.reference > docs/metrics.md`), and a test compares both.

- **Everything can be added over workers**, since each shows its own share of every queue: counts, sums, buckets. Of
  timestamps take `min` (`oldest_…`, `data_…`) or `max` (`last_…`, `clock_…`). There are no ratios and no quantiles
  here: they cannot be added. Make them last, of sums; [every figure with its formula](kpis.md) says how.
- **What is counted over a window is a gauge**, because a late event can take a contribution back. The label `window`
  says which one: `5m`, `1h`, `24h`, or what the policy has. Never add up windows. Do not use `rate()` on them.
  Only what ends in `_total` is a counter.
- **What never happened is not there.** A group (queue, channel, priority) that has had a ticket within the longest
  window, or has one now, shows all counts of tickets, zeros too; contacts, bots, each kind of survey, agents and
  customers likewise. Durations and outcomes are there for a window that has any.
- **Group labels** are those of the policy's `group_by`: `queue`, `channel`, `priority`. To save series, durations,
  surveys, first contacts, bots and volume keep `queue` and `channel` of them, agents only `queue`. What an event lacks
  is `none`; queues beyond `max_groups` are `other`.
- **Timestamps are exported, not ages**; Prometheus' own clock is never asked. The longest wait is
  `scalar(max(deskpulse_data_timestamp_seconds)) - min by (queue) (deskpulse_oldest_waiting_timestamp_seconds)`,
  the age of the data `max(deskpulse_clock_timestamp_seconds) - min(deskpulse_data_timestamp_seconds)`.
- **Where `sum(deskpulse_partitions_ready) < max(deskpulse_partitions_expected)`, every sum is incomplete.**

`# TYPE` in the text format says `histogram` for gauge histograms, which it does not know; OpenMetrics says it rightly.
Besides these there are `process_…` and `python_gc_…` of prometheus-client.
"""

_NOTES: Final = {
    Section.LIVE: "As of the time of the data. A group that has had tickets or contacts stays, with zeros.",
    Section.COUNTS: "Parts of the figures, counted in the group that the subject had at that moment.",
    Section.SURVEYS: "Parts of the figures. Scores are scaled by their own scale before they are added up.",
    Section.VOLUME: (
        "The full hours are those before the hour of the data, in UTC; windows below 1 h or above 24 h have none."
    ),
    Section.OUTCOMES: (
        "`outcome` is `met` or `breached`; both are there when either is. Attainment is\n"
        '`sum(x{outcome="met"}) / sum(x)`. The target of a service level is of the clock `wait`.'
    ),
    Section.DURATIONS: (
        "Gauge histograms: `_gcount` values of `_gsum` seconds. There is a bucket for each of the policy's `buckets`\n"
        f"and each time of a target, exact at these, for {', '.join(f'`{name}`' for name in WITH_BOUNDS)}; the others\n"
        "have `+Inf` only."
    ),
    Section.AGENTS: (
        "`state` is `available`, `busy`, `wrap_up` or `break`. An agent of several queues counts in each of them:\n"
        "never add these up, but take what counts everybody once. A queue whose agents were offline all along has none."
    ),
    Section.PEOPLE: (
        "Only where the policy says `agents: {export: true}`, and for at most `max` agents of a worker: all others\n"
        f"are the agent `{OTHER}`. Who is shown stays while there is something to show. An agent may be shown by name\n"
        "by one worker and be among the others of another one."
    ),
    Section.CUSTOMERS: "Over the policy's period, up to now. Money is in the policy's currency.",
    Section.POLICY: (
        "The same from every worker: take `max`. `kpi` is the key of [a figure](kpis.md), `edge` is `good` or `bad`."
    ),
    Section.PIPELINE: "",
    Section.WORKER: "",
}


def reference() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(_section(section) for section in Section)])


def _section(section: Section) -> str:
    rows = [_row(name) for name in every_name() if name.section is section]
    note = [_NOTES[section], ""] if _NOTES[section] else []
    return "\n".join(
        [f"## {section.value}", "", *note, "| series | type | labels | what |", "| --- | --- | --- | --- |", *rows, ""]
    )


def _row(name: Name) -> str:
    series = "<br>".join(f"`{series}`" for series in name.series)
    kind = "gauge histogram" if name.kind is Kind.GAUGE_HISTOGRAM else name.kind.value
    return f"| {series} | {kind} | {', '.join(_labels(name))} | {name.text} |"


def _labels(name: Name) -> Iterator[str]:
    if name.grouped is Grouped.GROUP:
        yield "*group*"
    else:
        yield from (f"`{label}`" for label in GROUP_KEYS if label in name.grouped.value)
    for label in name.own:
        yield f"`{label}`"
    if name.kind is Kind.GAUGE_HISTOGRAM:
        yield "`le` of `_bucket`"


if __name__ == "__main__":
    sys.stdout.write(reference().rstrip("\n") + "\n")
