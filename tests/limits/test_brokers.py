"""A slow broker, a full disk, a broker that was away: memory bounded, figures right, the age of the data honest."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka import Producer

from stream.edge.pipeline import Settings
from stream.edge.pipeline.turns import SLICE
from tests.conftest import leave_out
from tests.kafka import Cluster, Message
from tests.kafka.cluster import SILENT
from tests.limits.conftest import Far
from tests.pipeline.build import created
from tests.pipeline.process import Worker, events_of, tickets

pytestmark = pytest.mark.kafka

WAITING = 1_000
SETTINGS: dict[str, Any] = {"waiting_events": WAITING, "commit_events": WAITING // 2}
MOST = 2 * (WAITING + SLICE)
"""Events of a shard that are applied and not on record: those of a transaction, and those that wait for the next."""
BURST, LARGE = 20_000, 15_000
"""Events, and bytes of each."""
ROOM = 100_000
CONFIRMED_S = Settings(("k:1",)).confirmed_s
AGE_S = 2.0
"""How old the data of a worker may be that has read everything and hears its broker."""


class Watched:
    """What a worker has shown: a shard's time must not move while there is more to read or nothing is confirmed."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.unrecorded = 0
        self._stood: dict[str, int] = {}

    def look(self) -> dict[str, Any]:
        """Look once, and judge the times of the shards that are behind."""
        view = self._worker.view()
        self.unrecorded = max(self.unrecorded, view.get("unrecorded", 0))
        behind = {str(number) for number in view.get("behind", ())}
        times = {number: at for number, at in view.get("times", {}).items() if number in behind}
        assert {number: self._stood.get(number, at) for number, at in times.items()} == times
        self._stood = times
        return view


def is_up_to_date(view: dict[str, Any], events: int) -> bool:
    """Whether all is read, shown once and on record, and the data is as old as its newest confirmation."""
    return (
        view["ready"] == 4
        and (view["lag"], view["unrecorded"], events_of(view)) == (0, 0, events)
        and all(view["wall"] - at < AGE_S * 1e6 for at in view["times"].values())
    )


def test_a_slow_broker_is_waited_for(far: Far, tmp_path: Path) -> None:
    """Transactions that take a second hold up the reading: so much waits for them and no more, until all is read."""
    with Worker([far.proxy.address], tmp_path, session_timeout_s=10.0, **SETTINGS) as worker:
        worker.ready(4)
        far.proxy.delay_s = 0.1
        far.cluster.produce("support.tickets", tickets(20_000))
        watched = Watched(worker)
        worker.until(lambda view: events_of(view) + view["lag"] >= 20_000, "it knows how much there is")
        worker.until(lambda _: is_up_to_date(watched.look(), 20_000), "all is read and on record")
        assert WAITING < watched.unrecorded <= MOST
        assert 0 == worker.view()["duplicates"]


def test_a_burst_after_an_outage_takes_no_more_memory_than_usual(far: Far, tmp_path: Path) -> None:
    """While nobody answers time stands still; then 300 MB come at once, and are read as fast as they are applied."""
    with Worker([far.proxy.address], tmp_path, session_timeout_s=30.0, heartbeat_s=1.0, **SETTINGS) as worker:
        worker.ready(4)
        watched = Watched(worker)
        worker.until(lambda _: is_up_to_date(watched.look(), 0), "it has nothing to read")
        process = psutil.Process(worker.process.pid)
        before = process.memory_info().rss
        far.proxy.block()
        worker.until(lambda view: view["state"] == "waiting_for_broker", "it notices")
        stood = worker.until(lambda view: _age_s(view) > CONFIRMED_S, "what the broker has said is too old")["times"]
        far.cluster.produce("support.tickets", _large(BURST))
        assert stood == worker.until(lambda view: _age_s(view) > CONFIRMED_S + AGE_S, "time goes on elsewhere")["times"]
        far.proxy.unblock()
        peak = 0

        def is_read(_: object) -> bool:
            nonlocal peak
            peak = max(peak, process.memory_info().rss)
            return is_up_to_date(watched.look(), BURST)

        worker.until(is_read, "the burst is read and on record")
        assert 0 == worker.view()["duplicates"]
        print(f"{(peak - before) / 1e6:.0f} MB, {watched.unrecorded} unrecorded")  # noqa: T201  pytest shows it with -rP
        assert watched.unrecorded <= MOST
        assert peak - before < BURST * LARGE / 2


