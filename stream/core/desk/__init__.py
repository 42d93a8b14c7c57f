"""The desk: tickets and contacts as the pure outcome of their events."""

from stream.core.desk.contact import Contact
from stream.core.desk.facts import Fact, fact_of
from stream.core.desk.fold import Fold, Groups, Recorder
from stream.core.desk.live import Live
from stream.core.desk.subject import Subject
from stream.core.desk.ticket import Ticket

__all__ = ["Contact", "Fact", "Fold", "Groups", "Live", "Recorder", "Subject", "Ticket", "fact_of"]
