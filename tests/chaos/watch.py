"""Looks at every worker all the time, and notes whatever no page may show, whatever is done to the workers.

- No figure is above what can be true: more tickets than were created, more breaches than there are clocks.
- A partition that is not ready adds nothing: where none is, there is no figure.
- While every partition is shown by exactly one worker in two rounds in a row, the sum is whole: it has not become less.
- No partition is shown by two workers in two rounds in a row.
- Who cannot hear the brokers for longer than the session timeout shows nothing, and is not ready.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from stream.edge.exposition import names
from tests.chaos.fleet import Worker
from tests.chaos.oracle import figures_of, page_of
from tests.chaos.plan import SESSION_S
from tests.chaos.sender import Sent

ROUND_S: Final = 0.3
SLACK_S: Final = 1.0
"""A look takes time: what is asked for just before a bound may be answered just after it."""
_LABEL: Final = re.compile(r'(\w+)="([^"]*)"')
BOUNDS: Final = {
    names.COUNTS["created"].family: ("ticket.created",),
    names.COUNTS["begun"].family: ("chat.started",),
    names.COUNTS["escalated"].family: ("ticket.escalated",),
    names.COUNTS["solved"].family: ("ticket.status_changed",),
    names.COUNTS["reopened"].family: ("ticket.status_changed",),
    names.COUNTS["callbacks"].family: ("chat.callback_requested",),
    names.COUNTS["abandoned"].family: ("chat.abandoned", "chat.ended"),
}
"""Counts of a window, and the types of event of which each of them needs one of its own."""
CREATED: Final = names.COUNTS["created"].family


def labels_of(series: str) -> dict[str, str]:
    """Return the labels of a series as it is written on a page; the run's values need no escape."""
    return dict(_LABEL.findall(series))


def named(page: dict[str, float], family: str) -> dict[str, float]:
    """Return the series of one name."""
    return {series: value for series, value in page.items() if series.partition("{")[0] == family}


@dataclass(frozen=True)
class Look:
    """What one worker answered.

    Attributes:
        number: of the worker.
        began: when it was asked, seconds of the monotonic clock.
        page: every value of its /metrics.
        status: of its /readyz, and
        body: what that says.
    """

    number: int
    began: float
    page: dict[str, float]
    status: int
    body: dict[str, Any]

    @property
    def figures(self) -> dict[str, float]:
        """What it shows of shards."""
        return figures_of(self.page)

    @property
    def times(self) -> dict[int, int]:
        """The time of each partition that it shows, in microseconds."""
        found = named(self.page, names.DATA_TIME.family)
        return {int(labels_of(series)["partition"]): round(value * 1e6) for series, value in found.items()}

    @property
    def ready(self) -> int:
        """Partitions that it says it shows."""
        return int(self.page[names.READY.family])

    @property
    def lag(self) -> int:
        """Messages that it knows of and has not read."""
        return int(sum(named(self.page, names.LAG.family).values()))

    def newest(self, topic: str, source: str) -> int:
        """Return the newest event that it has read of a source of a topic, microseconds; 0 for none."""
        for series, value in named(self.page, names.LAST_EVENT.family).items():
            if labels_of(series) == {"topic": topic, "source": source}:
                return round(value * 1e6)
        return 0


def look_at(worker: Worker) -> Look | None:
    """Ask a worker for its page and its readiness; None where it does not answer both."""
    began = time.monotonic()
    metrics, ready = worker.ask("/metrics"), worker.ask("/readyz")
    if metrics is None or ready is None:
        return None
    if metrics[0] != 200:
        raise RuntimeError(f"worker {worker.number} answers {metrics[0]} to /metrics: {metrics[1]}")
    return Look(worker.number, began, page_of(metrics[1]), ready[0], json.loads(ready[1]))


def is_whole(round_: Iterable[Look], partitions: int) -> bool:
    """Say whether every partition is shown, and by one worker only."""
    shown = sorted(partition for look in round_ for partition in look.times)
    return shown == list(range(partitions))


