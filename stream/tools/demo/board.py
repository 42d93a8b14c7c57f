"""The board: what the live table shows, made of samples as the recording rules make it, never of ratios of ratios."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from stream.core.formulas import SERVICE_LEVELS, Formula
from stream.edge.exposition import names
from stream.tools.demo.scrape import COUNTED, Scrape, Series

WAIT: Final = "wait"
NO_QUEUE: Final = "none"
"""The label of what came without a queue, such as a message that overtook the beginning of its chat."""
NEAR: Final = 0.05
"""A share that misses its objective by less than this is near it."""


class Mark(IntEnum):
    """How a share stands to its objective; the larger, the worse."""

    NONE = 0
    GOOD = 1
    NEAR = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio with its parts, and what it should be.

    Attributes:
        objective: from 0 to 1; None where the policy asks for nothing.
    """

    numerator: float
    denominator: float
    objective: float | None

    @property
    def value(self) -> float | None:
        """The ratio, or None where there is nobody to serve."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def mark(self) -> Mark:
        """How it stands to its objective."""
        if self.value is None or self.objective is None:
            return Mark.NONE
        if self.value >= self.objective:
            return Mark.GOOD
        return Mark.NEAR if self.value >= self.objective - NEAR else Mark.BAD


@dataclass(frozen=True, slots=True)
class Row:
    """One queue, or all of them.

    Attributes:
        waiting: contacts that wait for a human.
        oldest_wait_s: how long the first of them has waited; None where none waits.
        unsolved, unanswered: tickets.
        oldest_unanswered_s: how long the oldest unanswered ticket's customer has waited.
        service_level: contacts answered in time, over the window.
        attainment: SLA clocks met, over the window; without waits, which the service level shows.
        imminent, breaching: open SLA clocks.
        arrived: tickets created and contacts that asked for a human, over the window.
    """

    queue: str
    waiting: int
    oldest_wait_s: float | None
    unsolved: int
    unanswered: int
    oldest_unanswered_s: float | None
    service_level: Share
    attainment: Share
    imminent: int
    breaching: int
    arrived: int

    @property
    def mark(self) -> Mark:
        """The worse of the two shares' marks."""
        return max(self.service_level.mark, self.attainment.mark)

    @property
    def is_worth_showing(self) -> bool:
        """Whether it is a queue, or what has none yet and is something."""
        return self.queue != NO_QUEUE or bool(self.arrived or self.unsolved or self.waiting)

    @property
    def trouble(self) -> tuple[float, ...]:
        """What queues are sorted by, the largest first: those that are well keep their places."""
        if self.mark is not Mark.BAD:
            return (self.mark is Mark.NEAR,)
        missed = sum(
            max(0.0, (share.objective or 0.0) - share.value)
            for share in (self.service_level, self.attainment)
            if share.value is not None
        )
        return Mark.BAD, missed


@dataclass(frozen=True, slots=True)
class Risk:
    """One clock that is about to be missed, or that is."""

    subject: str
    queue: str
    channel: str
    priority: str
    clock: str
    breaching: bool
    remaining_s: float


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the table shows.

    Attributes:
        at_s: the worker's clock on the wall, seconds since the Unix epoch.
        age_s: how old the figures are on that clock.
        ready, expected: partitions.
        events, rejected, duplicates, late: since the worker started.
        lag: records that are not applied yet.
        rows: queues, those in trouble first.
        total: all of them.
        risks: soonest due first.
    """

    at_s: float
    age_s: float | None
    ready: int
    expected: int
    events: int
    rejected: int
    duplicates: int
    late: int
    lag: int
    rows: tuple[Row, ...]
    total: Row
    risks: tuple[Risk, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every partition is in the figures."""
        return 0 < self.expected <= self.ready


def board_of(scrape: Scrape) -> Board:
    """Make the board of one look at a worker."""
    at = max((value for _, value in scrape.of(names.CLOCK_TIME.family)), default=0.0)
    data_times = [value for _, value in scrape.of(names.DATA_TIME.family)]
    # Ages are shown as of the figures' own time, whatever the clock says.
    as_of = min(data_times, default=at)
    parts = _Parts(scrape, as_of)
    rows = [row for queue in sorted(parts.queues) if (row := parts.row(queue, {queue})).is_worth_showing]
    rows.sort(key=lambda row: row.trouble, reverse=True)
    return Board(
        at_s=at,
        age_s=max(0.0, at - as_of) if data_times else None,
        ready=int(scrape.total(names.READY.family)),
        expected=int(max((value for _, value in scrape.of(names.EXPECTED.family)), default=0)),
        events=int(scrape.total(names.EVENTS.series[0])),
        rejected=int(scrape.total(names.REJECTED.series[0])),
        duplicates=int(scrape.total(names.DUPLICATES.series[0])),
        late=int(scrape.total(names.LATE.series[0])),
        lag=int(scrape.total(names.LAG.family)),
        rows=tuple(rows),
        total=parts.row("all", parts.queues),
        risks=tuple(_risk(row) for row in scrape.at_risk),
    )


