"""The rights in docs/security.md are enough, and none of them is too many."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest
import yaml
from confluent_kafka.admin import AclBinding, AclOperation

from stream.core.events import DEAD_TOPIC, TOPICS
from tests.commands import run, running
from tests.kafka import Cluster, Message
from tests.pipeline.build import created
from tests.pipeline.process import until
from tests.security.broker import PASSWORD, GuardedBroker
from tests.security.rights import documented

pytestmark = pytest.mark.kafka

STATE_TOPIC = "deskpulse.state"
SLA_TOPIC = "support.sla"


def options(guarded: GuardedBroker, *more: str, user: str = "deskpulse") -> list[str]:
    """Return the options of a client with rights of its own."""
    tls = ["--kafka-security-protocol", "SASL_SSL", "--kafka-ca-file", str(guarded.authority.pair.cert)]
    return ["--brokers", guarded.login, "--kafka-user", user, *tls, *more]


def create_topics(cluster: Cluster) -> None:
    """Create what a worker needs, as somebody who may."""
    for topic in TOPICS:
        cluster.create_topic(topic, 2)
    cluster.create_topic(DEAD_TOPIC, 2, max_message_bytes=4 << 20)
    cluster.create_topic(STATE_TOPIC, 2, cleanup_policy="compact")
    cluster.create_topic(SLA_TOPIC, 2)


def send(cluster: Cluster) -> None:
    """Send an event to every source topic, and a message that is none."""
    for number, topic in enumerate(TOPICS):
        cluster.produce(topic, [Message(created(number), f"T{number}".encode())])
    cluster.produce("support.tickets", [Message(b"no event", b"T9")])


def figures(log: Path) -> str:
    """Return what the worker that writes this log shows."""
    found = re.search(r"http://127\.0\.0\.1:\d+/metrics", log.read_text())
    assert found is not None
    with urllib.request.urlopen(found[0], timeout=5) as answer:
        return str(answer.read().decode())


def test_a_worker_needs_no_more_than_the_document_gives_it(guarded: GuardedBroker, tmp_path: Path) -> None:
    """With these rights alone it reads every source topic, writes the dead letter and its state, and reads that."""
    create_topics(guarded.cluster)
    send(guarded.cluster)
    guarded.allow(documented("The worker"))
    log, config = tmp_path / "log", tmp_path / "worker.yaml"
    typed = options(guarded, "--web-port", "0")
    told = {name.removeprefix("--"): value for name, value in zip(typed[::2], typed[1::2], strict=True)}
    config.write_text(yaml.safe_dump(told | {"create-topics": False}))
    with running(log, "worker", "--config", str(config), DESKPULSE_KAFKA_PASSWORD=PASSWORD):
        until(lambda: "ready: 2 of 2 partitions" in log.read_text(), "the worker is ready")
        until(lambda: len(guarded.cluster.read(DEAD_TOPIC)) == 1, "the dead letter is written")
        written = guarded.cluster.read
        until(lambda: {0, 1} == {record.partition for record in written(STATE_TOPIC)}, "the state is written")
        shown = figures(log)
    again = tmp_path / "again"
    with running(again, "worker", "--config", str(config), DESKPULSE_KAFKA_PASSWORD=PASSWORD):
        until(lambda: "ready: 2 of 2 partitions" in again.read_text(), "the worker is ready again")
        assert 2 == again.read_text().count("records of state read")
    read = re.findall(r'^deskpulse_events_total\{topic="([\w.]+)",type="ticket.created"\} 1.0$', shown, re.MULTILINE)
    assert sorted(TOPICS) == sorted(read)


def test_a_worker_sees_whether_dead_letters_fit(guarded: GuardedBroker) -> None:
    """By its rights it reads the sizes of topics, so one that is too small is refused before the first letter."""
    for topic in (*TOPICS, DEAD_TOPIC, STATE_TOPIC, SLA_TOPIC):
        guarded.cluster.create_topic(topic, 2)
    guarded.allow(documented("The worker"))
    ran = run("worker", *options(guarded, "--web-port", "0"), DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (1, True) == (ran.returncode, "support.dead takes messages of at most" in ran.stderr), ran.stderr


def test_a_worker_creates_topics_with_what_the_document_adds(guarded: GuardedBroker, tmp_path: Path) -> None:
    """With the rights to create them it starts on a broker that has none of its topics."""
    guarded.allow([*documented("The worker"), *documented("To create topics")])
    log = tmp_path / "log"
    typed = options(guarded, "--partitions", "2", "--web-port", "0")
    with running(log, "worker", *typed, DESKPULSE_KAFKA_PASSWORD=PASSWORD):
        until(lambda: "ready: 2 of 2 partitions" in log.read_text(), "the worker is ready")
    assert {*TOPICS, DEAD_TOPIC, STATE_TOPIC, SLA_TOPIC} <= guarded.cluster.topics()


def test_who_sends_events_may_do_nothing_else(guarded: GuardedBroker) -> None:
    """`produce` sends with these rights, and cannot create a topic with them."""
    guarded.allow(documented("Who sends events"))
    typed = options(guarded, user="connector")
    ran = run("produce", "--events", "-", *typed, given=created(1), DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (1, set()) == (ran.returncode, guarded.cluster.topics())
    assert "cannot be created" in ran.stderr
    assert "TopicAuthorizationFailed" in ran.stderr
    create_topics(guarded.cluster)
    typed.append("--no-create-topics")
    ran = run("produce", "--events", "-", *typed, given=created(1), DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (0, 1) == (ran.returncode, len(guarded.cluster.read("support.tickets"))), ran.stderr


def without(operation: AclOperation, name: str) -> list[AclBinding]:
    """Return the rights of a worker but one."""
    rights = documented("The worker")
    left = [right for right in rights if (right.operation, right.name) != (operation, name)]
    assert len(rights) - 1 == len(left)
    return left


@pytest.mark.parametrize(
    ("operation", "name", "words"),
    [
        (AclOperation.READ, "support.surveys", "missing on"),
        (AclOperation.READ, "deskpulse", "GroupAuthorizationFailed"),
        (AclOperation.WRITE, "support.dead", "missing on"),
        (AclOperation.WRITE, "support.sla", "missing on"),
        (AclOperation.WRITE, "deskpulse.state", "TopicAuthorizationFailed"),
        (AclOperation.READ, "deskpulse.state", "TopicAuthorizationFailed"),
        (AclOperation.WRITE, "deskpulse-", "TransactionalIdAuthorizationFailed"),
    ],
)
def test_a_right_that_is_missing_is_named(
    guarded: GuardedBroker, operation: AclOperation, name: str, words: str
) -> None:
    """Without any one of them a worker ends with a line that says what it may not."""
    create_topics(guarded.cluster)
    guarded.cluster.produce(STATE_TOPIC, [Message(None, b"t:none")])  # an empty topic is not read
    guarded.allow(without(operation, name))
    typed = options(guarded, "--no-create-topics", "--web-port", "0")
    ran = run("worker", *typed, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    last = ran.stderr.splitlines()[-1]
    assert (1, True, True) == (ran.returncode, words in last, name in last), ran.stderr
    assert "Traceback" not in ran.stderr
