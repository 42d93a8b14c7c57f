"""The topics as they must be before a worker starts: all there, equally divided, large enough, the state compacted."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)

from stream.edge.pipeline.settings import MEBIBYTE
from stream.edge.store import CHECKED, check_state_topic, config_of_new
from stream.errors import TopicError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from stream.edge.pipeline.settings import Settings

log = logging.getLogger("deskpulse.worker")

APPEARS_S = 15.0
"""How long a topic that was just created may take until the cluster knows it."""
HEADERS_BYTES = 4_096
"""What a dead letter is larger than its message at most: its headers."""


class Found(NamedTuple):
    """A topic that is there."""

    partitions: int
    replicas: int


async def prepare_topics(settings: Settings) -> int:
    """Check the topics, create what is missing where that is wanted, and return the number of partitions.

    Raises:
        KafkaError: the broker is out of reach.
        BrokerError: it refuses this client.
        TopicError: topics are missing, unequal, forbidden, too small for dead letters, or do not keep the state.
    """
    await settings.check()
    admin = AIOKafkaAdminClient(client_id="deskpulse-topics", request_timeout_ms=10_000, **settings.options())
    try:
        await admin.start()
        state = (settings.state_topic, settings.sla_topic) if settings.keeps_state else ()
        wanted = (*settings.topics, settings.dead_topic, *state)
        found = await _found(admin, wanted)
        missing = [topic for topic in wanted if topic not in found]
        if missing:
            if not settings.create_topics:
                raise TopicError(
                    f"missing on {settings.address}: {', '.join(missing)}; create them, all with equally many "
                    f"partitions, or start the worker with --create-topics; where they are there, allow this "
                    f"worker to see them"
                )
            await _create_all(admin, settings, missing, found)
            found = await _appeared(admin, wanted)
            log.info("created %s, %d partitions each", ", ".join(missing), found[missing[0]].partitions)
        partitions = _equal(settings, found)
        _check_size(settings, await _sizes(admin, (*settings.topics, settings.dead_topic)))
        if settings.keeps_state:
            topic = settings.state_topic
            check_state_topic(topic, found[topic].partitions, partitions, await _told(admin, topic))
        return partitions
    finally:
        with suppress(KafkaError):
            await admin.close()


async def _create_all(admin: Any, settings: Settings, missing: Sequence[str], found: Mapping[str, Found]) -> None:
    sources = [found[topic] for topic in settings.topics if topic in found]
    partitions = max((source.partitions for source in sources), default=settings.partitions)
    replication = settings.replication
    if replication < 1:
        replication = max((source.replicas for source in sources), default=0) or await _default_replication(admin)
    configs = {topic: {"max.message.bytes": str(settings.source_message_bytes)} for topic in settings.topics}
    configs |= {settings.sla_topic: {}, settings.state_topic: config_of_new(replication)}
    new = [topic for topic in missing if topic != settings.dead_topic]
    await _create(admin, {topic: configs[topic] for topic in new}, partitions, replication)
    if len(new) < len(missing):
        largest = max((await _sizes(admin, settings.topics)).values(), default=0)
        size = {"max.message.bytes": str(max(settings.dead_message_bytes, largest + MEBIBYTE))}
        await _create(admin, {settings.dead_topic: size}, partitions, replication)


async def _found(admin: Any, wanted: Collection[str]) -> dict[str, Found]:
    # All topics are asked for: asking for one by name would create it, with one partition.
    found = {}
    for topic in await admin.describe_topics():
        name, code = topic["topic"], topic["error_code"]
        if name not in wanted:
            continue
        if code:
            error = for_code(code)
            if not getattr(error, "retriable", False):
                raise TopicError(f"{name}: the broker answers {error.__name__}; allow this worker to read it")
        elif all(partition["leader"] >= 0 for partition in topic["partitions"]):
            found[name] = Found(len(topic["partitions"]), max(len(each["replicas"]) for each in topic["partitions"]))
    return found


async def _appeared(admin: Any, wanted: Collection[str]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(APPEARS_S):
            while len(found := await _found(admin, wanted)) < len(wanted):  # noqa: ASYNC110  Kafka tells nobody
                await asyncio.sleep(0.1)
    absent = [topic for topic in wanted if topic not in found]
    if absent:
        raise TopicError(f"created, but not to be seen after {APPEARS_S:.0f} s: {', '.join(absent)}; is a broker down?")
    return found


def _equal(settings: Settings, found: Mapping[str, Found]) -> int:
    sources = {topic: found[topic].partitions for topic in settings.topics}
    if len(set(sources.values())) > 1:
        listed = ", ".join(f"{topic} has {count}" for topic, count in sources.items())
        raise TopicError(
            f"source topics must have equally many partitions, so that a survey finds its ticket: {listed}; "
            f"make new ones with the same number"
        )
    return next(iter(sources.values()))


async def _create(admin: Any, configs: Mapping[str, Mapping[str, str]], partitions: int, replication: int) -> None:
    new = [
        NewTopic(topic, num_partitions=partitions, replication_factor=replication, topic_configs=dict(config))
        for topic, config in configs.items()
    ]
    try:
        answer = await admin.create_topics(new, timeout_ms=10_000)
    except IncompatibleBrokerVersion:
        # A broker in the box has no way to create topics but to be asked for them.
        for topic in configs:
            await admin.describe_topics([topic])
        return
    for name, code, *text in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:  # another worker may have been quicker
            raise TopicError(
                f"{name} cannot be created with {partitions} partitions and {replication} replicas: "
                f"{error.__name__.removesuffix('Error')}{': ' + text[0] if text and text[0] else ''}"
            )


async def _default_replication(admin: Any) -> int:
    # aiokafka speaks CreateTopics up to version 3, in which -1 for "the broker's default" is not known yet.
    cluster = await admin.describe_cluster()
    nodes = [broker["node_id"] for broker in cluster["brokers"]]
    try:
        found = await _configs(admin, ConfigResourceType.BROKER, str(nodes[0]), ("default.replication.factor",))
    except KafkaError:
        found = {}
    return int(found.get("default.replication.factor", min(3, len(nodes))))


async def _sizes(admin: Any, topics: Collection[str]) -> dict[str, int]:
    """Return max.message.bytes of each topic, or nothing where the broker does not tell."""
    key = "max.message.bytes"
    try:
        return {topic: int((await _configs(admin, ConfigResourceType.TOPIC, topic, (key,)))[key]) for topic in topics}
    except (KafkaError, KeyError):
        return {}


async def _told(admin: Any, topic: str) -> dict[str, str]:
    """Return the settings of a state topic that must be right, or nothing where the broker does not tell."""
    try:
        return await _configs(admin, ConfigResourceType.TOPIC, topic, CHECKED)
    except KafkaError:
        return {}


def _check_size(settings: Settings, sizes: Mapping[str, int]) -> None:
    if not sizes:
        return  # the first dead letter that is too large will tell
    dead, largest = settings.dead_topic, max(settings.topics, key=sizes.__getitem__)
    needed = sizes[largest] + HEADERS_BYTES
    if sizes[dead] < needed:
        advised = max(settings.dead_message_bytes, needed + MEBIBYTE)
        raise TopicError(
            f"{dead} takes messages of at most {sizes[dead]} bytes, but {largest} may hold {sizes[largest]} and a dead "
            f"letter has headers besides: kafka-configs.sh --alter --topic {dead} --add-config "
            f"max.message.bytes={advised}"
        )


async def _configs(admin: Any, kind: Any, name: str, keys: Collection[str]) -> dict[str, str]:
    answers = await admin.describe_configs([ConfigResource(kind, name, configs=dict.fromkeys(keys, ""))])
    found: dict[str, str] = {}
    for answer in answers:
        for code, _text, _kind, _name, entries in answer.resources:
            if code:
                raise for_code(code)
            found |= {entry[0]: entry[1] for entry in entries}
    return found
