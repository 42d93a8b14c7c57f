"""`python -m benchmarks.limits`: memory and figures of a worker where the load is not what it should be.

Each case is written to a real Kafka and to a file; a worker on the data's clock reads the one, `deskpulse replay` the
other, and what both show is compared, series by series. Ends with 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.broker import create_sources, kafka, write
from benchmarks.desk import START, events
from benchmarks.this_worker import add_state
from benchmarks.worker_process import WorkerProcess
from stream.core.times import parse_rfc3339, rfc3339
from tests.conftest import ROOT
from tests.kafka import Cluster, Message

Desk = Iterator[tuple[str, Message]]

USUAL_RATE: Final = 500.0
USUAL_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of load.

    Attributes:
        name: as `--only` takes it.
        what: as the table has it.
        desk: its events in order of time, of which there are about as many as are asked for.
        paced: the first seconds come at the usual rate, and the rest at once, while the worker runs.
        folded: queues beyond `max_groups` are one, and a shard's hundred are not those of a replay, so that only sums
            over queues can be compared.
    """

    name: str
    what: str
    desk: Callable[[int], Desk]
    paced: bool = False
    folded: bool = False


def one_partition(count: int) -> Desk:
    """Put everything into one partition."""
    return ((topic, message._replace(partition=0)) for topic, message in events(count))


def hot_ticket(count: int) -> Desk:
    """Let half of all events be messages of one ticket."""
    start = parse_rfc3339(START.isoformat())
    for number, (topic, message) in enumerate(events(count // 2)):
        yield topic, message
        at = parse_rfc3339(json.loads(message.value or b"")["occurred_at"])
        author = ("agent", "customer")[number // 3 % 2]
        fields = {"author": author, "visibility": "public"} if number else {"queue": "billing", "channel": "email"}
        kind = "ticket.message" if number else "ticket.created"
        body = {"type": kind, "event_id": f"hot{number}", "occurred_at": rfc3339(max(at, start)), "ticket_id": "HOT"}
        yield "support.tickets", Message(json.dumps(body | fields).encode(), b"HOT")


def many_queues(count: int) -> Desk:
    """Name ten thousand queues."""
    for number, (topic, message) in enumerate(events(count)):
        body = json.loads(message.value or b"")
        if "queue" in body:
            body["queue"] = f"queue {number % 10_000:04d}"
        yield topic, message._replace(value=json.dumps(body).encode())


CASES: Final = (
    Case("partition", "all in one of four partitions", one_partition),
    Case("hot", "half of all are messages of one ticket", hot_ticket),
    Case("queues", "10,000 queues, 100 groups", many_queues, folded=True),
    Case("burst", f"{USUAL_RATE:.0f} a second, then as fast as they can be written", events, paced=True),
)


def main() -> int:
    """Go through the cases; 1 where a figure differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="of each case; default %(default)s")
    parser.add_argument("--only", choices=[case.name for case in CASES])
    add_state(parser)
    asked = parser.parse_args()
    table = Table(title=f"{asked.events:,} events each, state {asked.state}")
    for name in ("case", "MB, empty", "MB, peak", "MB then", "seconds", "series", "differ"):
        table.add_column(name, justify="left" if name == "case" else "right")
    differing = 0
    with kafka() as cluster, tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            if asked.only in {None, case.name}:
                row, differences = run(cluster, case, asked.events, asked.state, Path(folder) / "events.jsonl")
                table.add_row(case.what, *row)
                differing += len(differences)
                sys.stdout.writelines(f"{case.name}: {each}\n" for each in differences[:20])
                cluster.clear()
    Console(width=120).print(table)
    return int(differing > 0)


def run(cluster: Cluster, case: Case, count: int, state: str, file: Path) -> tuple[list[str], list[str]]:
    """Return the row of the table, and the series that differ from the replay's."""
    create_sources(cluster)
    messages = list(case.desk(count))
    file.write_bytes(b"".join((message.value or b"") + b"\n" for _, message in messages))
    with WorkerProcess(cluster.bootstrap, state, clock="data", group=f"limits-{time.time_ns()}") as worker:
        worker.until_read(partitions=4)
        empty = worker.rss_mb
        began = time.monotonic()
        write(cluster, paced(messages) if case.paced else messages)
        worker.until_read(len(messages))
        seconds = time.monotonic() - began
        shown, peak, then = worker.get("/metrics").decode(), worker.peak_mb, worker.rss_mb
    expected = series_of(replayed(file), folded=case.folded)
    actual = series_of(shown, folded=case.folded)
    differences = [
        f"{name}: replay {value}, worker {actual.get(name)}"
        for name, value in expected.items()
        if actual.get(name) != value
    ]
    row = [
        f"{empty:,.0f}",
        f"{peak:,.0f}",
        f"{then:,.0f}",
        f"{seconds:.1f}",
        f"{len(expected):,}",
        f"{len(differences):,}",
    ]
    return row, differences


def paced(messages: Iterable[tuple[str, Message]]) -> Desk:
    """Hold back the first seconds' messages to the usual rate."""
    began = time.monotonic()
    for number, message in enumerate(messages):
        if number < USUAL_RATE * USUAL_S:
            time.sleep(max(0.0, began + number / USUAL_RATE - time.monotonic()))
        yield message


def replayed(file: Path) -> str:
    """Return what `deskpulse replay` shows of a file."""
    command = [sys.executable, "-m", "stream", "replay", "--events", str(file), "--format", "prometheus"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def series_of(text: str, *, folded: bool) -> dict[str, Decimal]:
    """Return the samples of a scrape by name and labels; folded: summed over queues, timestamps left out."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, _, value = line.rpartition(" ")
        if folded:
            if "_timestamp_" in name:
                continue
            head, _, labels = name.rstrip("}").partition("{")
            name = f"{head}{{{','.join(each for each in labels.split(',') if not each.startswith('queue='))}}}"
        found[name] += Decimal(value)
    return found


if __name__ == "__main__":
    sys.exit(main())
