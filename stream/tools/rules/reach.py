"""Where each target holds: the policy's search, first match wins, as selectors of PromQL."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from stream.core.policy import Match, Policy, Target
from stream.tools.rules.expression import one_of

_OTHER = "\0"
"""A queue or channel that the policy does not name."""


def reach(policy: Policy, clock: str, channel: str | None = None) -> dict[Target, list[tuple[str, ...]]]:
    """Return, for each target of a clock, the matchers of the queues and channels in which it holds.

    Of the targets of a queue and channel that differ by priority the longest is taken; tiers and tenants are no labels
    of a series, so targets that name one are passed over.

    Args:
        policy: whose targets.
        clock: which clock.
        channel: only there.
    """
    matches = [row.match for row in policy.rows if row.clock == clock]
    queues = _named(matches, "queue") if "queue" in policy.group_by else set()
    channels = _named(matches, "channel") if "channel" in policy.group_by else set()
    priorities = _named(matches, "priority")
    held: defaultdict[Target, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for queue, place in product({*queues, _OTHER}, {channel} if channel else {*channels, _OTHER}):
        found = [policy.target(clock, queue, place, one, None, None) for one in ({*priorities, _OTHER})]
        if any(found) and all(found):
            longest = max((target for target in found if target), key=lambda target: target.within)
            held[longest][place].add(queue)
    return {
        target: sorted(_merged(by_place, queues, channels, channel))
        for target, by_place in sorted(held.items(), key=lambda item: item[0].index)
    }


def _named(matches: list[Match], key: str) -> set[str]:
    return set().union(*(getattr(match, key) or () for match in matches))


def _merged(
    by_place: dict[str, set[str]], queues: set[str], channels: set[str], channel: str | None
) -> list[tuple[str, ...]]:
    places: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for place, here in by_place.items():
        places[frozenset(here)].add(place)
    return [
        tuple(
            matcher
            for matcher in (
                _matcher("channel", found, {channel} if channel else channels),
                _matcher("queue", set(here), queues),
            )
            if matcher
        )
        for here, found in places.items()
    ]


def _matcher(label: str, values: set[str], named: set[str]) -> str:
    if _OTHER not in values:
        return one_of(label, values)
    left = named - values
    return one_of(label, left, others=True) if left else ""
