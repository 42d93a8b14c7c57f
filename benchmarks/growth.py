"""`python -m benchmarks.growth`: what an event costs the core of a worker with few open tickets, and with a million.

No Kafka: bytes are decoded and applied to one shard, its time moves on with them, and with `--state kafka` what has
changed is encoded as a commit would write it. Both shards live in processes of their own, which are asked in turns.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final, Self

from rich.console import Console
from rich.table import Table

from benchmarks.broker import OWN_CORE, pinned
from benchmarks.measured import peak_mb
from benchmarks.this_worker import add_state, maker_of
from stream.core.events import decode
from stream.core.policy import default_policy
from stream.core.times import SECOND, parse_rfc3339, rfc3339
from stream.edge.pipeline.interpreter import enlarge_pages, tune_interpreter
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


START: Final = parse_rfc3339("2026-03-02T09:00:00Z")
FILLING: Final = 600 * SECOND
"""In so much time any number of tickets comes, so that few and many have waited equally long."""
STEP: Final = SECOND // 1_000
"""Between two events after that."""
BATCH: Final = 2_000
QUEUES: Final = ("billing", "tech", "sales", "returns", "accounts")
EVENTS_EACH: Final = 5


class Desk:
    """One shard with so many open tickets of five events, and the events that come next.

    Args:
        tickets: how many are open at any time.
        state: `kafka` encodes what changed, batch by batch.
    """

    def __init__(self, tickets: int, state: str) -> None:
        self.shard = maker_of(default_policy(), state)(0)
        self._turn_page = getattr(self.shard, "turn_page", None) if state == "kafka" else None
        self._rng = random.Random(tickets)
        self._now = START
        self._step = FILLING // (EVENTS_EACH * tickets)
        self._number = 0
        for kind in range(EVENTS_EACH):
            for part in range(0, tickets, BATCH):
                numbers = range(part, min(part + BATCH, tickets))
                self._apply([self._usual(kind, f"T{number}") for number in numbers])
        self._open = [f"T{number}" for number in range(tickets)]
        self._step = STEP

    def cost(self, count: int) -> float:
        """Return the microseconds of processor time of each of the next events, at least `count` of them."""
        messages = list(self._next(count))
        began = time.process_time()
        for start in range(0, len(messages), BATCH):
            self._apply(messages[start : start + BATCH])
        return 1e6 * (time.process_time() - began) / len(messages)

    def _apply(self, messages: list[bytes]) -> None:
        apply = self.shard.apply
        for message in messages:
            event = decode(message)
            if event is not None:
                apply(event, event.at)
        if self.shard.newest is not None:
            self.shard.advance(self.shard.newest - 1)
        if self._turn_page is not None:
            self._turn_page({"support.tickets": (self._number, self.shard.newest)})

    def _next(self, count: int) -> Iterator[bytes]:
        """Yield messages about random open tickets; a ticket has five of them on average, then another one comes."""
        rng, opened = self._rng, self._open
        for _ in range(count):
            place = rng.randrange(len(opened))
            if rng.random() < 1 / EVENTS_EACH:
                name, opened[place] = opened[place], f"N{self._number}"
                yield self._event("ticket.status_changed", name, status="solved")
                yield self._usual(0, opened[place])
            else:
                yield self._usual(rng.choice((2, 3)), opened[place])

    def _usual(self, kind: int, ticket: str) -> bytes:
        if kind == 0:
            queue = QUEUES[self._number % len(QUEUES)]
            return self._event("ticket.created", ticket, queue=queue, channel="email", priority="normal")
        if kind == 1:
            return self._event("ticket.assigned", ticket, agent_id=f"a{self._number % 40}")
        author = "agent" if kind == 2 else "customer"
        return self._event("ticket.message", ticket, author=author, visibility="public")

    def _event(self, kind: str, ticket: str, **fields: Any) -> bytes:
        self._number += 1
        self._now += self._step
        body = {"type": kind, "event_id": f"e{self._number}", "occurred_at": rfc3339(self._now), "ticket_id": ticket}
        return json.dumps(body | fields).encode()


class Asked:
    """A `Desk` in a process of its own on the core of what is measured; a context manager."""

    def __init__(self, tickets: int, state: str) -> None:
        self._command = [sys.executable, "-m", "benchmarks.growth", "--serve", str(tickets), "--state", state]

    def __enter__(self) -> Self:
        with pinned(OWN_CORE):
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, count: int) -> tuple[float, float]:
        """Return microseconds per event, and MB of memory at most so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        cost, peak = self._process.stdout.readline().split()
        return float(cost), float(peak)


def main() -> None:
    """Ask the small and the large desk in turns and print what an event cost each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--few", type=int, default=10_000, help="open tickets; default %(default)s")
    parser.add_argument("--many", type=int, default=1_000_000, help="open tickets; default %(default)s")
    parser.add_argument("--events", type=int, default=50_000, help="of a round; default %(default)s")
    parser.add_argument("--rounds", type=int, default=7, help="default %(default)s")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    add_state(parser)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve, asked.state)
        return
    table = Table(title=f"µs of processor time per event, state {asked.state}")
    for name in ("round", f"{asked.few:,} open", f"{asked.many:,} open", "ratio"):
        table.add_column(name, justify="right")
    rows: list[tuple[float, float, float]] = []
    peaks = 0.0, 0.0
    with Asked(asked.few, asked.state) as few, Asked(asked.many, asked.state) as many:
        for desk in (few, many):
            desk.ask(asked.events)
        for number in range(1, asked.rounds + 1):
            (small, large), peaks = zip(few.ask(asked.events), many.ask(asked.events), strict=True)
            rows.append((small, large, large / small))
            table.add_row(str(number), *(f"{value:.2f}" for value in rows[-1]))
    table.add_section()
    table.add_row("median", *(f"{statistics.median(column):.2f}" for column in zip(*rows, strict=True)))
    table.add_row("peak MB", *(f"{peak:,.0f}" for peak in peaks), "")
    Console().print(table)


def serve(tickets: int, state: str) -> None:
    """Be the desk of an `Asked`."""
    tune_interpreter()
    desk = Desk(tickets, state)
    enlarge_pages()  # as a worker does within seconds
    for line in sys.stdin:
        sys.stdout.write(f"{desk.cost(int(line))} {peak_mb()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
