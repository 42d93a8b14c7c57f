"""A cluster of one broker or three, and the few things that tests do with it."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.cimpl import NewTopic

from tests.kafka.ways import Broker, Way

BIGGEST: Final = 64 * 1024 * 1024
SILENT: Final = {"log_level": 0}  # librdkafka writes of every lost connection; outages are what tests make
PASSING: Final = {KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN}  # librdkafka connects again by itself


class Message(NamedTuple):
    """What a test sends; without `partition` the key chooses it as Kafka's Java client does."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()
    timestamp_ms: int | None = None
    partition: int | None = None


class Record(NamedTuple):
    """What stands in a topic."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Guarded(NamedTuple):
    """One more listener of every node, on which clients prove who they are or come by another way.

    Its properties are those of `listener.name.<name>.…`, without that beginning. Clients are told its own address, or
    the one that is `advertised`, where something lies between.
    """

    name: str
    properties: Mapping[str, str]
    protocol: str = "SASL_SSL"
    advertised: str | None = None


class Cluster:
    """Apache Kafka in KRaft mode on loopback, every node broker and controller; a context manager."""

    def __init__(
        self, way: Way, folder: Path, nodes: int = 1, guarded: Sequence[Guarded] = (), **properties: str
    ) -> None:
        """Prepare the nodes in an empty folder; further server properties are given with `_` for `.`."""
        if nodes > way.most:
            raise ValueError(f"{nodes} nodes asked for, {type(way).__name__} runs {way.most} at most")
        with contextlib.ExitStack() as held:
            # All ports are held until all are known, or one would be given out twice.
            ports = [held.enter_context(_free_port()) for _ in range((2 + len(guarded)) * nodes)]
            numbers: list[int] = [port.getsockname()[1] for port in ports]
        self.addresses = [f"127.0.0.1:{port}" for port in numbers[:nodes]]
        self.bootstrap = ",".join(self.addresses)
        controllers = [f"127.0.0.1:{port}" for port in numbers[nodes : 2 * nodes]]
        self.guarded = {
            listener.name: [f"127.0.0.1:{port}" for port in numbers[start : start + nodes]]
            for start, listener in zip(range(2 * nodes, len(numbers), nodes), guarded, strict=True)
        }
        more = {key.replace("_", "."): value for key, value in properties.items()}
        self.brokers: list[Broker] = []
        for number, (address, controller) in enumerate(zip(self.addresses, controllers, strict=True), start=1):
            home = folder / f"node{number}"
            home.mkdir(parents=True)
            own = _properties(home, number, address, controller, controllers)
            for listener in guarded:
                _add_listener(own, listener, self.guarded[listener.name][number - 1])
            self.brokers.append(way.broker(home, own | more))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for broker in self.brokers:
            broker.remove()

    def start(self, *numbers: int) -> None:
        """Start the nodes that do not run (or only those, counted from 0) and wait until all running ones answer."""
        for number in numbers or range(len(self.brokers)):
            if self.brokers[number].trouble() is not None:
                self.brokers[number].start()
        running = [broker for broker in self.brokers if broker.trouble() is None]
        self._until(lambda: len(self._admin().list_topics(timeout=2).brokers) >= len(running), "all brokers answer")

    def stop(self, *numbers: int, kill: bool = False) -> None:
        """Stop all nodes, or only those, counted from 0."""
        for number in numbers or range(len(self.brokers)):
            self.brokers[number].stop(kill=kill)

    def running(self) -> bool:
        """Whether every node runs."""
        return all(broker.trouble() is None for broker in self.brokers)

    def create_topic(self, name: str, partitions: int = 1, **config: str | int) -> None:
        """Create a topic, replicated over all nodes; its configuration is given with `_` for `.`."""
        settings = {key.replace("_", "."): str(value) for key, value in config.items()}
        topic = NewTopic(name, num_partitions=partitions, replication_factor=len(self.brokers), config=settings)
        self._ask(lambda admin: admin.create_topics([topic]))
        self._until(lambda: len(self.partitions(name)) == partitions, f"topic {name} has its {partitions} partitions")

    def delete_topic(self, name: str) -> None:
        """Delete a topic with all that is in it."""
        self._ask(lambda admin: admin.delete_topics([name]))
        self._until(lambda: name not in self.topics(), f"topic {name} is deleted")

    def delete_records(self, topic: str, before: Mapping[int, int]) -> None:
        """Delete the messages of each partition that lie before an offset, as retention does."""
        places = [TopicPartition(topic, number, offset) for number, offset in before.items()]
        self._ask(lambda admin: admin.delete_records(places))

    def config(self, topic: str, setting: str) -> str:
        """What a topic's setting is."""
        admin = self._admin()  # must live until it has answered
        (answer,) = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]).values()
        return str(answer.result(timeout=60)[setting].value)

    def topics(self) -> set[str]:
        """The names of all topics but Kafka's own."""
        return {name for name in self._admin().list_topics(timeout=10).topics if not name.startswith("__")}

    def partitions(self, topic: str) -> list[int]:
        """The partitions of a topic that have a leader; none where there is no such topic."""
        found = self._admin().list_topics(timeout=10).topics.get(topic)
        return [] if found is None else sorted(number for number, state in found.partitions.items() if state.leader > 0)

    def produce(self, topic: str, messages: Iterable[Message | bytes]) -> None:
        """Send all messages and wait until every one is acknowledged; about 200,000 small ones a second."""
        producer = Producer(
            {
                "bootstrap.servers": self.bootstrap,
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "linger.ms": 20,
                "message.max.bytes": BIGGEST,
                "queue.buffering.max.kbytes": 1024 * 1024,
                **SILENT,
            }
        )
        faults: list[KafkaError] = []

        def answered(fault: KafkaError | None, _message: object) -> None:
            if fault is not None:
                faults.append(fault)

        for message in messages:
            value, key, headers, timestamp_ms, partition = Message(message) if isinstance(message, bytes) else message
            wanted: dict[str, Any] = {} if timestamp_ms is None else {"timestamp": timestamp_ms}
            wanted |= {} if partition is None else {"partition": partition}
            wanted |= {"headers": list(headers)} if headers else {}
            while True:
                try:
                    producer.produce(topic, value=value, key=key, on_delivery=answered, **wanted)
                    break
                except BufferError:
                    producer.poll(0.5)
            producer.poll(0)
        unsent = producer.flush(120)
        if unsent or faults:
            raise RuntimeError(f"{unsent} messages not sent to {topic} and {len(faults)} refused: {faults[:1]}")

    def read(self, topic: str, *, committed: bool = True) -> list[Record]:
        """Read a topic from its start to its present end, by partition and offset."""
        consumer = self._consumer(committed=committed)
        try:
            ends = self._bounds(consumer, topic)
            waiting = {number for number, (low, high) in ends.items() if high > low}
            consumer.assign([TopicPartition(topic, number, ends[number][0]) for number in waiting])
            return sorted(self._drain(consumer, topic, waiting))
        finally:
            consumer.close()

    def end_offsets(self, topic: str) -> dict[int, int]:
        """The offset that the next message of each partition will get."""
        consumer = self._consumer(committed=False)
        try:
            return {number: end for number, (_start, end) in self._bounds(consumer, topic).items()}
        finally:
            consumer.close()

    def clear(self) -> None:
        """Run again whatever was stopped, and delete every topic."""
        if not self.running():
            self.start()
        self.delete(self.topics())

    def delete(self, names: Collection[str]) -> None:
        """Delete topics and wait until they are gone."""
        if names:
            self._ask(lambda admin: admin.delete_topics(list(names)))
            self._until(lambda: self.topics().isdisjoint(names), f"deleted: {', '.join(sorted(names))}")

    def _bounds(self, consumer: Consumer, topic: str) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}

        def all_known() -> bool:
            for number in self.partitions(topic):
                found[number] = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
            return True

        self._until(all_known, f"every partition of {topic} tells its offsets")
        return found

    def _drain(self, consumer: Consumer, topic: str, waiting: set[int]) -> Iterator[Record]:
        # A transaction's marker is an offset without a message, so the end is where librdkafka says it is.
        bound = time.monotonic() + 120
        while waiting:
            for message in consumer.consume(10_000, timeout=1):
                fault, partition = message.error(), message.partition() or 0
                if fault is None:
                    headers: Any = message.headers() or []
                    key: Any = message.key()
                    value: Any = message.value()
                    yield Record(partition, message.offset() or 0, message.timestamp()[1], key, value, headers)
                elif fault.code() == KafkaError._PARTITION_EOF:
                    waiting.discard(partition)
                elif fault.code() not in PASSING:
                    raise KafkaException(fault)
            if time.monotonic() > bound:
                raise TimeoutError(f"the end of {topic}, partitions {sorted(waiting)}, was not reached within 120 s")

    def _consumer(self, *, committed: bool) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "deskpulse-tests-reader",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed" if committed else "read_uncommitted",
                "enable.partition.eof": True,
                "fetch.message.max.bytes": BIGGEST,
                "receive.message.max.bytes": 2 * BIGGEST,
                "fetch.wait.max.ms": 20,
                **SILENT,
            }
        )

    def _admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap, **SILENT})

    def _ask(self, question: Callable[[AdminClient], Mapping[Any, Future[Any]]]) -> None:
        admin = self._admin()  # must live until it has answered
        for answer in question(admin).values():
            answer.result(timeout=60)

    def _until(self, holds: Callable[[], bool], what: str, seconds: float = 90) -> None:
        bound = time.monotonic() + seconds
        latest: KafkaException | None = None
        while time.monotonic() < bound:
            try:
                if holds():
                    return
            except KafkaException as not_yet:  # a broker that is not up yet is what is waited for
                latest = not_yet
            if len(self.brokers) == 1 and (trouble := self.brokers[0].trouble()) is not None:
                raise RuntimeError(f"the broker at {self.bootstrap} ended:\n{trouble}")
            time.sleep(0.05)
        raise TimeoutError(f"not within {seconds:g} s: {what}") from latest


