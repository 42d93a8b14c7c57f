"""Every metric of a worker: name, type, labels, meaning. No name is written anywhere else.

Windowed figures are gauges, since a late event can take a contribution back; only what never goes back is a
counter. Every figure may be added over workers; timestamps take the smallest (oldest) or largest (last) instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stream.edge.exposition.metric import PREFIX, Grouped, Kind, Name, Section

_MILLION: Final = 1_000_000


def _live(family: str, text: str, *own: str) -> Name:
    return Name(PREFIX + family, Kind.GAUGE, Section.LIVE, text, Grouped.GROUP, own)


def _window(family: str, text: str, grouped: Grouped = Grouped.GROUP, section: Section = Section.COUNTS) -> Name:
    return Name(f"{PREFIX}window_{family}", Kind.GAUGE, section, text, grouped, ("window",))


def _first(family: str, text: str) -> Name:
    return _window(family, text, Grouped.CHANNEL)


def _answers(family: str, text: str, per: int = 1) -> Name:
    name = f"{PREFIX}window_{family}"
    return Name(name, Kind.GAUGE, Section.SURVEYS, text, Grouped.CHANNEL, ("window",), per)


def _duration(family: str, text: str) -> Name:
    name = f"{PREFIX}window_{family}_seconds"
    return Name(name, Kind.GAUGE_HISTOGRAM, Section.DURATIONS, text, Grouped.CHANNEL, ("window",), _MILLION)


def _agents(family: str, text: str, grouped: Grouped, *own: str, per: int = 1) -> Name:
    return Name(PREFIX + family, Kind.GAUGE, Section.AGENTS, text, grouped, (*own, "state"), per)


def _person(family: str, text: str, per: int = 1) -> Name:
    return Name(f"{PREFIX}window_agent_{family}", Kind.GAUGE, Section.PEOPLE, text, own=("agent", "window"), per=per)


def _customers(family: str, text: str, per: int = 1) -> Name:
    return Name(f"{PREFIX}customers_{family}", Kind.GAUGE, Section.CUSTOMERS, text, per=per)


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
    "begun": _window("begun", "Contacts that began in the window, with a bot or in a queue."),
    "first_solved": _first("first_solved", "Tickets solved for the first time in the window."),
    "handled": _first("handled", "Contacts that ended in the window and that an agent had answered."),
    "first_contact_resolved": _first(
        "first_contact_resolved", "First solvings and handled contacts that took a single reply or a single leg."
    ),
    "bot_ended": _first("bot_ended", "Contacts that ended with the bot in the window."),
    "bot_resolved": _first("bot_resolved", "Contacts that ended with the bot, and not unresolved."),
    "bot_handed_over": _first("bot_handed_over", "Contacts that the bot handed to a queue or an agent in the window."),
    "csat_answers": _answers("csat_answers", "Answers about satisfaction in the window."),
    "csat_satisfied": _answers("csat_satisfied", "Answers about satisfaction in the top two of five boxes."),
    "nps_answers": _answers("nps_answers", "Answers of customers whether they would recommend us."),
    "nps_promoters": _answers("nps_promoters", "Answers of customers from 9 to 10."),
    "nps_detractors": _answers("nps_detractors", "Answers of customers from 0 to 6."),
    "enps_answers": _answers("enps_answers", "Answers of employees whether they would recommend us."),
    "enps_promoters": _answers("enps_promoters", "Answers of employees from 9 to 10."),
    "enps_detractors": _answers("enps_detractors", "Answers of employees from 0 to 6."),
    "ces_answers": _answers("ces_answers", "Answers about effort in the window."),
    "ces_score": _answers("ces_score", "Answers about effort added up, each scaled to 1..7.", _MILLION),
    "qa_answers": _answers("qa_answers", "Gradings of quality in the window."),
    "qa_score": _answers("qa_score", "Gradings of quality added up, each scaled to 0..1.", _MILLION),
    "arrived_full_hours": _window(
        "arrived",  # promtool takes `hours` for a unit, and wants seconds
        "Tickets created and contacts offered in the last full hours, as many as the window has.",
        Grouped.CHANNEL,
        Section.VOLUME,
    ),
    "arrived_week_before": _window(
        "arrived_week_before",
        "Tickets created and contacts offered in the same hours seven days before.",
        Grouped.CHANNEL,
        Section.VOLUME,
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

AGENTS: Final = _agents(
    "agents", "Agents who are in a state now; who serves several queues counts in each.", Grouped.QUEUE
)
ALL_AGENTS: Final = _agents("all_agents", "Agents who are in a state now, each counted once.", Grouped.NO)
AGENT_SECONDS: Final = _agents(
    "window_agent_seconds",
    "Time that agents spent in a state; who serves several queues counts in each.",
    Grouped.QUEUE,
    "window",
    per=_MILLION,
)
ALL_AGENT_SECONDS: Final = _agents(
    "window_all_agent_seconds",
    "Time that agents spent in a state, each agent counted once.",
    Grouped.NO,
    "window",
    per=_MILLION,
)

PEOPLE: Final = {
    "solved": _person("solved", "Tickets that were the agent's when they were solved in the window."),
    "handled": _person("handled", "Contacts that ended with the agent in the window."),
    "handle_time": _person("handle_seconds", "Handle times of these contacts, added up.", _MILLION),
    "csat_answers": _person("csat_answers", "Answers of customers about the agent in the window."),
    "csat_satisfied": _person("csat_satisfied", "Answers about the agent in the top two of five boxes."),
}
"""By the attribute of the core's `PersonTally` that it shows."""
PEOPLE_FOLDED: Final = Name(
    PREFIX + "agents_folded",
    Kind.GAUGE,
    Section.PEOPLE,
    "Agents who are summed up as `other`, because there were more than the policy's agents.max.",
)

