"""The writer: equal to prometheus-client's to the byte, and the format that is asked for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
    StateSetMetricFamily,
    UnknownMetricFamily,
)
from prometheus_client.openmetrics.exposition import generate_latest as generate_open_metrics
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.family import Family
from stream.edge.exposition.formats import OPEN_METRICS, TEXT, negotiate, write_open_metrics, write_text
from stream.edge.exposition.text import KEEP, LabelCache, Labels, bound_text, number_text
from tests.exposition.worker import StillWorker

PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.one_of(st.integers(-10, 10**18), st.floats(), st.booleans().map(int))
LABELS = st.dictionaries(NAMES.filter(lambda name: name != "le"), st.text(max_size=6), max_size=4)


class Given(Collector):
    """A collector of families that are there already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> list[Metric]:
        """Return them."""
        return self._families


def one_of_each(help_text: str, labels: dict[str, str], value: float) -> list[Metric]:
    """Return a family of each type with the same labels, our kind of labels among them."""
    names, values = list(labels), list(labels.values())
    families: list[Metric] = [
        GaugeMetricFamily("a_gauge_seconds", help_text, labels=names, unit="seconds"),
        CounterMetricFamily("a_counter", help_text, labels=names),
        UnknownMetricFamily("an_unknown", help_text, labels=names),
    ]
    for family in families:
        family.add_metric(values, value)  # type: ignore[attr-defined]
    histogram = GaugeHistogramMetricFamily("a_histogram", help_text, labels=names)
    for plus in ("", "+"):
        histogram.add_metric([each + plus for each in values], [("0.5", 1), ("3600.0", 2), ("+Inf", 3)], value)
    info = InfoMetricFamily("an_info", help_text, labels=names)
    info.add_metric(values, {"version": '1\\"\n'})
    states = StateSetMetricFamily("a_state", help_text, labels=names)
    states.add_metric(values, {"open": True, "shut": False})
    ours = GaugeMetricFamily("ours", help_text)
    ours.add_sample("ours", Labels(labels.items()), value)
    return [*families, histogram, info, states, ours, GaugeMetricFamily("empty", help_text)]


@given(help_text=st.text(max_size=8), labels=LABELS, value=NUMBERS)
def test_text_is_equal_to_the_stock_writer(help_text: str, labels: dict[str, str], value: float) -> None:
    """Whatever stands in labels, help and value, the text format is the stock one's to the byte."""
    families = one_of_each(help_text, labels, value)
    assert generate_latest(Given(families)) == write_text(families)


@given(help_text=st.text(max_size=8), labels=LABELS, value=NUMBERS)
def test_open_metrics_is_equal_to_the_stock_writer(help_text: str, labels: dict[str, str], value: float) -> None:
    """Whatever stands in labels, help and value, OpenMetrics is the stock one's to the byte."""
    families = one_of_each(help_text, labels, value)
    assert generate_open_metrics(Given(families)) == write_open_metrics(families)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("ours", "stock"), [(write_text, generate_latest), (write_open_metrics, generate_open_metrics)]
)
def test_it_is_worth_having(
    policy: Policy,
    desk: tuple[Shard, ...],
    ours: Callable[[Iterable[Family | Metric]], bytes],
    stock: Callable[[Collector], bytes],
) -> None:
    """To make and write a scrape like the last one takes less than half of what the stock writer takes to write it."""
    collector = DeskpulseCollector(StillWorker(desk), policy, with_process=False)
    stocks = Given(collector.collect())

    def took(work: Callable[[], object]) -> float:
        times = [time.thread_time()]
        for _ in range(5):
            work()
            times.append(time.thread_time())
        return min(after - before for before, after in pairwise(times))

    assert took(lambda: ours(collector.families(collector.take()))) * 2 < took(lambda: stock(stocks))


def test_process_metrics_are_written_like_the_stock_writer() -> None:
    """The collectors that prometheus-client brings are written alike too."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    families = list(registry.collect())
    assert families
    assert generate_latest(Given(families)) == write_text(families)
    assert generate_open_metrics(Given(families)) == write_open_metrics(families)  # type: ignore[no-untyped-call]


@given(NUMBERS)
def test_numbers_are_written_as_go_writes_them(number: float) -> None:
    """A number has the text that prometheus-client gives it."""
    assert floatToGoString(number) == number_text(number)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (20_000_000, "20.0"),
        (500_000, "0.5"),
        (3_600_000_000, "3600.0"),
        (604_800_000_000, "604800.0"),
        (2_592_000_000_000, "2.592e+06"),
    ],
)
def test_bounds_are_written_as_contracts_say(micros: int, text: str) -> None:
    """`le` has the form that rules and panels ask for."""
    assert text == bound_text(micros)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", TEXT),
        ("*/*", TEXT),
        ("text/plain", TEXT),
        ("text/html,application/xhtml+xml,*/*;q=0.8", TEXT),
        ("application/openmetrics-text", OPEN_METRICS),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", OPEN_METRICS),
        ("application/openmetrics-text;version=0.0.1", TEXT),
        ("application/openmetrics-text;version=1.0.0;q=0", TEXT),
        ("application/openmetrics-text;q=0.1,text/plain;version=0.0.4", TEXT),
        ("application/openmetrics-text;q=nonsense", TEXT),
        (";;,=,;q", TEXT),
        (PROMETHEUS_2, OPEN_METRICS),
        (PROMETHEUS_3, OPEN_METRICS),
    ],
)
def test_the_format_is_the_one_asked_for(accept: str, content_type: str) -> None:
    """OpenMetrics goes to who asks for it by name and does not rather want text."""
    assert content_type == negotiate(accept)


def test_labels_are_kept_while_they_are_used() -> None:
    """A set of labels is made once, and forgotten when scrapes go on without it."""
    cache = LabelCache()

    def used() -> tuple[Labels, Sequence[Labels]]:
        known = cache.of(("queue",), "wait_bucket")
        return known.labels(("a",)), known.buckets(("a",), ("1.0", "+Inf")).labels

    first = used()
    assert ['{queue="a"}', '{le="1.0",queue="a"}', '{le="+Inf",queue="a"}'] == [
        labels.text for labels in (first[0], *first[1])
    ]
    for _ in range(3 * KEEP):
        cache.turn()
        assert first[0] is used()[0]
        assert first[1] is used()[1]
    for _ in range(2 * KEEP):
        cache.turn()
    assert first == used()
    assert first[0] is not used()[0]
    assert first[1] is not used()[1]


def test_labels_do_not_mix_names_with_values() -> None:
    """Equal values under other names are other labels."""
    cache = LabelCache()
    assert {"queue": "a"} == cache.of(("queue",)).labels(("a",))
    assert {"channel": "a"} == cache.of(("channel",)).labels(("a",))


def test_not_a_number_is_written() -> None:
    """Even what no figure should ever be has a text."""
    assert ["NaN", "+Inf", "-Inf"] == [number_text(value) for value in (math.nan, math.inf, -math.inf)]
