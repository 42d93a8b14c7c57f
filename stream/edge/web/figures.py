"""What a worker answers about its figures: what each agent did, and every KPI of a queue or of all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from stream.core.figures import PersonTally, Tally, kpis
from stream.core.times import seconds
from stream.core.windows.slots import GROUP_SHIFT, SLOT_MASK
from stream.edge.web.answers import error_answer, json_answer
from stream.edge.web.asked import Refused, bounded, limit_of, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aiohttp import web

    from stream.core.policy import Policy
    from stream.edge.pipeline import WorkerView


class Figures:
    """Handlers over one worker. Sums are copied on the event loop and added up in a thread."""

    def __init__(self, view: WorkerView, policy: Policy) -> None:
        self._view = view
        self._policy = policy

    async def agents(self, request: web.Request) -> web.Response:
        """Return what each agent did in a window, as far as the shards of this worker know, in order of agents."""
        place, limit = window_of(request, self._policy), limit_of(request)
        sums = []
        for shard in self._view.shards():
            shard.settle()
            sums.append((shard.people.names, shard.books.people.all[place].sums.copy()))
        people = await asyncio.to_thread(_added_people, sums)
        rows = [_row(name, person) for name, person in sorted(people.items()) if not person.is_empty]
        return json_answer(rows[:limit])

    async def kpis(self, request: web.Request) -> web.Response:
        """Return every figure of a window for a queue, or for all, in the shards of this worker."""
        place = window_of(request, self._policy)
        queue = bounded("queue", request.query.get("queue", "")) or None
        if queue is not None and "queue" not in self._policy.group_by:
            raise Refused(f"queue: {queue!r}; the policy does not group by queue, so only all together is known")
        view = self._view
        shards = view.shards()
        sums = []
        for shard in shards:
            shard.settle()
            sums.append((shard.groups.labels, shard.books.read(shard.windows.all[place])))
        tally = await asyncio.to_thread(_added_groups, sums, self._policy, queue)
        if tally is None:
            return error_answer(404, f"no queue {queue!r} is counted here; another worker may hold all of it")
        body = {
            "window": self._policy.windows[place].name,
            "queue": queue,
            "incomplete": len(shards) < view.partitions_expected or view.partitions_expected == 0,
            "kpis": kpis(tally, self._policy, everybody=queue is None),
        }
        return json_answer(body)


def _added_people(sums: Iterable[tuple[Sequence[str], Mapping[int, int]]]) -> dict[str, PersonTally]:
    people: dict[str, PersonTally] = {}
    for names, amounts in sums:
        for key, amount in amounts.items():
            people.setdefault(names[key >> GROUP_SHIFT], PersonTally()).put(key & SLOT_MASK, amount)
    return people


def _added_groups(
    sums: Iterable[tuple[Sequence[tuple[str, ...]], Mapping[int, int]]], policy: Policy, queue: str | None
) -> Tally | None:
    """Return the sum over the groups of a queue, or over all of them; None where there is no such queue."""
    tally = Tally(())
    known = queue is None
    for labels, amounts in sums:
        wanted = [queue is None or queue == dict(zip(policy.group_by, group, strict=True))["queue"] for group in labels]
        known = known or any(wanted)
        for key, amount in amounts.items():
            if wanted[key >> GROUP_SHIFT]:
                tally.put(key & SLOT_MASK, amount)
    return tally if known else None


def _row(agent: str, person: PersonTally) -> dict[str, Any]:
    """Return an agent's figures as `replay` has them."""
    handled, answers = person.handled, person.csat_answers
    return {
        "agent": agent,
        "solved": person.solved,
        "handled": handled,
        "handle_s": seconds(person.handle_time),
        "average_handle_time_s": person.handle_time / (1_000_000 * handled) if handled else None,
        "csat_answers": answers,
        "csat": person.csat_satisfied / answers if answers else None,
    }