def _free_port() -> socket.socket:
    port = socket.socket()
    port.bind(("127.0.0.1", 0))
    return port


def _add_listener(properties: dict[str, str], listener: Guarded, address: str) -> None:
    properties["listeners"] += f",{listener.name}://{address}"
    properties["advertised.listeners"] += f",{listener.name}://{listener.advertised or address}"
    properties["listener.security.protocol.map"] += f",{listener.name}:{listener.protocol}"
    beginning = f"listener.name.{listener.name.lower()}."
    properties |= {beginning + key: value for key, value in listener.properties.items()}


def _properties(home: Path, number: int, address: str, controller: str, controllers: Sequence[str]) -> dict[str, str]:
    replicas = str(len(controllers))
    least = "2" if len(controllers) > 1 else "1"
    return {
        "process.roles": "broker,controller",
        "node.id": str(number),
        "listeners": f"PLAINTEXT://{address},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{address}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.quorum.voters": ",".join(f"{node}@{place}" for node, place in enumerate(controllers, start=1)),
        "broker.session.timeout.ms": "4000",  # a killed broker may come back after this, 9 s by default
        "broker.heartbeat.interval.ms": "500",
        "log.dirs": str(home / "logs"),
        "auto.create.topics.enable": "false",  # a misspelt topic must be seen
        "min.insync.replicas": least,
        "offsets.topic.replication.factor": replicas,
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": least,
        "transaction.state.log.num.partitions": "4",
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",  # tests of a killed worker need not wait for the usual minute
        "log.retention.hours": "-1",  # logs from 1999 would be deleted under the test's feet
        "message.timestamp.before.max.ms": str(2**63 - 1),
    }
