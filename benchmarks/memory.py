"""How much memory a replay of a long log takes: `python -m benchmarks.memory`.

The log is written ticket by ticket, as help desks export them, so that it must be sorted, too. A ticket stays open
while as many others are created as shall be open at one time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from stream.core.times import SECOND, parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_MB: Final = 600
START: Final = parse_rfc3339("2025-01-01T00:00:00Z")
YEAR_S: Final = 365 * 86_400
EVENTS_PER_TICKET: Final = 6
QUEUES: Final = ("billing", "returns", "tech", "vip", "sales")
PRIORITIES: Final = ("low", "normal", "normal", "high", "urgent")
CHANNELS: Final = ("email", "email", "chat", "web")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a replay took.

    Attributes:
        peak_mb: largest resident set of the process, in MB (10^6 bytes).
        seconds: from its start to its end, and
        cpu_s: those in which it computed.
        report: what it printed.
    """

    peak_mb: float
    seconds: float
    cpu_s: float
    report: dict[str, Any]


def lines(events: int, open_at_once: int, seed: int = 1) -> Iterator[str]:
    """Yield the events of a year, ticket by ticket; at most about `open_at_once` tickets are open at any time."""
    rng = random.Random(seed)
    tickets = events // EVENTS_PER_TICKET
    gap_s = YEAR_S / (tickets + open_at_once)
    for number in range(tickets):
        begun = number * gap_s
        open_s = open_at_once * gap_s * rng.uniform(0.9, 1.1)
        fields = {
            "queue": rng.choice(QUEUES),
            "channel": rng.choice(CHANNELS),
            "priority": rng.choice(PRIORITIES),
        }
        agent = f"agent-{rng.randrange(200)}"
        said = {"visibility": "public"}
        steps: tuple[tuple[str, float, dict[str, str]], ...] = (
            ("created", 0.0, fields),
            ("assigned", 0.001, {"agent_id": agent}),
            ("message", 0.002, {"author": "agent", "agent_id": agent} | said),
            ("status_changed", 0.003, {"status": "open"}),
            ("message", 0.5, {"author": "customer"} | said),
            ("status_changed", 1.0, {"status": "solved"}),
        )
        for step, (kind, share, more) in enumerate(steps):
            body = {
                "type": f"ticket.{kind}",
                "event_id": f"{number:08d}-{step}",
                "occurred_at": rfc3339(START + round((begun + share * open_s) * 1_000) * (SECOND // 1_000)),
                "source": "bench",
                "ticket_id": f"T{number:08d}",
            }
            yield json.dumps(body | more)


def replay(events: Path, policy: Path | None = None) -> Measured:
    """Run `deskpulse replay` on a file and return what it took."""
    command = [sys.executable, "-m", "stream", "replay", "--events", str(events)]
    if policy is not None:
        command += ["--policy", str(policy)]
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)
        out.seek(0)
        return Measured(_megabytes(used.ru_maxrss), took, used.ru_utime + used.ru_stime, json.load(out))


def main() -> int:
    """Write the log, replay it and say what it took; 1 where it was too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many events the log has")
    parser.add_argument("--open", type=int, default=100_000, help="how many tickets are open at one time")
    parser.add_argument("--policy", type=Path, help="policy file; the default policy where absent")
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        _write(file, options.events, options.open)
        measured = replay(Path(file.name), options.policy)
    sys.stdout.write(
        f"{measured.report['events']:,} events, {options.open:,} tickets open at one time: "
        f"{measured.peak_mb:,.0f} MB at most (limit {LIMIT_MB} MB), {measured.seconds:.0f} s "
        f"({measured.cpu_s:.0f} s of one core)\n"
    )
    return int(measured.peak_mb > LIMIT_MB)


def _write(file: IO[str], events: int, open_at_once: int) -> None:
    for line in lines(events, open_at_once):
        file.write(line + "\n")
    file.flush()


def _megabytes(maxrss: int) -> float:
    # Linux counts in KiB, macOS in bytes.
    return maxrss * (1 if sys.platform == "darwin" else 1_024) / 1e6


if __name__ == "__main__":
    sys.exit(main())
