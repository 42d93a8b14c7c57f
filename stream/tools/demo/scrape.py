"""What Prometheus would see: the samples of a worker's /metrics that the live table needs, and its tickets at risk."""

from __future__ import annotations

import http.client
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from stream.edge.exposition import names

TIMEOUT_S: Final = 1.0

Labels = Mapping[str, str]
Series = list[tuple[Labels, float]]

COUNTED: Final = (
    "created", "offered", "answered", "answered_in_target", "abandoned", "abandoned_in_target", "short_abandons",
    "answered_without_target", "abandoned_without_target",
)  # fmt: skip
"""Counts of the window that the table is made of."""

WANTED: Final = frozenset(
    series
    for name in (
        names.TICKETS, names.UNANSWERED, names.OLDEST_UNANSWERED, names.WAITING, names.OLDEST_WAITING, names.CLOCKS,
        *(names.COUNTS[counter] for counter in COUNTED), names.OUTCOMES, names.OBJECTIVE, names.TARGET_INFO,
        names.EVENTS, names.REJECTED, names.DUPLICATES, names.LATE, names.LAG, names.DATA_TIME, names.CLOCK_TIME,
        names.READY, names.EXPECTED,
    )
    for series in name.series
)  # fmt: skip


class Unreachable(Exception):  # noqa: N818  it is a state of the worker, and shown as one
    """The worker does not answer, or not yet."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """One look at a worker.

    Attributes:
        series: (labels, value) of every sample, by the name of the series.
        at_risk: rows of /api/at-risk.
    """

    series: Mapping[str, Series]
    at_risk: tuple[Mapping[str, Any], ...] = field(default=())

    def of(self, series: str) -> Series:
        """Return the samples of one name; none where there is none."""
        return self.series.get(series, [])

    def total(self, series: str) -> float:
        """Return the sum over all labels."""
        return sum(value for _, value in self.of(series))


def scrape(address: str, window: str, at_risk: int) -> Scrape:
    """Look at a worker.

    Args:
        address: `http://host:port`.
        window: name of the window that is shown.
        at_risk: how many tickets at risk are asked for.

    Raises:
        Unreachable: there is no answer.
    """
    return Scrape(
        parse(_read(f"{address}/metrics"), window),
        tuple(_rows(_read(f"{address}/api/at-risk?limit={at_risk}"))),
    )


def parse(text: str, window: str) -> dict[str, Series]:
    """Return the wanted samples of a page of metrics, those over a window only of this one."""
    found: dict[str, Series] = defaultdict(list)
    for family in text_string_to_metric_families("\n".join(_wanted(text, window)) + "\n"):
        for sample in family.samples:
            found[sample.name].append((sample.labels, sample.value))
    return dict(found)


def _wanted(text: str, window: str) -> Iterator[str]:
    # The parser is made for correctness: what is not looked at need not be parsed.
    label = f'window="{window}"'
    for line in text.splitlines():
        series = line.partition("{")[0].partition(" ")[0]
        if series in WANTED and ('window="' not in line or label in line):
            yield line


def _rows(text: str) -> Iterator[Mapping[str, Any]]:
    answer = json.loads(text)
    yield from (
        answer
        if isinstance(answer, list)
        else next((value for value in answer.values() if isinstance(value, list)), [])
    )


def _read(url: str) -> str:
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310  the address is our own worker's
            return str(answer.read(), "utf-8")
    except (URLError, OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error)) from None
