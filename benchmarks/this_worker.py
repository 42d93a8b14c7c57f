"""How a worker of this tree is told where its state lives."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from stream.core.shard import Shard
from stream.edge.pipeline import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stream.core.policy import Policy

DURABLE: Final = "state" in {field.name for field in fields(Settings)}
"""Whether a worker keeps its state in Kafka, so that `--state` is an option of it."""
STATES: Final = ("kafka", "none") if DURABLE else ("none",)


def add_state(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be asked for a worker with or without state."""
    parser.add_argument("--state", default=STATES[0], choices=STATES, help="of the worker; default %(default)s")


def settings_of(brokers: str, state: str, **more: Any) -> Settings:
    """Return the settings of a worker; `state` is `kafka` or `none`."""
    if DURABLE:
        more["state"] = state
    return Settings((brokers,), **more)


def maker_of(policy: Policy, state: str) -> Callable[[int], Shard]:
    """Return what makes the empty shard of a partition number."""
    notes: dict[str, Any] = {"notes": True} if DURABLE and state == "kafka" else {}
    return lambda number: Shard(policy, number, **notes)
