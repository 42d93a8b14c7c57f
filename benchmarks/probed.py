"""`deskpulse` whose worker tells how long its loop was held up: `python -m benchmarks.probed worker …`.

Every fifth of a second it prints a line: `pause`, the time on the monotonic clock, and the longest time since the line
before in which nothing else could run on the loop, both in seconds.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from stream.edge import pipeline
from stream.tools.cli.main import main

PERIOD_S = 0.2
STEP_S = 0.001

run_worker = pipeline.run_worker


async def probed(*arguments: Any) -> None:
    """Run a worker beside the probe."""
    probe = asyncio.create_task(watch())
    try:
        await run_worker(*arguments)
    finally:
        probe.cancel()


async def watch() -> None:
    """Look at the clock again and again, and tell of the longest pause."""
    told = last = time.monotonic()
    longest = 0.0
    while True:
        await asyncio.sleep(STEP_S)
        now = time.monotonic()
        longest, last = max(longest, now - last - STEP_S), now
        if now - told >= PERIOD_S:
            sys.stdout.write(f"pause {now} {longest}\n")
            sys.stdout.flush()
            told, longest = now, 0.0


if __name__ == "__main__":
    pipeline.run_worker = probed  # type: ignore[assignment]  # it hands on whatever it is given
    main()
