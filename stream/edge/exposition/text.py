"""Labels and numbers as both text formats of Prometheus write them; what was written is kept while scrapes use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

KEEP: Final = 20
"""Scrapes after which labels that were not used are forgotten: sorting them out costs as much as using them."""

Texts = tuple[str, ...]


class Labels(dict[str, str]):
    """Labels that know how they are written; nobody changes them once they are made.

    Attributes:
        text: as both formats write them.
    """

    __slots__ = ("text",)

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self.text = render(self)


class Lines:
    """The lines of one series, as they were written last: side by side in memory, since most are looked at in a row.

    Attributes:
        labels: of each line in its order, and
        values: that it was written for.
        texts: one for each of both; a text may be of several lines.
    """

    __slots__ = ("labels", "texts", "values")

    def __init__(self) -> None:
        self.labels: list[Labels] = []
        self.values: list[Any] = []
        self.texts: list[str] = []


class Buckets:
    """The labels of one series of a histogram with each of its bounds, and how it was written last.

    Attributes:
        labels: those of each bucket.
        counts: in each bucket, and
        total: sum of the values, for which
        text: was made.
    """

    __slots__ = ("counts", "labels", "text", "total")

    def __init__(self, labels: Sequence[Labels]) -> None:
        self.labels = labels
        self.counts: list[int] = []
        self.total: Any = 0
        self.text = ""


class Known:
    """Labels of the same names that scrapes use, by their values.

    Args:
        names: of the labels, in the order of values.
    """

    __slots__ = ("_last", "_last_buckets", "_names", "_now", "_now_buckets")

    def __init__(self, names: Texts) -> None:
        self._names = names
        self._now: dict[Texts, Labels] = {}
        self._now_buckets: dict[Texts, Buckets] = {}
        self._last, self._last_buckets = self._now, self._now_buckets

    def turn(self) -> bool:
        """Let go of what was not used since the last time; return whether anything is left."""
        self._last, self._now = self._now, {}
        self._last_buckets, self._now_buckets = self._now_buckets, {}
        return bool(self._last)

    def labels(self, values: Texts) -> Labels:
        """Return the labels with these values."""
        found = self._now.get(values)
        if found is None:
            found = self._last.get(values)
            if found is None:
                found = Labels(zip(self._names, values, strict=True))
            self._now[values] = found
        return found

    def buckets(self, values: Texts, bounds: Texts) -> Buckets:
        """Return the buckets of a histogram: their labels are those of `labels` with a bound as `le`."""
        found = self._now_buckets.get(values)
        if found is None:
            found = self._last_buckets.get(values)
            if found is None:
                given = (*zip(self._names, values, strict=True),)
                found = Buckets([Labels((*given, ("le", bound))) for bound in bounds])
            self._now_buckets[values] = found
        return found


class LabelCache:
    """Keeps the labels that scrapes use, and lets go of those that none has used for `KEEP` scrapes or more.

    Attributes:
        lines: by series, how the last scrape wrote them.
    """

    __slots__ = ("_known", "_scrapes", "lines")

    def __init__(self) -> None:
        self.lines: dict[str, Lines] = {}
        self._scrapes = 0
        self._known: dict[tuple[str, Texts], Known] = {}

    def turn(self) -> None:
        """Begin a scrape."""
        self._scrapes += 1
        if self._scrapes % KEEP == 0:
            self._known = {key: known for key, known in self._known.items() if known.turn()}

    def of(self, names: Texts, histogram: str = "") -> Known:
        """Return the labels of these names: those that all families share, or those of one series of a histogram."""
        key = (histogram, names)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Known(names)
        return found


def line(series: str, labels: Labels, value: Any) -> str:
    """Return the line of a series with these labels."""
    return f"{series}{labels.text} {number_text(value)}\n"


def render(labels: dict[str, str]) -> str:
    """Return labels as both formats write them: sorted, escaped, in braces; nothing for none."""
    if not labels:
        return ""
    return "{" + ",".join([f'{name}="{quoted(value)}"' for name, value in sorted(labels.items())]) + "}"


def bound_text(micros: int) -> str:
    """Return a histogram's bound as the value of its `le`: `3600.0`, `2.592e+06`."""
    return number_text(micros / 1_000_000)


def number_text(value: Any) -> str:
    """Return a number as Go, and so Prometheus, writes it: with an exponent from 10,000,000 on."""
    if type(value) is int and 0 <= value < 1_000_000:
        # Most values are small counts.
        return f"{value}.0"
    text = repr(float(value))
    if text[-1] in "fn":
        return {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}[text]
    point = text.find(".")
    if value <= 0 or point <= 6:
        return text
    digits = f"{text[0]}.{text[1:point]}{text[point + 1 :]}".rstrip("0.")
    return f"{digits}e+{point - 1:02d}"


def quoted(value: str) -> str:
    """Return a label's value, or a help text of OpenMetrics, as it stands between quotation marks."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
