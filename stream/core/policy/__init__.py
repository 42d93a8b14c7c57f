"""The policy: which times are promised to whom, and how figures are cut."""

from stream.core.policy.load import default_policy, default_policy_text, load_policy
from stream.core.policy.model import (
    CLOCKS,
    FORMULAS,
    GROUP_KEYS,
    Agents,
    Alerts,
    Band,
    Cost,
    Customers,
    Policy,
    Row,
    Team,
    Window,
)
from stream.core.policy.target import NONE, Match, Target

__all__ = [
    "CLOCKS",
    "FORMULAS",
    "GROUP_KEYS",
    "NONE",
    "Agents",
    "Alerts",
    "Band",
    "Cost",
    "Customers",
    "Match",
    "Policy",
    "Row",
    "Target",
    "Team",
    "Window",
    "default_policy",
    "default_policy_text",
    "load_policy",
]
