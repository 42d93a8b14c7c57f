"""Every metric that a worker exports: name, type, labels, meaning. No name is written anywhere else.

Windowed figures are gauges, since a late event can take a contribution back; only what never goes back is a
counter. Every figure may be added over workers; timestamps take the smallest (oldest) or largest (last) instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

PREFIX: Final = "deskpulse_"
_UNITS: Final = ("seconds", "records")


class Kind(StrEnum):
    """OpenMetrics' types, as prometheus-client spells them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    GAUGE_HISTOGRAM = "gaugehistogram"
    INFO = "info"


class Grouped(Enum):
    """Which labels of the policy's `group_by` a metric carries."""

    NO = frozenset[str]()  # Python 3.11.2, which Debian 12 has, makes a bare object of the value `()`
    GROUP = frozenset({"queue", "channel", "priority"})
    QUEUE = frozenset({"queue", "channel"})


class Section(StrEnum):
    """The headings of the reference."""

    LIVE = "What is going on now"
    COUNTS = "Counts over a window"
    OUTCOMES = "Outcomes of clocks over a window"
    DURATIONS = "Durations over a window"
    POLICY = "What the policy asks for"
    PIPELINE = "How well the figures are fed"
    WORKER = "The worker itself"


@dataclass(frozen=True, slots=True)
class Name:
    """One metric family.

    Attributes:
        family: its name without the suffix of a sample, such as `_total`.
        kind: its type.
        section: where the reference tells of it.
        text: one sentence, shown as HELP.
        grouped: the group labels it carries, as far as the policy groups by them.
        own: its other labels.
    """

    family: str
    kind: Kind
    section: Section
    text: str
    grouped: Grouped = Grouped.NO
    own: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Its unit, where the name ends with one."""
        last = self.family.rpartition("_")[2]
        return last if last in _UNITS else ""

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its series, as PromQL asks for them."""
        return tuple(self.family + suffix for suffix in _SUFFIXES[self.kind])

    def labels(self, group_by: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of its labels under a policy's `group_by`, without a histogram's `le`."""
        return (*(name for name in group_by if name in self.grouped.value), *self.own)


_SUFFIXES: Final = {
    Kind.COUNTER: ("_total",),
    Kind.GAUGE: ("",),
    Kind.GAUGE_HISTOGRAM: ("_bucket", "_gcount", "_gsum"),
    Kind.INFO: ("_info",),
}


def _live(family: str, text: str, *own: str) -> Name:
    return Name(PREFIX + family, Kind.GAUGE, Section.LIVE, text, Grouped.GROUP, own)


def _window(family: str, text: str) -> Name:
    return Name(f"{PREFIX}window_{family}", Kind.GAUGE, Section.COUNTS, text, Grouped.GROUP, ("window",))


def _duration(family: str, text: str) -> Name:
    return Name(
        f"{PREFIX}window_{family}_seconds", Kind.GAUGE_HISTOGRAM, Section.DURATIONS, text, Grouped.QUEUE, ("window",)
    )


def _policy(family: str, text: str, *own: str, kind: Kind = Kind.GAUGE) -> Name:
    return Name(PREFIX + family, kind, Section.POLICY, text, own=own)


def _fed(family: str, text: str, *own: str, kind: Kind = Kind.GAUGE) -> Name:
    return Name(PREFIX + family, kind, Section.PIPELINE, text, own=own)


def _worker(family: str, text: str, *own: str, kind: Kind = Kind.GAUGE) -> Name:
    return Name(PREFIX + family, kind, Section.WORKER, text, own=own)


TICKETS: Final = _live("tickets", "Unsolved tickets by status.", "status")
UNASSIGNED: Final = _live("unassigned_tickets", "Unsolved tickets that no agent has.")
UNANSWERED: Final = _live("unanswered_tickets", "Unsolved tickets whose customer waits for an answer.")
OLDEST_UNANSWERED: Final = _live(
    "oldest_unanswered_timestamp_seconds",
    "Since when the customer of the oldest unanswered ticket has waited; absent while none waits.",
)
WAITING: Final = _live("waiting_contacts", "Chats and calls that wait in a queue.")
OLDEST_WAITING: Final = _live(
    "oldest_waiting_timestamp_seconds",
    "Since when the contact that waits longest has waited in its queue; absent while none waits.",
)
CLOCKS: Final = _live("clocks", "Open SLA clocks by clock and state.", "clock", "state")

COUNTS: Final = {
    "created": _window("created", "Tickets created in the window."),
    "solved": _window("solved", "Changes of a ticket into solved or closed in the window."),
    "reopened": _window("reopened", "Changes of a ticket from solved or closed to unsolved in the window."),
    "escalated": _window("escalated", "Escalations of tickets in the window."),
    "transferred": _window("transferred", "Moves of a ticket or contact to another queue, counted in the old one."),
    "messages": _window("messages", "Messages of tickets and contacts in the window."),
    "offered": _window("offered", "Contacts put in a queue in the window, or accepted without one."),
    "answered": _window("answered", "Contacts accepted by an agent in the window."),
    "answered_in_target": _window("answered_in_target", "Answered contacts that had waited at most their target."),
    "abandoned": _window("abandoned", "Contacts that gave up waiting in the window."),
    "abandoned_in_target": _window("abandoned_in_target", "Abandoned contacts that had waited at most their target."),
    "short_abandons": _window("short_abandons", "Contacts abandoned after at most the policy's short_abandon."),
    "callbacks": _window("callbacks", "Waiting contacts that asked to be called back in the window."),
    "flow_outs": _window("flow_outs", "Contacts that left a queue neither answered nor abandoned."),
    "answered_without_target": _window(
        "answered_without_target", "Answered contacts that no service level covers: to be left out of its formulas."
    ),
    "abandoned_without_target": _window(
        "abandoned_without_target", "Abandoned contacts that no service level covers: to be left out of its formulas."
    ),
}
"""By the counter of the core that it shows."""

OUTCOMES: Final = Name(
    PREFIX + "window_sla_outcomes",
    Kind.GAUGE,
    Section.OUTCOMES,
    "Clocks met or breached in the window, counted at the deadline or when satisfied, whichever is earlier.",
    Grouped.GROUP,
    ("window", "clock", "target", "outcome"),
)

DURATIONS: Final = {
    "first_response": _duration("first_response", "From creation to the first public reply of a human."),
    "first_response_open": _duration("first_response_open", "The first response in open hours of its schedule."),
    "next_response": _duration("next_response", "From the oldest unanswered customer message to the reply."),
    "first_resolution": _duration("first_resolution", "From creation to the first solving."),
    "full_resolution": _duration("full_resolution", "From creation to each solving."),
    "wait": _duration("wait", "Waits of the answered contacts, from the queue to the agent."),
    "abandon_wait": _duration("abandon_wait", "Waits of the contacts that gave up."),
    "handle": _duration("handle", "Handle times, from accepted to wrapped up."),
}
"""By the duration of the core that it shows."""

WITH_BOUNDS: Final = ("first_response", "first_resolution", "wait")
"""Durations whose buckets are exported; of the others the sum and the count are."""

WINDOW_LENGTH: Final = _policy("window_length_seconds", "Length of each window.", "window")
TARGET: Final = _policy("target_seconds", "Time within which a clock's target is met.", "clock", "target")
OBJECTIVE: Final = _policy(
    "target_objective_ratio", "Share of its clocks that should meet a target.", "clock", "target"
)
TARGET_INFO: Final = _policy(
    "target",
    "Schedule of a target; of a service level its formula, of others `none`.",
    "clock",
    "target",
    "schedule",
    "formula",
    kind=Kind.INFO,
)

EVENTS: Final = _fed("events", "Messages read, by topic and event type.", "topic", "type", kind=Kind.COUNTER)
REJECTED: Final = _fed(
    "rejected_events", "Messages sent to the dead-letter topic, by reason.", "topic", "reason", kind=Kind.COUNTER
)
DUPLICATES: Final = _fed("duplicate_events", "Events that their subject had already.", kind=Kind.COUNTER)
LATE: Final = _fed("late_events", "Events that came when the longest window had passed over.", kind=Kind.COUNTER)
TOO_LATE: Final = _fed(
    "too_late_events", "Events older than the history of their subject, which changed nothing.", kind=Kind.COUNTER
)
LAG: Final = _fed("lag_records", "Records in the broker that are not applied yet.", "topic", "partition")
DATA_TIME: Final = _fed(
    "data_timestamp_seconds",
    "Time of the figures of a partition: ages are this minus since, data age is the clock minus this.",
    "partition",
)
CLOCK_TIME: Final = _fed("clock_timestamp_seconds", "The worker's clock on the wall; scaled in a demo.")
LAST_EVENT: Final = _fed("last_event_timestamp_seconds", "Newest event of a source.", "topic", "source")
READY: Final = _fed("partitions_ready", "Partitions whose figures are in this scrape.")
ASSIGNED: Final = _fed("partitions_assigned", "Partitions that the group gave to this worker.")
EXPECTED: Final = _fed(
    "partitions_expected", "Partitions that all workers together must show: where fewer are ready, sums are incomplete."
)
REBALANCES: Final = _fed("rebalances", "Times that the group took this worker's partitions away.", kind=Kind.COUNTER)

STATE: Final = _worker("worker_state", "1 for what the worker is doing, else 0.", "state")
BUSY: Final = _worker(
    "busy_seconds", "Time spent decoding and applying: its rate is the busy share of a core.", kind=Kind.COUNTER
)
SUBJECTS: Final = _worker("subjects", "Tickets and contacts held in memory.")
GROUPS: Final = _worker("groups", "Groups of figures, counted once for each partition.")
FOLDED: Final = _worker("groups_folded", "Names folded into `other` because there were more than max_groups allows.")
BUILD: Final = _worker(
    "build",
    "Version of Deskpulse, fingerprint of the policy, and the clock it runs by.",
    "version",
    "policy",
    "clock",
    kind=Kind.INFO,
)


def every_name() -> Iterator[Name]:
    """Iterate over all metrics, in the order of the reference."""
    for found in globals().copy().values():
        if isinstance(found, Name):
            yield found
        elif isinstance(found, dict):
            yield from (name for name in found.values() if isinstance(name, Name))
