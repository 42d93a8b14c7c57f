"""A worker against a real Kafka: what it reads, what it shows, and how it lives."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.kafka import Cluster, Message
from tests.kafka.cluster import SILENT
from tests.pipeline.build import created
from tests.pipeline.process import TOPICS, Worker, events_of, tickets, until

pytestmark = pytest.mark.kafka


def test_missing_topics_are_created_and_their_absence_is_named_where_that_is_not_wanted(
    kafka: Cluster, tmp_path: Path
) -> None:
    """Without leave to create them one line names all that are missing; with it they are there, equally divided."""
    kafka.create_topic("support.tickets", 3)
    with Worker(kafka.addresses, tmp_path, create_topics=False) as worker:
        assert worker.process.wait(20) == 1
    assert [line] == worker.said().splitlines() if (line := worker.said().strip()) else False
    for topic in (*TOPICS[1:], "support.dead"):
        assert topic in line
    assert "support.tickets" not in line
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.ready(3)
        assert worker.end() == 0
    assert [3] * 6 == [len(kafka.partitions(topic)) for topic in (*TOPICS, "support.dead")]


def test_unequal_topics_are_refused_with_their_numbers(topics: Cluster, tmp_path: Path) -> None:
    """A survey must find its ticket, so source topics have equally many partitions."""
    for topic in TOPICS[1:]:
        assert topics.partitions(topic) == [0, 1, 2, 3]
    topics.create_topic("support.odd", 2)
    with Worker(topics.addresses, tmp_path, topics=(*TOPICS, "support.odd")) as worker:
        assert worker.process.wait(20) == 1
    assert "support.tickets has 4" in worker.said()
    assert "support.odd has 2" in worker.said()
    assert "Traceback" not in worker.said()


def test_a_dead_letter_topic_that_is_too_small_is_refused_with_the_remedy(topics: Cluster, tmp_path: Path) -> None:
    """A message that fits its source must fit the dead-letter topic, headers and all."""
    topics.create_topic("support.dead", 1, max_message_bytes=500_000)
    with Worker(topics.addresses, tmp_path) as worker:
        assert worker.process.wait(20) == 1
    assert "--topic support.dead --add-config max.message.bytes=16777216" in worker.said()


def test_all_is_read_from_the_start_and_shown_only_when_it_is_read(topics: Cluster, tmp_path: Path) -> None:
    """Every event counts once; until a shard has caught up it is not shown, and progress is."""
    topics.produce("support.tickets", tickets(40_000))
    with Worker(topics.addresses, tmp_path) as worker:
        seen: list[int] = []

        def ready(view: dict[str, object]) -> bool:
            shards = view["shards"]
            assert isinstance(shards, list)
            seen.extend(shard["events"] for shard in shards)
            return view["state"] == "running"

        view = worker.until(ready, "the worker runs")
        assert events_of(view) == 40_000
        assert {"support.tickets/ticket.created": 40_000} == view["events"]
        assert all(count >= 9_000 for count in seen)  # no shard was shown half read
        assert (4, 4, 4, 0, []) == (view["expected"], view["assigned"], view["ready"], view["lag"], view["opening"])
        topics.produce("support.tickets", tickets(100, 40_000))
        worker.until(lambda view: events_of(view) == 40_100, "new events come in", 10)
        assert worker.end() == 0
    with Worker(topics.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == 40_100


def test_a_second_worker_comes_and_goes_and_every_event_counts_once(topics: Cluster, tmp_path: Path) -> None:
    """Over both workers the figures are whole; what stays with a worker is not read anew, and half is called half."""
    topics.produce("support.tickets", tickets(20_000))
    with Worker(topics.addresses, tmp_path) as one:
        one.ready(4)
        with Worker(topics.addresses, tmp_path) as two:
            incomplete = one.until(lambda view: view["ready"] < 4, "the first worker has given some away")
            assert incomplete["expected"] == 4
            first, second = one.ready(2), two.ready(2)
            assert events_of(first, second) == 20_000
            assert sum(first["events"].values()) == 20_000  # nothing was read twice by the one that stayed
            topics.produce("support.tickets", tickets(1_000, 20_000))
            until(lambda: events_of(one.view(), two.view()) == 21_000, "new events are shared out")
            assert two.end() == 0
        view = one.ready(4)
        assert events_of(view) == 21_000
        assert view["duplicates"] == 0


def test_a_killed_worker_is_replaced_and_every_event_counts_once(topics: Cluster, tmp_path: Path) -> None:
    """After the session timeout the other one holds all partitions."""
    topics.produce("support.tickets", tickets(10_000))
    with Worker(topics.addresses, tmp_path) as one, Worker(topics.addresses, tmp_path) as two:
        until(lambda: events_of(one.view(), two.view()) == 10_000, "both are ready")
        two.process.kill()
        assert events_of(one.ready(4)) == 10_000
        assert one.view()["duplicates"] == 0


def test_a_worker_that_slept_shows_nothing_until_the_group_confirms_it(topics: Cluster, tmp_path: Path) -> None:
    """Its partitions may be another's meanwhile: figures that are shown twice are wrong."""
    topics.produce("support.tickets", tickets(1_000))
    with Worker(topics.addresses, tmp_path) as one:
        one.ready(4)
        with Worker(topics.addresses, tmp_path) as two:
            until(lambda: events_of(one.view(), two.view()) == 1_000, "both are ready")
            one.process.send_signal(signal.SIGSTOP)
            two.ready(4)
            one.process.send_signal(signal.SIGCONT)
            seen = [events_of(one.view(), two.view()) for _ in range(40)]
            assert max(seen) <= 1_000
            until(lambda: events_of(one.view(), two.view()) == 1_000, "they share again")
            assert one.view()["duplicates"] == two.view()["duplicates"] == 0


