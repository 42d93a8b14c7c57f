"""Figures without a worker, as the text that its /metrics would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.edge.exposition.families import FigureFamilies
from stream.edge.exposition.formats import TEXT, write
from stream.edge.exposition.snapshot import copy_shard
from stream.edge.exposition.text import LabelCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream.core.policy import Policy
    from stream.core.shard import Shard


def render_shards(shards: Iterable[Shard], policy: Policy) -> bytes:
    """Return the figures of shards of one policy in Prometheus' text format."""
    copies = [copy_shard(shard, policy) for shard in shards]
    return write(FigureFamilies(policy, LabelCache()).of(copies), TEXT)
