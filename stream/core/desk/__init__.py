"""The desk: tickets, contacts, surveys, agents and customers as the pure outcome of their events."""

from stream.core.desk.agent import Agent
from stream.core.desk.case import Case
from stream.core.desk.contact import Contact
from stream.core.desk.customer import Customer
from stream.core.desk.facts import Fact, fact_of
from stream.core.desk.fold import Fold, Groups, People, Recorder
from stream.core.desk.live import Live
from stream.core.desk.subject import Subject
from stream.core.desk.survey import Answers
from stream.core.desk.ticket import Ticket

__all__ = [
    "Agent",
    "Answers",
    "Case",
    "Contact",
    "Customer",
    "Fact",
    "Fold",
    "Groups",
    "Live",
    "People",
    "Recorder",
    "Subject",
    "Ticket",
    "fact_of",
]