CUSTOMERS: Final = {
    "active": _customers("active", "Customers who are active now."),
    "at_start": _customers("at_start", "Customers who were active when the period began."),
    "new": _customers("new", "Customers who became active in the period."),
    "lost": _customers("lost", "Customers who were lost in the period."),
    "revenue": _customers("revenue", "What the plans of the active are worth, in the policy's currency.", _MILLION),
    "recurring_revenue": _customers(
        "recurring_revenue", "Sum of the changes of plans in the period of the kind recurring, or of none.", _MILLION
    ),
    "expansion_revenue": _customers(
        "expansion_revenue", "Sum of the changes of plans in the period of the kind expansion.", _MILLION
    ),
    "contracted_revenue": _customers(
        "contracted_revenue", "Sum of the changes of plans in the period of the kind contracted.", _MILLION
    ),
}
"""By the part of the core's formulas that it shows."""

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
BAND: Final = _policy("kpi_band", "From where on a figure is good, and from where on it is bad.", "kpi", "edge")
AGENT_HOUR: Final = _policy("agent_hour_cost", "What an hour of an agent costs; absent where unknown.", "currency")
PERIOD: Final = _policy("customers_period_seconds", "Length of the period over which customers are counted.")
LIFESPAN: Final = _policy(
    "customers_lifespan_periods", "How many periods a customer stays; absent where the policy does not say."
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
MISSED: Final = _fed(
    "missed_records", "Messages that a source's retention deleted before they were read.", kind=Kind.COUNTER
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
RECOVERED: Final = _fed(
    "recovered_ratio",
    "Share that is read of what this worker's partitions had when they were opened, state and sources.",
)
REBALANCES: Final = _fed("rebalances", "Times that the group took this worker's partitions away.", kind=Kind.COUNTER)

COMMITTED: Final = _fed(
    "state_committed_timestamp_seconds",
    "Until when all that this worker has read is on record in Kafka, by the machine's clock; 0 before it joined.",
)

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
