"""What a scrape says, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.edge.exposition import DeskpulseCollector
from tests.exposition.worker import StillWorker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.metrics_core import Metric

    from stream.core.policy import Policy
    from stream.core.shard import Shard
    from stream.edge.exposition.family import Family

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
"""Value by name of the series and its labels."""


def flat(families: Iterable[Family | Metric]) -> Series:
    """Return every sample of some families; none may be there twice."""
    found: Series = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found, f"{sample.name} {sample.labels} is there twice"
            found[key] = sample.value
    return found


def scraped(policy: Policy, *shards: Shard) -> Series:
    """Return what a worker of these shards exports, its process left out."""
    return flat(DeskpulseCollector(StillWorker(shards), policy, with_process=False).collect())


def pick(series: Series, name: str, **labels: str) -> dict[tuple[str, ...], float]:
    """Return the values of a name where these labels fit, by the values of the other labels in order of their names."""
    wanted = set(labels.items())
    return {
        tuple(value for key, value in sorted(found) if key not in labels): number
        for (series_name, found), number in series.items()
        if series_name == name and wanted <= found
    }
