"""What is done to the brokers of a cluster of three: one dies, the one that leads something dies, nobody answers."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from confluent_kafka.admin import AdminClient

from stream.edge.store import at_most
from tests.chaos.plan import Act
from tests.kafka import Cluster
from tests.kafka.cluster import SILENT

GROUPS: Final = "__consumer_offsets"
TRANSACTIONS: Final = "__transaction_state"
ASK_S: Final = 10.0
TELL_S: Final = 1.0


class Brokers:
    """At most one of them is dead at a time, so that every partition has the two replicas that it needs."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._dead: int | None = None

    def kill(self, act: Act, number: int, group: str) -> int:
        """Kill the broker of that number, or the one that an act is about, and return its number."""
        if act is Act.KILL_GROUP_COORDINATOR:
            number = self._leader(GROUPS, group)
        elif act is Act.KILL_TRANSACTION_COORDINATOR:
            number = self._leader(TRANSACTIONS, f"{group}-0")
        self._cluster.stop(number, kill=True)
        self._dead = number
        return number

    def revive(self) -> None:
        """Start the dead one; it answers later."""
        if self._dead is not None:
            self._cluster.brokers[self._dead].start()
            self._dead = None

    def cut_off(self) -> None:
        """Let no broker answer any more."""
        for broker in self._cluster.brokers:
            broker.freeze()

    def reconnect(self) -> None:
        """Let all of them answer again."""
        for broker in self._cluster.brokers:
            broker.thaw()

    def has_thrown_out(self, group: str, member: str) -> bool:
        """Say whether the group does not know a member any more; no, where there is nobody to tell.

        How long a member has been silent says little: a coordinator that has just taken over begins to count anew.
        """
        try:
            return member not in asyncio.run(self._members(group))
        except (KafkaError, OSError, TimeoutError):
            return False

    async def _members(self, group: str) -> set[str]:
        """Return the members of a group; librdkafka, asked this of brokers that die, ends the whole process."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._cluster.bootstrap, request_timeout_ms=int(TELL_S * 1_000))
        try:
            async with asyncio.timeout(2 * TELL_S):
                await admin.start()
                (answer,) = await admin.describe_consumer_groups([group])
        finally:
            await at_most(admin.close(), TELL_S)
        ((error, _group, _state, _type, _protocol, members, *_),) = answer.groups
        if error:
            raise for_code(error)
        return {member for member, *_ in members}

    def _leader(self, topic: str, name: str) -> int:
        """Return who leads the partition of one of Kafka's own topics that a name belongs to; the first without it."""
        admin = AdminClient({"bootstrap.servers": self._cluster.bootstrap, **SILENT})
        found = admin.list_topics(timeout=ASK_S).topics.get(topic)
        if found is None:
            return 0
        return max(0, found.partitions[_java_hash(name) % len(found.partitions)].leader - 1)


def _java_hash(text: str) -> int:
    """Return the absolute value of Java's `String.hashCode`, as Kafka computes it."""
    code = 0
    for letter in text.encode("utf-16-be")[1::2]:
        code = (31 * code + letter) & 0xFFFF_FFFF
    return (code if code < 1 << 31 else code - (1 << 32)) & 0x7FFF_FFFF
