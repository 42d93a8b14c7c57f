"""`python -m benchmarks.growth`: what an event costs the core of a worker with few open tickets, and with a million.

No Kafka: bytes are decoded and applied to one shard, its time moves on with them, and with `--state kafka` what has
changed is encoded as a commit would write it. Both shards live in processes of their own, which are asked in turns.
Few and many tickets have lived through the same: what is open is from the start as it will stay, on average.
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
from stream.core.times import MILLISECOND, SECOND, parse_rfc3339, rfc3339
from stream.edge.pipeline.interpreter import enlarge_pages, tune_interpreter
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


START: Final = parse_rfc3339("2026-03-02T09:00:00Z")
FILLING: Final = 600 * SECOND
"""In so much time any number of tickets comes, so that few and many have waited equally long."""
STEP: Final = MILLISECOND
"""Between two events after that."""
BATCH: Final = 2_000
SLICE: Final = 200
QUEUES: Final = ("billing", "tech", "sales", "returns", "accounts")
ENDS: Final = 1 / 4
"""The probability that the next event of a ticket solves it, and not one more message."""
EVENTS_EACH: Final = 5
"""So many events an open ticket has had on average: its creation, an assignment and `1 / ENDS - 1` messages."""


class Desk:
    """One shard with so many open tickets, and the events that come next.

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
        self._open = [f"T{number}" for number in range(tickets)]
        self._tell(self._created, self._open)
        self._tell(self._assigned, self._open)
        goes_on = self._open
        while goes_on := [ticket for ticket in goes_on if self._rng.random() >= ENDS]:
            self._tell(self._message, goes_on)
        self._step = STEP

    def cost(self, count: int) -> float:
        """Return the microseconds of processor time of each of the next events, at least `count` of them."""
        messages = list(self._next(count))
        began = time.process_time()
        for start in range(0, len(messages), BATCH):
            self._apply(messages[start : start + BATCH])
        return 1e6 * (time.process_time() - began) / len(messages)

    def _tell(self, kind: Callable[[str], bytes], tickets: list[str]) -> None:
        for start in range(0, len(tickets), BATCH):
            self._apply([kind(ticket) for ticket in tickets[start : start + BATCH]])

    def _apply(self, messages: list[bytes]) -> None:
        for start in range(0, len(messages), SLICE):
            events = [event for message in messages[start : start + SLICE] if (event := decode(message)) is not None]
            self.shard.apply_all(events, [event.at for event in events])
        if self.shard.newest is not None:
            self.shard.advance(self.shard.newest - 1)
        if self._turn_page is not None:
            self._turn_page({"support.tickets": (self._number, self.shard.newest)})

    def _next(self, count: int) -> Iterator[bytes]:
        """Yield messages about random open tickets; for each that is solved another one comes."""
        rng, opened = self._rng, self._open
        for _ in range(count):
            place = rng.randrange(len(opened))
            if rng.random() < ENDS:
                yield self._event("ticket.status_changed", opened[place], status="solved")
                opened[place] = f"N{self._number}"
                yield self._created(opened[place])
                yield self._assigned(opened[place])
            else:
                yield self._message(opened[place])

    def _created(self, ticket: str) -> bytes:
        queue = QUEUES[self._number % len(QUEUES)]
        return self._event("ticket.created", ticket, queue=queue, channel="email", priority="normal")

    def _assigned(self, ticket: str) -> bytes:
        return self._event("ticket.assigned", ticket, agent_id=f"a{self._number % 40}")

    def _message(self, ticket: str) -> bytes:
        author = self._rng.choice(("agent", "customer"))
        return self._event("ticket.message", ticket, author=author, visibility="public")

    def _event(self, kind: str, ticket: str, **fields: Any) -> bytes:
        self._number += 1
        self._now += self._step
        at = rfc3339(self._now // MILLISECOND * MILLISECOND)
        body = {"type": kind, "event_id": f"e{self._number}", "occurred_at": at, "ticket_id": ticket}
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
