"""One family of samples under construction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from stream.edge.exposition.text import LabelCache, Labels

if TYPE_CHECKING:
    from stream.edge.exposition.metric import Name

_REST: Final = Sample("", {}, 0)[3:]
"""What a sample has besides name, labels and value."""


def sample(series: str, labels: Labels, value: float) -> Sample:
    """Return a sample; its own constructor takes twice as long, and it is made ten thousand times a scrape."""
    return tuple.__new__(Sample, (series, labels, value, *_REST))


class Family:
    """A family under construction.

    Args:
        name: which metric.
        group_by: the policy's.
        cache: of labels.

    Attributes:
        labels: the names of its labels.
    """

    def __init__(self, name: Name, group_by: tuple[str, ...], cache: LabelCache) -> None:
        self.metric = Metric(name.family, name.text, name.kind.value, name.unit)
        self.labels = name.labels(group_by)
        self._cache = cache
        self._series = name.series

    def add(self, values: tuple[str, ...], value: float) -> None:
        """Add the sample of these label values, in the order of the name's labels."""
        self.metric.samples.append(sample(self._series[0], self._cache.labels(self.labels, values), value))

    def add_all(self, labels: Iterable[Labels], values: Iterable[float]) -> None:
        """Add samples of labels that were made before."""
        series = self._series[0]
        self.metric.samples += [sample(series, each, value) for each, value in zip(labels, values, strict=True)]

    def add_histogram(
        self, values: tuple[str, ...], bounds: tuple[str, ...], counts: Iterable[int], sum_: float
    ) -> None:
        """Add a gauge histogram: counts up to each bound, the last for `+Inf`, and the sum of the values."""
        bucket, gcount, gsum = self._series
        buckets = self._cache.buckets(self.labels, values, bounds)
        made = [sample(bucket, labels, count) for labels, count in zip(buckets, counts, strict=True)]
        labels = self._cache.labels(self.labels, values)
        self.metric.samples += [*made, sample(gcount, labels, made[-1].value), sample(gsum, labels, sum_)]
