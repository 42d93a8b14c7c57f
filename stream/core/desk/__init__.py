"""The desk: tickets, contacts, surveys, agents and customers as the pure outcome of their events."""

from stream.core.desk.agent import Agent
from stream.core.desk.case import Case
from stream.core.desk.contact import Contact
from stream.core.desk.customer import Customer
from stream.core.desk.facts import Fact, fact_of, id_of
from stream.core.desk.fold import Fold, Giving, Posting
from stream.core.desk.groups import Groups, People
from stream.core.desk.live import Live
from stream.core.desk.rules import Rules
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
    "Giving",
    "Groups",
    "Live",
    "People",
    "Posting",
    "Rules",
    "Subject",
    "Ticket",
    "fact_of",
    "id_of",
]