class _Parts:
    """The samples, summed up per queue."""

    def __init__(self, scrape: Scrape, as_of: float) -> None:
        self._as_of = as_of
        self._live = {
            name.family: _sums(scrape.of(name.family)) for name in (names.WAITING, names.TICKETS, names.UNANSWERED)
        }
        self._since = {
            name.family: _oldest(scrape.of(name.family)) for name in (names.OLDEST_WAITING, names.OLDEST_UNANSWERED)
        }
        self._counts = {counter: _sums(scrape.of(names.COUNTS[counter].family)) for counter in COUNTED}
        self._states: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for labels, value in scrape.of(names.CLOCKS.family):
            self._states[labels.get("queue", "none")][labels["state"]] += int(value)
        self._objectives = {
            (labels["clock"], labels["target"]): value for labels, value in scrape.of(names.OBJECTIVE.family)
        }
        self._outcomes = [
            (labels.get("queue", "none"), labels["clock"], labels["target"], labels["outcome"], value)
            for labels, value in scrape.of(names.OUTCOMES.family)
        ]
        self._formula = _formula(scrape.of(names.TARGET_INFO.series[0]))
        found = (*self._live.values(), *self._counts.values())
        self.queues = {queue for sums in found for queue in sums} | set(self._states)

    def row(self, name: str, queues: set[str]) -> Row:
        states: Counter[str] = Counter()
        for queue in queues:
            states.update(self._states.get(queue, {}))
        counts = {counter: int(_over(sums, queues)) for counter, sums in self._counts.items()}
        met, judged, wanted = self._outcomes_of(queues, waits=False)
        _, waits, waits_wanted = self._outcomes_of(queues, waits=True)
        answered = sum(sign * counts.get(counter, 0) for sign, counter in self._formula.numerator)
        asked = sum(sign * counts.get(counter, 0) for sign, counter in self._formula.denominator)
        return Row(
            queue=name,
            waiting=int(_over(self._live[names.WAITING.family], queues)),
            oldest_wait_s=self._age(names.OLDEST_WAITING.family, queues),
            unsolved=int(_over(self._live[names.TICKETS.family], queues)),
            unanswered=int(_over(self._live[names.UNANSWERED.family], queues)),
            oldest_unanswered_s=self._age(names.OLDEST_UNANSWERED.family, queues),
            service_level=Share(answered, asked, waits_wanted / waits if waits else None),
            attainment=Share(met, judged, wanted / judged if judged else None),
            imminent=states["imminent"],
            breaching=states["breaching"],
            arrived=counts["created"] + counts["offered"],
        )

    def _outcomes_of(self, queues: set[str], *, waits: bool) -> tuple[float, float, float]:
        """Return how many were met, how many judged, and how many should have been met."""
        met = judged = wanted = 0.0
        for queue, clock, target, outcome, value in self._outcomes:
            if queue in queues and (clock == WAIT) == waits:
                judged += value
                wanted += value * self._objectives.get((clock, target), 0.0)
                if outcome == "met":
                    met += value
        return met, judged, wanted

    def _age(self, family: str, queues: set[str]) -> float | None:
        since = [at for queue, at in self._since[family].items() if queue in queues]
        return max(0.0, self._as_of - min(since)) if since else None


def _formula(targets: Series) -> Formula:
    # Over queues with several formulas there is no one of them that is right; the strict one is the default.
    found = {labels["formula"] for labels, _ in targets if labels["clock"] == WAIT}
    wanted = found.pop() if len(found) == 1 else SERVICE_LEVELS[0].member
    return next((row for row in SERVICE_LEVELS if row.member == wanted), SERVICE_LEVELS[0])


def _sums(series: Series) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for labels, value in series:
        sums[labels.get("queue", "none")] += value
    return dict(sums)


def _oldest(series: Series) -> dict[str, float]:
    oldest: dict[str, float] = {}
    for labels, value in series:
        queue = labels.get("queue", "none")
        oldest[queue] = min(value, oldest.get(queue, value))
    return oldest


def _over(sums: Mapping[str, float], queues: Iterable[str]) -> float:
    return sum(sums.get(queue, 0.0) for queue in queues)


def _risk(row: Mapping[str, Any]) -> Risk:
    return Risk(
        subject=str(row["subject"]),
        queue=str(row.get("queue") or "none"),
        channel=str(row.get("channel") or "none"),
        priority=str(row.get("priority") or "none"),
        clock=str(row["clock"]),
        breaching=row["state"] == "breaching",
        remaining_s=float(row["remaining_s"]),
    )
