"""Agents and customers who left and came back, seen by a shard whose time goes on in leaps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.build import at, event, figures, policy, run

SHORT = policy(windows="[1h]", reopen_days="0", customers="{period: 1h}")
"""What ended an hour ago is let go of."""


def agent(when: str, state: str) -> Any:
    """Return a change of agent a1 in billing."""
    return event("agent.state_changed", when, agent_id="a1", queues=["billing"], state=state)


def customer(when: str, status: str) -> Any:
    """Return a change of customer c1."""
    return event("customer.changed", when, customer_id="c1", status=status, plan_value=10)


@pytest.mark.parametrize("later", [[], [agent("12:00", "break"), customer("12:00", "lost")]])
@pytest.mark.parametrize("looks", [[], ["09:40"], ["09:40", "10:09", "10:10", "10:11"]])
def test_who_came_back_is_not_forgotten_however_far_the_time_leaps(looks: list[str], later: list[Any]) -> None:
    """Who left at 09:10 would be forgotten at 10:10; but came back at 09:30, whenever that was looked at."""
    left = [agent("09:00", "busy"), agent("09:10", "offline"), customer("09:00", "active"), customer("09:10", "lost")]
    shard = run(SHORT, left, "09:20")
    for back in [agent("09:30", "busy"), customer("09:30", "active"), *later]:
        shard.apply(back)
    for look in [*looks, "11:00"]:
        shard.advance(at(look))
    told = figures(shard)
    assert (told["agents"]["busy"], told["customers"]["active"]) == (1, 1)
    shard.advance(at("12:30"))
    told = figures(shard)
    assert (told["agents"]["busy"], told["customers"]["active"]) == ((0, 0) if later else (1, 1))


def test_who_will_come_back_is_not_forgotten() -> None:
    """A change that came early waits for its time, though the one before it ended the agent's day long ago."""
    shard = run(SHORT, [agent("09:00", "offline"), agent("11:00", "busy")], "09:30")
    for look in ("10:30", "11:00"):
        shard.advance(at(look))
    assert figures(shard)["agents"]["busy"] == 1
