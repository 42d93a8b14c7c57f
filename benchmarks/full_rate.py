"""Scrapes of 10,000 series of a real worker at full rate: their time, and how long each holds the worker's loop up."""

from __future__ import annotations

import json
import signal
import statistics
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final

from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from benchmarks.broker import BROKER_CORE, create_sources, fill, kafka, pinned
from benchmarks.load import AS_FAST_AS_IT_GOES, load
from benchmarks.probed import PERIOD_S
from benchmarks.worker_process import WorkerProcess, until
from stream.edge.exposition import names

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADERS: Final = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5", "Accept-Encoding": "gzip"}
DAY: Final = 200_000
"""Events whose figures are shown."""
QUEUES: Final = tuple(f"queue {number:02d}" for number in range(11))
EVENTS: Final = names.EVENTS.series[0]
BACKLOG_S: Final = 30.0
SESSION_S: Final = 120
"""The worker sleeps while its backlog is written, and must not lose its partitions over that."""


class Scraper:
    """Scrapes as Prometheus does: over one connection that stays open.

    Args:
        url: of the worker.
    """

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=30)

    def took(self) -> float:
        """Return the milliseconds of one scrape."""
        began = time.perf_counter()
        self._connection.request("GET", "/metrics", headers=HEADERS)
        answer = self._connection.getresponse()
        if not answer.read() or answer.status != 200:
            raise RuntimeError(f"a scrape was answered with {answer.status} {answer.reason}")
        return (time.perf_counter() - began) * 1e3


def at_full_rate(scrapes: int, state: str) -> None:
    """Let a worker that shows its figures fall behind, then measure while it catches up: without scrapes, and with."""
    table = Table(title="a worker that reads a backlog; milliseconds")
    for name in ("", "scrape: median", "longest", "pause of the loop: median", "longest", "events/s"):
        table.add_column(name, justify="right")
    with kafka() as cluster:
        create_sources(cluster)
        fill(cluster, DAY, QUEUES)
        worker = WorkerProcess(cluster.bootstrap, state, module="benchmarks.probed", session_timeout=SESSION_S)
        with worker, pinned(BROKER_CORE):
            worker.until_read(DAY)
            series = sum(not line.startswith("#") for line in worker.get("/metrics").decode().splitlines())
            worker.send(signal.SIGSTOP)
            with load(cluster.bootstrap, AS_FAST_AS_IT_GOES, BACKLOG_S) as loading:
                output, _ = loading.communicate()
            written = json.loads(output.splitlines()[-1])["sent"]
            worker.send(signal.SIGCONT)
            scraper = Scraper(worker.url)
            until(lambda: lag(worker) > 0, "the worker sees its backlog", 30)
            for name, scraped in (("no scrapes", False), ("scrapes", True)):
                before, began = read(worker), time.monotonic()
                took = [scraper.took() for _ in paced(scrapes) if scraped]
                ended, after = time.monotonic(), read(worker)
                if not lag(worker):
                    raise RuntimeError(
                        f"{written:,} events were read before {scrapes} scrapes were made; ask for fewer"
                    )
                pauses = pauses_of(worker, began, ended)
                rate = (after - before) / (ended - began)
                table.add_row(name, *middle_and_longest(took), *middle_and_longest(pauses), f"{rate:,.0f}")
    Console(width=120).print(f"{series:,} lines of figures, state {state}", table)


def middle_and_longest(values: list[float]) -> tuple[str, str]:
    """Return two cells of the table; empty ones where there is nothing."""
    return (f"{statistics.median(values):.1f}", f"{max(values):.1f}") if values else ("", "")


def paced(count: int) -> Iterator[None]:
    """Yield so many times, about once a second."""
    for _ in range(count):
        time.sleep(1.0)
        yield


def lag(worker: WorkerProcess) -> int:
    """Return how many records are there that it has not read."""
    return int(worker.readiness()["lag_records"])


def read(worker: WorkerProcess) -> float:
    """Return how many records it has read since it started."""
    found = text_string_to_metric_families(worker.get("/metrics").decode())
    return sum(sample.value for family in found for sample in family.samples if sample.name == EVENTS)


def pauses_of(worker: WorkerProcess, began: float, ended: float) -> list[float]:
    """Return the longest pause of each fifth of a second between two times, in milliseconds."""
    told = (line.split() for line in worker.said().splitlines() if line.startswith("pause "))
    return [1e3 * float(pause) for _, at, pause in told if began + PERIOD_S <= float(at) <= ended]
