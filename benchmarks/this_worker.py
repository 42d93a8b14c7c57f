"""How a worker of this tree is told where its state lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stream.core.shard import Shard
from stream.edge.pipeline import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stream.core.policy import Policy

STATES: Final = ("kafka", "none")


def add_state(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be asked for a worker with or without state."""
    parser.add_argument("--state", default=STATES[0], choices=STATES, help="of the worker; default %(default)s")


def settings_of(brokers: str, state: str, **more: Any) -> Settings:
    """Return the settings of a worker; `state` is `kafka` or `none`."""
    return Settings((brokers,), state=state, **more)


def maker_of(policy: Policy, state: str) -> Callable[[int], Shard]:
    """Return what makes the empty shard of a partition number."""
    return lambda number: Shard(policy, number, notes=state == "kafka")