def _age_s(view: dict[str, Any]) -> float:
    """Return how old the oldest of what a worker shows is; 0 where it shows nothing."""
    return max(((view["wall"] - at) / 1e6 for at in view.get("times", {}).values()), default=0.0)


def _large(count: int) -> Iterator[Message]:
    """Yield messages of some tickets, each of 15 KB."""
    for number in range(count):
        name = f"T{number % 1_000}"
        fields = {"type": "ticket.message", "author": "customer", "visibility": "public", "text": "x" * LARGE}
        yield Message(created(number % 36_000, ticket_id=name, event_id=f"e{number}", **fields), name.encode())


def test_a_full_disk_stops_the_broker_and_costs_nothing(far: Far, tmp_path: Path) -> None:
    """Kafka ends when it cannot write, whatever is under way; once there is room every event counts once."""
    with Worker([far.proxy.address], tmp_path, session_timeout_s=30.0, heartbeat_s=1.0, **SETTINGS) as worker:
        worker.ready(4)
        far.cluster.produce("support.tickets", tickets(2_000))
        worker.until(lambda view: is_up_to_date(view, 2_000), "all is read and on record")
        fill_disk(far.cluster)
        send_until_it_ends(far.cluster, first=2_000)
        gone = worker.until(lambda view: view["state"] == "waiting_for_broker", "it notices")["wall"] / 1e6
        stood = worker.until(lambda view: view["wall"] / 1e6 > gone + CONFIRMED_S, "the broker's word is too old")
        later = worker.until(lambda view: view["wall"] / 1e6 > gone + CONFIRMED_S + AGE_S, "time goes on elsewhere")
        # A shard whose transaction the broker refused is not shown until it has been opened again.
        assert later["times"].items() <= stood["times"].items()
        assert [] == [shard for shard in later["shards"] if shard not in stood["shards"]]
        assert later["unrecorded"] <= MOST
        # A process that starts anew has the room that the system gives it.
        far.cluster.stop()
        far.cluster.start()
        events = sum(far.cluster.end_offsets("support.tickets").values())
        worker.until(lambda view: is_up_to_date(view, events), "all is read and on record")
        assert 2_000 < events
        assert 0 == worker.view()["duplicates"]
        assert "Traceback" not in worker.said()


def send_until_it_ends(cluster: Cluster, first: int) -> None:
    """Create ticket after ticket, some of them in vain, until the broker has ended."""
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "message.timeout.ms": 3_000, **SILENT})
    bound = time.monotonic() + 30
    while (trouble := cluster.brokers[0].trouble()) is None:
        assert time.monotonic() < bound, "a broker without room for a message goes on"
        for value, key, *_ in tickets(500, first):
            producer.produce("support.tickets", value=value, key=key)
        producer.flush(1)
        first += 500
    producer.purge()
    assert "Shutdown broker because all log dirs" in trouble


def fill_disk(cluster: Cluster) -> None:
    """Leave the broker no room: no file of its process may grow by more than a little, as on a disk that is full.

    The system refuses such a write by another number than that of a full disk; to Kafka both are an IOException.
    """
    process = getattr(cluster.brokers[0], "process", None)
    if process is None:
        leave_out("the broker is no process of this machine, so its disk cannot be filled")
    logs = Path(process.args[-1]).parent / "logs"
    # Topics that were deleted lie there for a while; nothing is written to them.
    largest = max(path.stat().st_size for path in logs.rglob("*.log") if not path.parent.name.endswith("-delete"))
    _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest + ROOM, most))
