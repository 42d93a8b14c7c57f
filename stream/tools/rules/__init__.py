"""Rules: what Prometheus records and when it alerts, and whom Alertmanager calls, made from the policy."""

from stream.tools.rules.burn import TIERS, Tier
from stream.tools.rules.files import generate
from stream.tools.rules.links import Links
from stream.tools.rules.office import YEARS, running_out
from stream.tools.rules.rule import Alert, Group, Recording
from stream.tools.rules.tables import RuleTables, make_tables

__all__ = [
    "TIERS", "YEARS", "Alert", "Group", "Links", "Recording", "RuleTables", "Tier", "generate", "make_tables",
    "running_out",
]  # fmt: skip
