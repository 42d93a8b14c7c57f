"""What stands on the topics that workers write to, read with `read_committed`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stream.core.policy import Policy
from stream.core.times import parse_rfc3339
from tests.chaos import compare
from tests.chaos.calms import Calm
from tests.chaos.oracle import Transition, drop, net, replayed
from tests.chaos.sender import Place, Sent
from tests.kafka import Cluster, Record


def letters(cluster: Cluster, sent: Sent, counted: Counter[str], *, exactly_once: bool) -> list[str]:
    """Return which bad messages have no dead letter, or several.

    Args:
        cluster: where they stand.
        sent: knows where the bad messages stand.
        counted: is told how many were compared.
        exactly_once: else one is enough: without state, a killed worker writes its last ones twice.
    """
    expected = Counter(sent.letters)
    actual = Counter(map(_place, cluster.read("support.dead")))
    counted.update(dead_letters=len(expected))
    return compare.counts("dead letter", expected, actual if exactly_once else Counter(dict.fromkeys(actual, 1)))


def transitions(
    cluster: Cluster,
    policy: Policy,
    values: Mapping[int, Sequence[bytes]],
    last: Calm,
    counted: Counter[str],
) -> list[str]:
    """Return which SLA events, net of retractions, stand there and should not, or the other way round.

    Args:
        cluster: where they stand.
        policy: of the run.
        values: events by partition.
        last: the calm at the end; what time alone brings after it is left out on both sides.
        counted: is told how many were compared.
    """
    written: dict[int, list[bytes]] = {number: [] for number in last.times}
    for record in cluster.read("support.sla"):
        written[record.partition].append(record.value or b"")
    wrong: list[str] = []
    for number, at in last.times.items():
        told: list[bytes] = []
        drop([replayed(policy, values[number][: last.counts[number]], number, at, told)])
        expected, actual = (_until(net(lines)[0], at) for lines in (told, written[number]))
        wrong += compare.counts(f"partition {number}", expected, actual)
        wrong += net(written[number])[1]
        counted.update(transitions=len(actual), retractions=sum(b"clock.retracted" in line for line in written[number]))
    return wrong


def _until(found: Counter[Transition], at: int) -> Counter[Transition]:
    return Counter({one: count for one, count in found.items() if parse_rfc3339(one.at) <= at})


def _place(letter: Record) -> Place:
    headers = {name: (value or b"").decode() for name, value in letter.headers}
    return Place(headers["deskpulse.topic"], int(headers["deskpulse.partition"]), int(headers["deskpulse.offset"]))
