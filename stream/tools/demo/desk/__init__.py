"""The desk that the demo invents: a simulation that knows no clock, no network and no luck but its seed."""

from stream.tools.demo.desk.breach import BREACH
from stream.tools.demo.desk.clockwork import EventFields
from stream.tools.demo.desk.default import DESK
from stream.tools.demo.desk.plan import Plan
from stream.tools.demo.desk.simulation import simulate, trouble_at

__all__ = ["BREACH", "DESK", "EventFields", "Plan", "simulate", "trouble_at"]
