"""The city's own on-time flag against clocks of ours: with its due dates, and with a policy such as people write."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median_low
from typing import Any

import pytest

from stream.core.figures import Figures, take_figures
from stream.core.policy import load_policy
from tests.logs import Event, city_requests, desk, in_order, numbered, rows

FOUR_YEARS = timedelta(days=1461)
"""Longer than any request of the city was given."""

FLAGS = ("ONTIME", "OVERDUE", "blank", "open")


@dataclass(frozen=True)
class Request:
    """A request as the log has it: local times, and what the city says of it; while it is open the log does not say."""

    number: str
    queue: str
    opened: datetime
    due: datetime | None
    closed: datetime | None
    flag: str

    @property
    def allowed(self) -> int:
        """Seconds from its opening to its due date."""
        return 0 if self.due is None else round((self.due - self.opened).total_seconds())

    def events(self, opened: datetime) -> Iterator[Event]:
        """Yield its events as if opened at another time; the flag is the priority, so that each flag is a group."""
        base = {"ticket_id": self.number, "source": "city_requests"}
        created = {"type": "ticket.created", "channel": "311", "queue": self.queue, "priority": self.flag, **base}
        yield {**created, "occurred_at": opened.isoformat() + city_requests.OFFSET}
        if self.closed is not None:
            at = self.closed.isoformat() + city_requests.OFFSET
            yield {"type": "ticket.status_changed", "status": "closed", "occurred_at": at, **base}


@pytest.fixture(scope="module")
def oracle(logs: Path) -> Any:
    """The reference figures of the requests."""
    return json.loads((logs / "city_requests" / "oracle.json").read_bytes())


@pytest.fixture(scope="module")
def requests(logs: Path) -> list[Request]:
    """All requests."""
    log = list(rows(logs / "city_requests" / "events.csv.gz"))
    closings = {row["entity_id"]: row for row in log if row["event"] == "closed"}
    found = []
    for row in log:
        if row["event"] == "created":
            due = row["raw"].removeprefix("sla_due=")
            closing = closings.get(row["entity_id"])
            found.append(
                Request(
                    row["entity_id"],
                    row["group"],
                    datetime.fromisoformat(row["ts"]),
                    datetime.fromisoformat(due) if due else None,
                    datetime.fromisoformat(closing["ts"]) if closing else None,
                    (closing["raw"] or "blank") if closing else "open",
                )
            )
    return found


def clocks_by_flag(figures: Figures) -> dict[str, Counter[str]]:
    """Return what became of the resolution clocks of the requests of each flag."""
    found: dict[str, Counter[str]] = {flag: Counter() for flag in FLAGS}
    for (flag,), tally in figures.windows[0].groups.items():
        for met, breached in tally.outcomes.values():
            found[flag].update(met=met, breached=breached)
    for (flag,), live in figures.live.items():
        found[flag].update(pending=live.clocks.get("resolution", {}).get("pending", 0))
    return {flag: +counts for flag, counts in found.items()}


@pytest.mark.slow
def test_with_the_city_s_due_dates_every_clock_agrees_with_the_city(requests: list[Request], oracle: Any) -> None:
    """Deadlines that are the due dates are met and breached as the city says; what the flag counts besides is counted.

    A target is a span, and each request has a due date of its own. So each is opened four years before it is due, under
    a target of four years: then its deadline is the due date.
    """
    policy = load_policy(
        f"""
version: 1
targets: [{{clock: resolution, within: {FOUR_YEARS.days}d}}]
windows: [400d]
group_by: [priority]
""",
        "due dates",
    )
    due = {request.number: request.due for request in requests if request.due is not None}
    events = [
        event
        for request in requests
        if request.due is not None
        for event in numbered(request.number, request.events(request.due - FOUR_YEARS))
    ]
    shards = desk.run(policy, desk.decoded(in_order(events)))
    clocks = clocks_by_flag(take_figures(shards))
    closed_only, all_due = oracle["sla_recomputed_closed_only"], oracle["sla_recomputed"]
    met = clocks["ONTIME"]["met"]
    late = clocks["OVERDUE"]["breached"] + clocks["blank"]["breached"]
    silent = clocks["open"]["breached"]
    not_due = clocks["open"]["pending"]
    assert {
        "ONTIME": {"met": 60_054},
        "OVERDUE": {"breached": 19_072},
        "blank": {"breached": 82},
        "open": {"breached": 11_444, "pending": 3_502},
    } == clocks
    # The oracle's: closed in time of those closed, and with those that are open and not due yet taken as met.
    assert (closed_only["met"], closed_only["n"]) == (met, met + late)
    assert (all_due["met"], all_due["n"]) == (met + not_due, met + late + silent + not_due) == (63_556, len(due))
    # The city's flag: who has no due date, or is not due yet, is on time; 153 have none; one is seen otherwise.
    published = oracle["sla_as_published"]
    without = len(requests) - len(due)
    assert without == 26_991
    assert published["ONTIME"] == met + not_due + without - 1
    assert published["OVERDUE"] + published["blank"] == late + silent + 1
    assert all_due["compared"] - all_due["agrees_with_published"] == 1
    attained = desk.told(policy, shards)["windows"][0]["total"]["kpis"]["sla_attainment"]["resolution"]
    assert round(attained, 6) == round(met / (met + late + silent), 6) == 0.662467


@pytest.mark.slow
def test_with_one_target_for_each_queue_the_difference_is_counted(requests: list[Request]) -> None:
    """Under a policy with the usual span of each queue one of ten closed requests is judged otherwise by the city."""
    spans: dict[str, list[int]] = defaultdict(list)
    for request in requests:
        if request.allowed:
            spans[request.queue].append(request.allowed)
    assert 24_465 == len({request.allowed for request in requests if request.due is not None})
    targets = "".join(
        f"  - {{clock: resolution, match: {{queue: {json.dumps(queue)}}}, within: {median_low(found)}}}\n"
        for queue, found in sorted(spans.items())
    )
    policy = load_policy(f"version: 1\ntargets:\n{targets}windows: [400d]\ngroup_by: [priority]", "usual spans")
    events = [
        event
        for request in requests
        if request.closed is not None and request.allowed and request.flag != "blank"
        for event in numbered(request.number, request.events(request.opened))
    ]
    clocks = clocks_by_flag(take_figures(desk.run(policy, desk.decoded(in_order(events)))))
    assert {
        "ONTIME": {"met": 55_061, "breached": 4_993},
        "OVERDUE": {"met": 2_774, "breached": 16_285},
        "blank": {},
        "open": {},
    } == clocks
