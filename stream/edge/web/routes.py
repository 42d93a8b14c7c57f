"""What a worker answers besides metrics: health, readiness, clocks at risk, the story of one subject."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from stream.core.clocks import NEVER
from stream.core.times import parse_rfc3339, rfc3339
from stream.edge.web.answers import error_answer, json_answer
from stream.edge.web.asked import Refused, bounded, cut, limit_of

if TYPE_CHECKING:
    from aiohttp import web

    from stream.edge.pipeline import WorkerView

_RUNNING: Final = "running"

INDEX: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Deskpulse worker</title>
<h1>Deskpulse worker</h1>
<ul>
<li><a href="/metrics">/metrics</a>: all figures, for Prometheus
<li><a href="/healthz">/healthz</a>: the worker is alive
<li><a href="/readyz">/readyz</a>: every partition of this worker is read to the end; progress where it is not
<li><a href="/api/at-risk">/api/at-risk?queue=&amp;limit=</a>: clocks imminent or breaching, soonest due first
<li><a href="/api/kpis">/api/kpis?window=&amp;queue=</a>: every figure of a window, of a queue or of all
<li><a href="/api/agents">/api/agents?window=&amp;limit=</a>: what each agent did in a window
<li>/api/subjects/{id}: every clock of a ticket or contact, explained
</ul>
</html>
"""


class Routes:
    """Handlers over one worker. Its shards are only read, and only on the event loop."""

    def __init__(self, view: WorkerView) -> None:
        self._view = view

    async def health(self, _request: web.Request) -> web.Response:
        """Return 200 whenever the event loop runs."""
        return json_answer({"status": "alive", "state": self._view.state.value})

    async def readiness(self, _request: web.Request) -> web.Response:
        """Return 200 where every assigned shard is open and read to the end, else 503, both with the progress."""
        view = self._view
        ready, assigned, expected = view.partitions_ready, view.partitions_assigned, view.partitions_expected
        is_ready = view.state.value == _RUNNING and ready == assigned
        shards: list[dict[str, Any]] = [
            {"partition": number, "ready": True, "data_time": None if at <= -NEVER else rfc3339(at)}
            for number, at in view.data_times().items()
        ]
        shards += [
            {"partition": opening.partition, "ready": False, "read": opening.read, "of": opening.of}
            for opening in view.openings()
        ]
        body = {
            "ready": is_ready,
            "state": view.state.value,
            "incomplete": ready < expected or expected == 0,
            "partitions": {"ready": ready, "assigned": assigned, "expected": expected},
            "lag_records": sum(reading.lag for reading in view.readings()),
            "clock": rfc3339(view.wall()),
            "shards": sorted(shards, key=lambda shard: int(shard["partition"])),
        }
        return json_answer(body, 200 if is_ready else 503)

    async def at_risk(self, request: web.Request) -> web.Response:
        """Return the clocks that are imminent or breaching in the shards of this worker, soonest due first."""
        queue = bounded("queue", request.query.get("queue", "")) or None
        limit = limit_of(request)
        found: list[dict[str, Any]] = []
        for shard in self._view.shards():
            found += shard.at_risk(queue, limit)
            await asyncio.sleep(0)
        found.sort(key=_soonest_first)
        return json_answer(found[:limit])

    async def subject(self, request: web.Request) -> web.Response:
        """Return the story of a ticket or contact; where both have the id, of the ticket unless `kind` says else."""
        subject_id = bounded("id", request.match_info["id"])
        kind = request.query.get("kind") or None
        if kind not in {None, "ticket", "contact"}:
            raise Refused(f"kind: {cut(kind)!r}; ticket or contact is expected")
        stories = [story for shard in self._view.shards() for story in shard.explain(subject_id)]
        for story in stories:
            if kind in {None, story["kind"]}:
                return json_answer(story)
        wanted = kind or "ticket or contact"
        return error_answer(
            404, f"no {wanted} {subject_id!r} is held here; another worker may hold it, or it ended long ago"
        )


def _soonest_first(row: dict[str, Any]) -> tuple[int, str]:
    due_at = row["due_at"]
    return (-NEVER if due_at is None else parse_rfc3339(due_at), row["subject"])
