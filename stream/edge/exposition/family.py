"""One family of samples under construction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from stream.edge.exposition.text import LabelCache, Labels, Lines, line

if TYPE_CHECKING:
    from stream.edge.exposition.metric import Name


class Family:
    """A family under construction, written as it grows.

    Args:
        of: which metric.
        group_by: the policy's.
        cache: of labels.

    Attributes:
        name, documentation, type, unit: as prometheus-client has them.
        labels: the names of its labels.
        texts: of the samples in their order, each of one line or more.
    """

    def __init__(self, of: Name, group_by: tuple[str, ...], cache: LabelCache) -> None:
        self.name, self.documentation, self.type, self.unit = of.family, of.text, of.kind.value, of.unit
        self.labels = of.labels(group_by)
        self._series = of.series
        self._known = cache.of(self.labels, self._series[0] if len(self._series) > 1 else "")
        self._last = cache.lines.get(self._series[0]) or Lines()
        self._lines = cache.lines[self._series[0]] = Lines()
        self.texts = self._lines.texts
        self._histograms: list[tuple[Labels, Sequence[Labels], Sequence[int], Any]] = []

    def add(self, values: tuple[str, ...], value: Any) -> None:
        """Add the sample of these label values, in the order of the name's labels."""
        self._add(self._known.labels(values), value)

    def add_all(self, labels: Iterable[Labels], values: Iterable[float]) -> None:
        """Add samples of labels that were made before."""
        for each, value in zip(labels, values, strict=True):
            self._add(each, value)

    def _add(self, labels: Labels, value: Any) -> None:
        last, lines = self._last, self._lines
        place = len(lines.texts)
        if place < len(last.texts) and last.labels[place] is labels and last.values[place] == value:
            text = last.texts[place]
        else:
            text = line(self._series[0], labels, value)
        lines.labels.append(labels)
        lines.values.append(value)
        lines.texts.append(text)

    def add_histogram(self, values: tuple[str, ...], bounds: tuple[str, ...], counts: list[int], total: Any) -> None:
        """Add a gauge histogram: counts between the bounds, the last of what is above, and the sum of the values."""
        bucket, gcount, gsum = self._series
        labels, buckets = self._known.labels(values), self._known.buckets(values, bounds)
        if counts != buckets.counts or total != buckets.total:
            upto = [*accumulate(counts)]
            lines = [line(bucket, each, count) for each, count in zip(buckets.labels, upto, strict=True)]
            buckets.counts, buckets.total = counts, total
            buckets.text = "".join([*lines, line(gcount, labels, upto[-1]), line(gsum, labels, total)])
        self._histograms.append((labels, buckets.labels, counts, total))
        self.texts.append(buckets.text)

    @property
    def samples(self) -> list[Sample]:
        """Return all samples, as prometheus-client has them."""
        made = [
            Sample(self._series[0], labels, value)
            for labels, value in zip(self._lines.labels, self._lines.values, strict=True)
        ]
        for labels, buckets, counts, total in self._histograms:
            bucket, gcount, gsum = self._series
            made += [Sample(bucket, each, count) for each, count in zip(buckets, accumulate(counts), strict=True)]
            made += [Sample(gcount, labels, sum(counts)), Sample(gsum, labels, total)]
        return made

    @property
    def metric(self) -> Metric:
        """Return it as prometheus-client has it."""
        made = Metric(self.name, self.documentation, self.type, self.unit)
        made.samples = self.samples
        return made
