"""State in Kafka: what is on record comes back, once, whatever happens to the worker."""

from __future__ import annotations

import json
import signal
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import KafkaException, Producer

from tests.kafka import Cluster, Message
from tests.kafka.cluster import SILENT
from tests.pipeline.process import TOPICS, Worker, events_of, tickets, until

pytestmark = pytest.mark.kafka


def test_what_was_read_is_not_read_again_after_a_kill(topics: Cluster, tmp_path: Path) -> None:
    """The figures are the same, from the state alone; what came meanwhile is read from where the state stands."""
    topics.produce("support.tickets", tickets(10_000))
    with Worker(topics.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == 10_000
        worker.recorded()
        worker.process.kill()
    topics.produce("support.tickets", tickets(500, 10_000))
    with Worker(topics.addresses, tmp_path) as worker:
        view = worker.ready(4)
        assert events_of(view) == 10_500
        assert {"support.tickets/ticket.created": 500} == view["events"]
        assert view["duplicates"] == 0
        assert worker.end() == 0


def test_letters_stand_once_although_the_worker_was_killed_while_it_read(topics: Cluster, tmp_path: Path) -> None:
    """In the middle of whatever it did; who reads what is committed finds each place once."""
    for first in range(0, 20_000, 1_000):
        topics.produce("support.tickets", tickets(1_000, first))
        topics.produce(
            "support.tickets", [Message(b"bad %d" % number, b"k%d" % number) for number in range(first, first + 20)]
        )
    for _ in range(3):
        with Worker(topics.addresses, tmp_path, commit_interval_s=0.02, commit_events=500) as worker:
            worker.until(lambda view: sum(view.get("events", {}).values()) > 1_000, "it reads")
            worker.process.kill()
    with Worker(topics.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == 20_000
        assert worker.recorded()["duplicates"] == 0
        assert worker.end() == 0
    letters = topics.read("support.dead")
    assert 400 == len(letters)
    assert 400 == len({letter.value for letter in letters})


def test_shards_that_stay_are_not_loaded_again(topics: Cluster, tmp_path: Path) -> None:
    """When a worker comes and when it goes only the shards that move are loaded, and only their state is read."""
    topics.produce("support.tickets", tickets(5_000))
    with Worker(topics.addresses, tmp_path) as one:
        one.ready(4)
        one.recorded()
        with Worker(topics.addresses, tmp_path) as two:
            first, second = one.ready(2), two.ready(2)
            assert events_of(first, second) == 5_000
            assert (2, 0) == (two.said().count("records of state read"), one.said().count("records of state read"))
            assert {} == second["events"]
            topics.produce("support.tickets", tickets(500, 5_000))
            until(lambda: events_of(one.view(), two.view()) == 5_500, "both go on")
            assert two.end() == 0
        view = one.ready(4)
        assert (5_500, 0) == (events_of(view), view["duplicates"])
        assert one.said().count("records of state read") == 2


def test_who_was_fenced_writes_nothing_and_the_shard_is_opened_again(topics: Cluster, tmp_path: Path) -> None:
    """Of two producers of a shard the one that started last can write; the other one's shard is read anew."""
    with Worker(topics.addresses, tmp_path) as worker:
        worker.ready(4)
        rival = Producer({"bootstrap.servers": topics.bootstrap, "transactional.id": "deskpulse-0", **SILENT})
        rival.init_transactions()
        rival.begin_transaction()
        rival.produce("deskpulse.state", key=b"not", value=b"committed", partition=0)
        rival.flush()
        topics.produce("support.tickets", tickets(2_000))
        until(lambda: "partition 0 is opened again" in worker.said(), "it notices")
        assert events_of(worker.ready(4)) == 2_000
        with pytest.raises(KafkaException):
            rival.commit_transaction()
        worker.recorded()
    assert b"not" not in {record.key for record in topics.read("deskpulse.state")}


def test_a_worker_that_slept_writes_nothing_when_it_wakes(topics: Cluster, tmp_path: Path) -> None:
    """What it held in memory is another's by then; each letter stands once, and every event counts once."""
    with Worker(topics.addresses, tmp_path) as one, Worker(topics.addresses, tmp_path) as two:
        until(lambda: one.view()["ready"] == two.view()["ready"] == 2, "both are ready")
        for first in range(0, 6_000, 500):
            topics.produce("support.tickets", tickets(500, first))
            topics.produce("support.tickets", [Message(b"bad %d" % first, b"k%d" % first)])
            if first == 1_000:
                one.process.send_signal(signal.SIGSTOP)
        two.until(lambda view: view["ready"] == 4 and events_of(view) == 6_000, "the other one has all")
        one.process.send_signal(signal.SIGCONT)
        assert max(events_of(one.view(), two.view()) for _ in range(40)) <= 6_000
        until(lambda: events_of(one.view(), two.view()) == 6_000, "they share again")
        assert 0 == one.recorded()["duplicates"] == two.recorded()["duplicates"]
    letters = [letter.value for letter in topics.read("support.dead")]
    assert sorted(b"bad %d" % first for first in range(0, 6_000, 500)) == sorted(filter(None, letters))


def test_a_state_topic_that_would_lose_state_is_refused_with_the_remedy(topics: Cluster, tmp_path: Path) -> None:
    """It must be compacted and nothing else, and have a partition for each of the sources."""
    topics.create_topic("deskpulse.state", 4, cleanup_policy="compact,delete")
    topics.create_topic("few.state", 2, cleanup_policy="compact")
    topics.create_topic("small.state", 4, cleanup_policy="compact", max_message_bytes=100_000)
    for topic, words in (
        ("deskpulse.state", "--topic deskpulse.state --add-config cleanup.policy=compact"),
        ("few.state", "few.state has 2 partitions, but the source topics have 4"),
        ("small.state", "--topic small.state --add-config max.message.bytes=8388608"),
    ):
        with Worker(topics.addresses, tmp_path, state_topic=topic) as worker:
            assert worker.process.wait(20) == 1
        assert words in worker.said().splitlines()[-1]
        assert "Traceback" not in worker.said()


def test_a_new_state_topic_is_made_as_it_must_be(topics: Cluster, tmp_path: Path) -> None:
    """As many partitions as the sources, compacted; the topic of SLA events has the usual retention."""
    with Worker(topics.addresses, tmp_path, group="desk", sla_topic="desk.sla") as worker:
        worker.ready(4)
        assert worker.end() == 0
    assert [4, 4] == [len(topics.partitions(topic)) for topic in ("desk.state", "desk.sla")]
    assert ("compact", "8388608") == (
        topics.config("desk.state", "cleanup.policy"),
        topics.config("desk.state", "max.message.bytes"),
    )
    assert "delete" == topics.config("desk.sla", "cleanup.policy")


def test_without_state_nothing_of_it_is_in_kafka(topics: Cluster, tmp_path: Path) -> None:
    """No state topic and no events of clocks; sources are read from their start."""
    topics.produce("support.tickets", tickets(100))
    for _ in range(2):
        with Worker(topics.addresses, tmp_path, state="none") as worker:
            view = worker.ready(4)
            assert {"support.tickets/ticket.created": 100} == view["events"]
            assert worker.end() == 0
    assert {*TOPICS, "support.dead"} == topics.topics()


def test_a_source_that_was_made_anew_is_read_from_its_start(topics: Cluster, tmp_path: Path) -> None:
    """It ends before what was read of it once, and one line says so."""
    topics.produce("support.tickets", tickets(1_000))
    with Worker(topics.addresses, tmp_path) as worker:
        worker.ready(4)
        worker.recorded()
        assert worker.end() == 0
    topics.delete_topic("support.tickets")
    topics.create_topic("support.tickets", 4)
    topics.produce("support.tickets", tickets(10, 1_000))
    with Worker(topics.addresses, tmp_path) as worker:
        assert events_of(worker.ready(4)) == 1_010
        assert "it was made anew, so it is read from its start" in worker.said()


def test_messages_that_were_deleted_unread_are_counted(topics: Cluster, tmp_path: Path) -> None:
    """The worker goes on with what is there, and says how many are missing."""
    topics.produce("support.tickets", tickets(100))
    with Worker(topics.addresses, tmp_path) as worker:
        worker.ready(4)
        worker.recorded()
        assert worker.end() == 0
    topics.produce("support.tickets", tickets(500, 100))
    ends = topics.end_offsets("support.tickets")
    topics.delete_records("support.tickets", ends)
    topics.produce("support.tickets", tickets(40, 600))
    with Worker(topics.addresses, tmp_path) as worker:
        view = worker.ready(4)
        assert (140, 500) == (events_of(view), view["missed"])
        assert "messages were deleted unread" in worker.said()


def test_each_step_of_a_clock_stands_once_although_the_worker_was_killed(topics: Cluster, tmp_path: Path) -> None:
    """Every ticket but those of the last ten minutes breaches, by the data's own clock, and is told of once."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\ntargets: [{clock: resolution, within: 10m, warn: 1m}]\n")
    for first in range(0, 9_000, 1_000):
        topics.produce("support.tickets", tickets(1_000, first))
        with Worker(topics.addresses, tmp_path, policy, live=False, commit_interval_s=0.02) as worker:
            worker.until(lambda view: sum(view.get("events", {}).values()) > 300, "it reads")
            worker.process.kill()
    with Worker(topics.addresses, tmp_path, policy, live=False) as worker:
        assert events_of(worker.ready(4)) == 9_000
        worker.until(lambda view: sum(shard["breaching"] for shard in view["shards"]) == 8_400, "all have breached")
        worker.recorded()
        assert worker.end() == 0
    told = [json.loads(record.value or b"") for record in topics.read("support.sla")]
    steps = Counter((step["event"], step["subject"]) for step in told)
    breached = {("clock.breached", f"T{number}"): 1 for number in range(8_400)}
    imminent = {("clock.imminent", f"T{number}"): 1 for number in range(8_460)}
    assert Counter(breached | imminent) == steps


def test_a_state_of_another_format_is_refused_with_the_remedy(topics: Cluster, tmp_path: Path) -> None:
    """One line says which format it is, which this version reads, and what to do."""
    topics.create_topic("deskpulse.state", 4, cleanup_policy="compact")
    said = msgspec.msgpack.encode({"format": 999, "partition": 2})
    topics.produce("deskpulse.state", [Message(said, b"!shard", partition=2)])
    with Worker(topics.addresses, tmp_path) as worker:
        assert worker.process.wait(20) == 1
    assert "partition 2 was written in format 999" in worker.said().splitlines()[-1]
    assert "--state-topic" in worker.said().splitlines()[-1]
    assert "Traceback" not in worker.said()
