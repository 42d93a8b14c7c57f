"""`python -m benchmarks.scrape`: how long a scrape of 10,000 series takes, and how long it holds the pipeline up.

The worker's event loop is in this process and applies events as the pipeline does, in slices; the scraper is another
process and asks as Prometheus does. Without events the loop is idle. With `--kafka` it is a real worker at full rate.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.full_rate import Scraper, at_full_rate, paced
from benchmarks.this_worker import add_state
from stream.core.events import decode
from stream.core.policy import default_policy
from stream.core.shard import Shard
from stream.core.times import DAY, SECOND, parse_rfc3339, rfc3339
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.formats import OPEN_METRICS
from stream.edge.pipeline.interpreter import tune_interpreter
from stream.edge.web import start_web
from tests.exposition.worker import StillWorker

END = parse_rfc3339("2026-03-03T12:00:00Z")
PRIORITIES = ("low", "normal", "high", "urgent")
SHARDS = 4


def main() -> None:
    """Fill a worker, then scrape it idle and busy."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scrape", description=__doc__)
    parser.add_argument("--queues", type=int, default=26, help="default %(default)s: about 10,000 series")
    parser.add_argument(
        "--subjects", type=int, default=40_000, help="tickets and calls of the day; default %(default)s"
    )
    parser.add_argument("--scrapes", type=int, default=15, help="default %(default)s")
    parser.add_argument("--kafka", action="store_true", help="a real worker that reads a backlog from a real Kafka")
    add_state(parser)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.client:
        sys.stdout.write(json.dumps(scrape(asked.client, asked.scrapes)))
    elif asked.kafka:
        at_full_rate(asked.scrapes, asked.state)
    else:
        asyncio.run(measure(asked.queues, asked.subjects, asked.scrapes))


def scrape(url: str, scrapes: int) -> list[float]:
    """Return the milliseconds of each scrape."""
    scraper = Scraper(url)
    return [scraper.took() for _ in paced(scrapes)]


async def measure(queues: int, subjects: int, scrapes: int) -> None:
    """Print a table: scrapes of an idle worker, then of a busy one."""
    policy = default_policy()
    shards = [Shard(policy, number) for number in range(SHARDS)]
    tune_interpreter()
    messages = list(desk(queues, subjects, END - DAY, END))
    apply(shards, messages)
    for shard in shards:
        shard.advance(END)
    worker = StillWorker(shards)
    collector = DeskpulseCollector(worker, policy)
    series = sum(len(family.samples) for family in collector.collect())
    keys = sum(len(window.sums) for shard in shards for window in shard.windows.all)
    table = Table(title=f"{series:,} series, {len(messages):,} events, {keys:,} sums in {SHARDS} shards; milliseconds")
    for name in ("worker", "scrape: median", "longest", "longest pause of the loop", "events/s"):
        table.add_column(name, justify="right")
    web = await start_web(worker, policy)
    more = list(desk(queues, 4_000, END, END + 600 * SECOND))
    for name, load in (("idle", []), ("busy", more)):
        took, pause, rate = await _scraped(web.url, scrapes, worker, load)
        row = [f"{value:.1f}" for value in (statistics.median(took), max(took), pause * 1e3)]
        table.add_row(name, *row, f"{rate:,.0f}")
    await web.close()
    console = Console()
    console.print(table)
    copying, writing = processor_time(collector)
    console.print(f"processor time of one scrape: {copying:.1f} ms on the loop, {writing:.1f} ms in the thread")


def processor_time(collector: DeskpulseCollector) -> tuple[float, float]:
    """Return the milliseconds of processor time that copying takes, and merging, writing and compressing."""
    copying, writing = [], []
    for _ in range(10):
        times = [time.thread_time()]
        snapshot = collector.take()
        times.append(time.thread_time())
        gzip.compress(collector.render(snapshot, OPEN_METRICS), 1)
        times.append(time.thread_time())
        copying.append((times[1] - times[0]) * 1e3)
        writing.append((times[2] - times[1]) * 1e3)
    return statistics.median(copying), statistics.median(writing)


def apply(shards: Sequence[Shard], messages: Iterable[bytes]) -> None:
    """Decode and apply as the pipeline does."""
    for message in messages:
        event = decode(message)
        assert event is not None
        shards[hash(event.key) % SHARDS].apply(event)


async def _scraped(url: str, scrapes: int, worker: StillWorker, load: list[bytes]) -> tuple[list[float], float, float]:
    """Return the milliseconds of each scrape, the seconds of the longest pause, the events a second."""
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.scrape", "--client", url, "--scrapes", str(scrapes),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ended = asyncio.create_task(client.communicate())
    more = itertools.cycle(load)
    longest, applied, turns = 0.0, 0, worker.turns
    began = last = time.perf_counter()
    while not ended.done():
        if load:
            apply(worker.shown, itertools.islice(more, turns.slice))
            applied += turns.slice
        await (turns.pause() if load else asyncio.sleep(0.001))
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    output, _ = ended.result()
    return json.loads(output), longest, applied / (last - began)


def desk(queues: int, subjects: int, start: int, end: int) -> Iterator[bytes]:
    """Yield the messages of mail in four priorities for every queue, and of calls for every second one."""
    rng = random.Random(1)
    numbers = itertools.count()

    def event(kind: str, at: float, **fields: str) -> bytes:
        body = {"type": kind, "event_id": f"e{next(numbers)}", "occurred_at": rfc3339(round(at)), **fields}
        return json.dumps(body).encode()

    for number in range(subjects):
        at = start + (end - start) * number / subjects
        queue = f"queue {rng.randrange(queues):02d}"
        if rng.random() < 0.7:
            of = {"ticket_id": f"T{start}-{number}"}
            more = {"queue": queue, "channel": "email", "priority": rng.choice(PRIORITIES)}
            yield event("ticket.created", at, **of, **more)
            if rng.random() < 0.9:
                at += rng.lognormvariate(7, 2) * SECOND
                yield event("ticket.message", at, author="agent", visibility="public", **of)
                yield event("ticket.message", at + SECOND, author="customer", visibility="public", **of)
                yield event("ticket.message", at + 60 * SECOND, author="agent", visibility="public", **of)
                yield event("ticket.status_changed", at + rng.lognormvariate(6, 2) * SECOND, status="solved", **of)
        else:
            of = {"chat_id": f"C{start}-{number}"}
            queue = f"queue {rng.randrange(0, queues, 2):02d}"
            yield event("chat.started", at, channel="voice", handled_by="queue", queue=queue, **of)
            yield event("chat.queued", at, queue=queue, **of)
            at += rng.expovariate(1 / 30) * SECOND
            if rng.random() < 0.9:
                yield event("chat.accepted", at, agent_id="a", **of)
                yield event("chat.ended", at + rng.lognormvariate(5, 1) * SECOND, **of)
            else:
                yield event("chat.abandoned", at, **of)


if __name__ == "__main__":
    main()
