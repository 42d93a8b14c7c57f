"""What must stand on a page and in the topics: a replay of the events of each partition, in order, each once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from stream.core.events import decode
from stream.core.notebook.transition import encode_transition
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import names
from stream.edge.exposition.metric import Section
from stream.edge.exposition.render import render_shards

STEP: Final = 2_000
"""Events between two looks at the clock, as `deskpulse replay` does it."""
_NOT_OF_SHARDS: Final = {Section.POLICY, Section.PIPELINE, Section.WORKER}
FIGURES: Final = frozenset(
    series for name in names.every_name() if name.section not in _NOT_OF_SHARDS for series in name.series
)
"""Names of the series that come from shards."""

Page = Mapping[str, float]
"""Values by series, written as on the page, labels and all."""


class Transition(NamedTuple):
    """One line of the topic of SLA events, as far as it must be the same in every order of the events."""

    subject: str
    kind: str
    clock: str
    cycle: int
    target: str
    what: str
    at: str
    due_at: str | None


def page_of(text: str) -> dict[str, float]:
    """Return the values of a page of metrics."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {series: float(value) for series, _, value in lines}


def figures_of(page: Page) -> dict[str, float]:
    """Return what a page shows of shards; a series of 0 is as good as none."""
    return {series: value for series, value in page.items() if value and series.partition("{")[0] in FIGURES}


def replayed(policy: Policy, values: Iterable[bytes], number: int, at: int, told: list[bytes] | None = None) -> Shard:
    """Return the shard of a partition whose events came in order of time, at an instant.

    `told` takes the SLA events of it.
    """
    events = [event for value in values if (event := decode(value)) is not None]
    events.sort(key=lambda event: (event.at, event.seq or 0))
    shard = Shard(policy, number, tell=None if told is None else lambda step: told.append(encode_transition(step)))
    for place, event in enumerate(events, 1):
        shard.apply(event)
        if place % STEP == 0:
            shard.advance(min(event.at - 1, at))
    shard.advance(at)
    return shard


def drop(shards: Iterable[Shard]) -> None:
    """Let go of shards that were replayed: nothing else frees their memory."""
    for shard in shards:
        for _ in shard.dissolve():
            pass


def true_page(policy: Policy, shards: Sequence[Shard]) -> dict[str, float]:
    """Return the figures of shards as a worker shows them."""
    return figures_of(page_of(render_shards(shards, policy).decode()))


def net(told: Iterable[bytes]) -> tuple[Counter[Transition], list[str]]:
    """Return how often each transition stands, less what was retracted, and a line for each told twice in a row.

    Args:
        told: values of the topic of SLA events, in the order of a partition.
    """
    found: Counter[Transition] = Counter()
    twice: list[str] = []
    for value in told:
        line = json.loads(value)
        retracted = line.get("retracts")
        what = retracted or line["event"]
        one = Transition(
            line["subject"],
            line["kind"],
            line["clock"],
            line["cycle"],
            line["target"],
            what,
            line["at"],
            line["due_at"],
        )
        found[one] += -1 if retracted else 1
        if found[one] not in {0, 1}:
            twice.append(f"{one} stands {found[one]} times after {value.decode()}")
    return found, twice