def test_a_deadline_shows_within_two_seconds_with_no_further_event(topics: Cluster, tmp_path: Path) -> None:
    """The timer fires by the wall clock once all is read."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\ntargets: [{clock: resolution, within: 4s}]\n")
    with Worker(topics.addresses, tmp_path, policy) as worker:
        worker.ready(4)
        now = datetime.now(UTC)
        topics.produce("support.tickets", [Message(created(1, occurred_at=now.isoformat()), b"T1")])
        view = worker.until(lambda view: sum(s["breaching"] for s in view["shards"]) == 1, "the breach shows", 10)
        late = view["wall"] / 1e6 - (now + timedelta(seconds=4)).timestamp()
        assert 0 <= late < 2


def test_a_backlog_fires_no_false_breach(topics: Cluster, tmp_path: Path) -> None:
    """Every ticket of 100,000 was solved in time long ago: at no moment of reading does one breach."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\ntargets: [{clock: resolution, within: 10m}]\n")

    def backlog() -> Iterator[Message]:
        for number in range(100_000):
            key = f"T{number}".encode()
            minute = number // 1_000
            yield Message(created(minute * 60, ticket_id=key.decode(), event_id=f"c{number}"), key)
            if number >= 5_000:
                old = f"T{number - 5_000}"
                solved = {"type": "ticket.status_changed", "status": "solved"}
                yield Message(created(minute * 60, ticket_id=old, event_id=f"s{number}", **solved), old.encode())
        for number in range(95_000, 100_000):
            solved = {"type": "ticket.status_changed", "status": "solved", "ticket_id": f"T{number}"}
            yield Message(created(104 * 60, event_id=f"z{number}", **solved), f"T{number}".encode())

    topics.produce("support.tickets", backlog())
    with Worker(topics.addresses, tmp_path, policy) as worker:
        breaches: list[int] = []

        def done(view: dict[str, object]) -> bool:
            shards = view["shards"]
            assert isinstance(shards, list)
            breaches.extend(shard["breaching"] for shard in shards)
            return view["state"] == "running" and view["lag"] == 0

        view = worker.until(done, "the backlog is read", 120)
        assert events_of(view) == 200_000
        assert set(breaches) == {0}


def test_old_logs_live_in_their_own_time(topics: Cluster, tmp_path: Path) -> None:
    """With the data's clock the time of every shard is that of the newest event of any."""
    topics.produce("support.tickets", tickets(1_000))
    with Worker(topics.addresses, tmp_path, live=False) as worker:
        worker.ready(4)
        newest = worker.view()["sources"]["support.tickets/none"]
        worker.until(lambda view: {newest} == set(view["times"].values()), "all shards are at the newest event", 5)


