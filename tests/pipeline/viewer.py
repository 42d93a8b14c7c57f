"""A worker whose view is served as JSON, for tests that look at the pipeline and not at its metrics."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from stream.core.policy import default_policy, load_policy
from stream.core.shard import Shard
from stream.edge.pipeline import Settings, WorkerView, leave, run_worker
from stream.errors import DeskpulseError

if TYPE_CHECKING:
    from stream.edge.pipeline.watch import Watch


def shown(view: WorkerView) -> dict[str, Any]:
    """Return what the tests look at."""
    holdings = cast("Watch", view)._pipeline.holdings
    return {
        "state": view.state.value,
        "expected": view.partitions_expected,
        "assigned": view.partitions_assigned,
        "ready": view.partitions_ready,
        "lag": sum(reading.lag for reading in view.readings()),
        "behind": [held.number for held in holdings if any(cursor.has_more for cursor in held.cursors.values())],
        "unrecorded": max((sum(c.position - c.safe for c in held.cursors.values()) for held in holdings), default=0),
        "opening": [[o.partition, o.read, o.of] for o in view.openings()],
        "events": {"/".join(key): count for key, count in view.events_total.items()},
        "rejected": {"/".join(key): count for key, count in view.rejected_total.items()},
        "sources": {"/".join(key): at for key, at in view.last_events.items()},
        "rebalances": view.rebalances_total,
        "missed": view.missed_total,
        "duplicates": view.duplicates_total,
        "busy": view.busy_seconds_total,
        "committed": view.committed_at_s,
        "wall": view.wall(),
        "times": view.data_times(),
        "shards": [
            {
                "number": shard.number,
                "events": shard.counts.events,
                "held": len(shard),
                "breaching": sum(row["state"] == "breaching" for row in shard.at_risk(None, 1_000_000)),
            }
            for shard in view.shards()
        ],
    }


async def serve(view: WorkerView) -> Callable[[], Awaitable[None]]:
    """Answer every request with the view; the port is the first line on standard output."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.json_response(shown(view))

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.1)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201  the test reads it
    return runner.cleanup


def main() -> None:
    """Run a worker by settings in JSON, the first argument; the second is a policy file."""
    options = json.loads(sys.argv[1])
    options["brokers"] = tuple(options["brokers"])
    policy = load_policy(Path(sys.argv[2]).read_text("utf-8"), "policy") if len(sys.argv) > 2 else default_policy()
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    try:
        settings = Settings(**options)

        def make(number: int) -> Shard:
            return Shard(policy, number, notes=settings.keeps_state)

        asyncio.run(run_worker(settings, policy.clock_skew, make, serve))
        leave()
    except DeskpulseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
