"""What a metric is: a name, a type, labels, one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

PREFIX: Final = "deskpulse_"
_UNITS: Final = ("seconds", "records")


class Kind(StrEnum):
    """OpenMetrics' types, as prometheus-client spells them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    GAUGE_HISTOGRAM = "gaugehistogram"
    INFO = "info"


class Grouped(Enum):
    """Which labels of the policy's `group_by` a metric carries: the fewer, the fewer series it takes."""

    NO = frozenset[str]()  # Python 3.11.2, which Debian 12 has, makes a bare object of the value `()`
    GROUP = frozenset({"queue", "channel", "priority"})
    CHANNEL = frozenset({"queue", "channel"})
    QUEUE = frozenset({"queue"})


class Section(StrEnum):
    """The headings of the reference."""

    LIVE = "What is going on now"
    COUNTS = "Counts over a window"
    SURVEYS = "Answers to surveys over a window"
    VOLUME = "Volume of full hours"
    OUTCOMES = "Outcomes of clocks over a window"
    DURATIONS = "Durations over a window"
    AGENTS = "Agents"
    PEOPLE = "Figures by agent"
    CUSTOMERS = "Customers over the policy's period"
    POLICY = "What the policy asks for"
    PIPELINE = "How well the figures are fed"
    WORKER = "The worker itself"


@dataclass(frozen=True, slots=True)
class Name:
    """One metric family.

    Attributes:
        family: its name without the suffix of a sample, such as `_total`.
        kind: its type.
        section: where the reference tells of it.
        text: one sentence, shown as HELP.
        grouped: the group labels it carries, as far as the policy groups by them.
        own: its other labels.
        per: so many of what the core counts make one of it: a million where that is microseconds or millionths.
    """

    family: str
    kind: Kind
    section: Section
    text: str
    grouped: Grouped = Grouped.NO
    own: tuple[str, ...] = ()
    per: int = 1

    @property
    def unit(self) -> str:
        """Its unit, where the name ends with one."""
        last = self.family.rpartition("_")[2]
        return last if last in _UNITS else ""

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its series, as PromQL asks for them."""
        return tuple(self.family + suffix for suffix in _SUFFIXES[self.kind])

    def labels(self, group_by: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of its labels under a policy's `group_by`, without a histogram's `le`."""
        return (*(name for name in group_by if name in self.grouped.value), *self.own)

    def value(self, amount: int) -> float:
        """Return what the core counts in the metric's own unit, whole where it is."""
        whole, rest = divmod(amount, self.per)
        return amount / self.per if rest else whole


_SUFFIXES: Final = {
    Kind.COUNTER: ("_total",),
    Kind.GAUGE: ("",),
    Kind.GAUGE_HISTOGRAM: ("_bucket", "_gcount", "_gsum"),
    Kind.INFO: ("_info",),
}
