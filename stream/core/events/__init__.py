"""Events: what happened at the support desk, as the messages of the source topics say it."""

from stream.core.events.base import Event
from stream.core.events.contacts import ContactEvent
from stream.core.events.decode import MAX_BYTES, decode, reject_future
from stream.core.events.models import ADAPTER, REASONS, AnyEvent
from stream.core.events.people import AgentStateChanged, CustomerChanged, SurveyAnswered
from stream.core.events.tickets import TicketEvent

TOPICS: tuple[str, ...] = (
    TicketEvent.topic,
    ContactEvent.topic,
    SurveyAnswered.topic,
    AgentStateChanged.topic,
    CustomerChanged.topic,
)
"""The source topics; all have equally many partitions, and any of them may carry any event."""

DEAD_TOPIC = "support.dead"
"""Where messages that are no events go, byte for byte."""

__all__ = [
    "ADAPTER",
    "DEAD_TOPIC",
    "MAX_BYTES",
    "REASONS",
    "TOPICS",
    "AgentStateChanged",
    "AnyEvent",
    "ContactEvent",
    "CustomerChanged",
    "Event",
    "SurveyAnswered",
    "TicketEvent",
    "decode",
    "reject_future",
]