def test_a_broker_that_goes_and_comes_back_is_waited_for_with_one_line(kafka: Cluster, tmp_path: Path) -> None:
    """At the start and in the middle: one line when it goes, one when it is back, nothing lost or doubled."""
    kafka.stop()
    with Worker(kafka.addresses, tmp_path) as worker:
        until(lambda: "no broker at" in worker.said(), "it says that there is no broker")
        assert worker.view()["state"] in {"starting", "waiting_for_broker"}
        kafka.start()
        worker.ready(4)
        kafka.produce("support.tickets", tickets(500))
        worker.until(lambda view: events_of(view) == 500, "events come in")
        kafka.stop()
        worker.until(lambda view: view["state"] == "waiting_for_broker", "it notices")
        worker.until(lambda view: view["ready"] == 0, "it shows nothing that the group does not confirm")
        kafka.start()
        worker.until(lambda view: view["state"] == "running" and events_of(view) == 500, "it is back")
        kafka.produce("support.tickets", tickets(500, 500))
        worker.until(lambda view: events_of(view) == 1_000, "it goes on")
        assert worker.view()["duplicates"] == 0
        assert worker.end() == 0
    assert "Traceback" not in worker.said()
    assert worker.said().count("no broker at") == 1
    assert worker.said().count("no answer from") == 1


def test_a_worker_ends_cleanly_in_every_situation(kafka: Cluster, tmp_path: Path) -> None:
    """Within 3 s, with code 0: while it reads, while it waits for a broker, and while the broker is gone."""
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.ready(4)
        kafka.produce("support.tickets", tickets(50_000))
        assert worker.end() == 0
    with Worker(kafka.addresses, tmp_path) as worker:
        worker.until(lambda view: view["state"] == "running", "it runs")
        kafka.stop()
        worker.until(lambda view: view["state"] == "waiting_for_broker", "it notices")
        assert worker.end() == 0
    with Worker(kafka.addresses, tmp_path) as worker:
        assert worker.end() == 0
    assert "Traceback" not in worker.said()


def test_what_a_transaction_took_back_never_happened_and_its_markers_are_no_gap(
    topics: Cluster, tmp_path: Path
) -> None:
    """Only committed events count; offsets without a record do not keep a shard from being ready."""
    producer = Producer({"bootstrap.servers": topics.bootstrap, "transactional.id": "t", **SILENT})
    producer.init_transactions()
    for first, commit in ((0, True), (100, False), (200, True), (300, False)):
        producer.begin_transaction()
        for value, key, *_ in tickets(100, first):
            producer.produce("support.tickets", value=value, key=key)
        producer.flush()  # what never left the client could not be taken back: the broker knows of no transaction
        (producer.commit_transaction if commit else producer.abort_transaction)()
    with Worker(topics.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == 200
        topics.produce("support.tickets", tickets(50, 400))
        worker.until(lambda view: events_of(view) == 250 and view["lag"] == 0, "it goes on")


@pytest.mark.slow
def test_workers_that_come_go_die_and_sleep_at_random_lose_and_double_nothing(topics: Cluster, tmp_path: Path) -> None:
    """While events come in all the time; every event counts once at the end, and every bad message is a letter."""
    rng = random.Random(3)
    sent = [0, 0]
    with ExitStack() as stack:
        workers: list[Worker] = []
        asleep: list[Worker] = []

        def join() -> None:
            workers.append(stack.enter_context(Worker(topics.addresses, tmp_path)))

        join()
        bound = time.monotonic() + 25
        while time.monotonic() < bound:
            for topic in TOPICS[:3]:
                topics.produce(topic, tickets(500, sent[0]))
                topics.produce(topic, [Message(b"bad %d" % sent[1], b"k%d" % sent[1])])
                sent = [sent[0] + 500, sent[1] + 1]
            awake = [worker for worker in workers if worker not in asleep]
            chance = rng.random()
            if chance < 0.10 and len(workers) < 3:
                join()
            elif chance < 0.15 and len(awake) > 1:
                leaver = rng.choice(awake)
                workers.remove(leaver)
                assert leaver.end() == 0
            elif chance < 0.20 and len(awake) > 1:
                victim = rng.choice(awake)
                workers.remove(victim)
                victim.process.kill()
            elif chance < 0.25 and len(awake) > 1:
                asleep.append(rng.choice(awake))
                asleep[-1].process.send_signal(signal.SIGSTOP)
            elif chance < 0.35 and asleep:
                asleep.pop().process.send_signal(signal.SIGCONT)
        for sleeper in asleep:
            sleeper.process.send_signal(signal.SIGCONT)

        def settled() -> bool:
            views = [worker.view() for worker in workers]
            return sum(view["ready"] for view in views) == 4 and events_of(*views) == sent[0]

        until(settled, f"all is ready and {sent[0]} events are counted once", 90)
        assert {0} == {worker.view()["duplicates"] for worker in workers}
        assert [0] * len(workers) == [worker.end() for worker in workers]
    letters = {letter.value for letter in topics.read("support.dead")}
    assert {b"bad %d" % number for number in range(sent[1])} == letters