@dataclass
class Watch:
    """The looks of a run, in rounds over all workers that are awake.

    Attributes:
        faults: what was seen that may not be, each once, with its time.
        woken: how many were looked at that had been thrown out in their sleep.
        rounds, whole: how many rounds there were, and how many of them showed every partition.
        cut_off: since when no broker answers, seconds of the monotonic clock, or None.
        keeps: whether the longest window keeps everything, so that a whole sum never becomes less.
    """

    sent: Sent
    partitions: int
    keeps: bool
    workers: Callable[[], list[Worker]]
    faults: list[str] = field(default_factory=list)
    looks: int = 0
    woken: int = 0
    rounds: int = 0
    whole: int = 0
    cut_off: float | None = None
    _last: list[Look] = field(default_factory=list)
    _most: float = 0.0
    _started: float = field(default_factory=time.monotonic)
    _known: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Look in a thread of its own from now on."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._keep_looking, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def round(self) -> list[Look]:
        """Look at all workers that are awake, at once, and judge what they show."""
        asked = [worker for worker in self.workers() if not worker.asleep]
        with ThreadPoolExecutor(max_workers=max(1, len(asked))) as pool:
            looks = [look for look in pool.map(look_at, asked) if look is not None]
        self.rounds += 1
        self.looks += len(looks)
        for look in looks:
            self.judge(look)
        self.judge_round(looks)
        return looks

    def judge(self, look: Look) -> None:
        """Note what this look may not show."""
        self._bounds(look)
        if look.ready < len(look.times):  # one that nothing has happened in has no time yet
            self.note(look.number, f"says {look.ready} partitions are ready and shows {len(look.times)}")
        if look.ready == 0 and look.figures:
            self.note(look.number, f"shows figures of no partition: {sorted(look.figures)[:3]}")
        if (look.status == 200) != look.body["ready"]:
            self.note(look.number, f"/readyz answers {look.status} with ready={look.body['ready']}")
        since = self.cut_off
        if since is not None and look.began - since > SESSION_S + SLACK_S:
            gone = f"after {look.began - since:.1f} s without a broker"
            if look.ready or look.figures:
                self.note(look.number, f"shows {look.ready} partitions {gone}")
            if look.status == 200:
                self.note(look.number, f"is ready {gone}")

    def judge_first(self, look: Look, slept: float) -> None:
        """Note what a worker may not show when it wakes after the group has thrown it out."""
        self.woken += 1
        if look.ready or look.figures or look.status == 200:
            self.note(
                look.number, f"shows {look.ready} partitions, /readyz {look.status}, after {slept:.1f} s of sleep"
            )

    def judge_round(self, looks: list[Look]) -> None:
        """Note what all workers together may not show."""
        before, now = (Counter(p for look in each for p in look.times) for each in (self._last, looks))
        for partition in sorted(p for p, count in now.items() if count > 1 and before[p] > 1):
            numbers = [look.number for look in looks if partition in look.times]
            self.note(numbers[0], f"and {numbers[1:]} show partition {partition} in two rounds in a row")
        self.whole += is_whole(looks, self.partitions)
        if self.keeps and all(is_whole(each, self.partitions) for each in (self._last, looks)):
            total = max(_total(looks, window) for window in _windows(looks))
            if total < self._most:
                self.note(-1, f"(all of them) show {total:g} tickets created, and showed {self._most:g} before")
            self._most = max(self._most, total)
        self._last = looks

    def note(self, number: int, fault: str) -> None:
        """Keep a fault, once however often it is seen in a row."""
        known = re.sub(r"[\d.]+", "", fault) + str(number)
        if known not in self._known:
            self._known.add(known)
            self.faults.append(f"{time.monotonic() - self._started:6.1f} s  worker {number} {fault}")

    def _bounds(self, look: Look) -> None:
        totals: defaultdict[tuple[str, str], float] = defaultdict(float)
        for series, value in look.page.items():
            family = series.partition("{")[0]
            if family not in BOUNDS:
                continue
            labels = labels_of(series)
            totals[family, labels["window"]] += value
            if family == CREATED:
                most = self.sent.total("ticket.created", labels["queue"], labels["channel"], labels["priority"])
                if value > most:
                    self.note(look.number, f"shows {series} {value:g}, and {most} were created")
        for (family, window), value in totals.items():
            most = sum(map(self.sent.total, BOUNDS[family]))
            if value > most:
                self.note(look.number, f"shows {value:g} for {family} of {window}, and {most} is the most that is true")

    def _keep_looking(self) -> None:
        try:
            while not self._stop.wait(ROUND_S):
                self.round()
        except Exception as error:  # noqa: BLE001  whoever reads the faults must know that nobody looked any more
            self.faults.append(f"the watch ended: {error!r}")


def _windows(looks: Iterable[Look]) -> set[str]:
    return {labels_of(series)["window"] for look in looks for series in named(look.page, CREATED)} or {""}


def _total(looks: Iterable[Look], window: str) -> float:
    wanted = f'window="{window}"'
    return sum(value for look in looks for series, value in named(look.page, CREATED).items() if wanted in series)
