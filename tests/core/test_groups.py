"""Groups: which labels figures carry, and what happens when there are too many of them."""

from __future__ import annotations

from tests.core.build import created, figures, policy, run

RULES = policy("clock: resolution, match: {queue: billing}, within: 4h", max_groups="2")


def test_unnamed_queues_beyond_the_limit_are_folded_and_counted() -> None:
    """Two queues that the policy does not name are kept apart, more of them are `other`; named ones always stay."""
    queues = ("tech", "sales", "returns", "legal", "returns", "billing", "tech")
    shard = run(RULES, [created("09:00", ticket_id=f"T{n}", queue=queue) for n, queue in enumerate(queues)], "10:00")
    window = figures(shard)["windows"][-1]
    assert {row["queue"]: row["counts"]["created"] for row in window["groups"]} == {
        "billing": 1,
        "other": 3,
        "sales": 1,
        "tech": 2,
    }
    assert shard.groups.folded == 2
    assert window["total"]["counts"]["created"] == len(queues)


def test_what_an_event_lacks_is_none() -> None:
    """A ticket without queue, channel and priority is in the group of `none`."""
    shard = run(RULES, [created("09:00", queue=None, channel=None, priority=None)], "10:00")
    (row,) = figures(shard)["windows"][-1]["groups"]
    assert (row["queue"], row["channel"], row["priority"]) == ("none", "none", "none")


def test_the_policy_says_what_groups_are_made_of() -> None:
    """Grouped by queue alone, channels and priorities are added up."""
    rules = policy(group_by="[queue]")
    events = [created("09:00", ticket_id="T1"), created("09:00", ticket_id="T2", channel="chat", priority="low")]
    (row,) = figures(run(rules, events, "10:00"))["windows"][-1]["groups"]
    assert (row["queue"], row["counts"]["created"]) == ("billing", 2)
    assert "channel" not in row
