"""Run one contestant that is written in Python: `python -m benchmarks.contestants NAME BROKERS EVENTS`."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import sys
from typing import TYPE_CHECKING, Final

from stream.edge.pipeline import leave

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from benchmarks.measured import Measured

PLACES: Final = {
    "bare": "bare.bare",
    "job": "bare.job",
    "worker": "worker.durable",
    "worker-none": "worker.forgetful",
    "faust": "faust_agent.dicts",
    "faust-tables": "faust_agent.tables",
}
"""Module and function of each: what one imports is no part of another's memory."""


def main() -> None:
    """Run it, tell what it measured, and end without ceremony."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a broker's first group is not there at once
    name, brokers, count = sys.argv[1:]
    module, _, function = PLACES[name].partition(".")
    run = getattr(importlib.import_module(f"benchmarks.contestants.{module}"), function)
    gc.collect()
    asyncio.run(_tell(run(brokers, int(count))))


async def _tell(running: Awaitable[Measured]) -> None:
    (await running).tell()
    leave()  # to stop Faust takes seconds


if __name__ == "__main__":
    main()
