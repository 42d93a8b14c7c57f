"""Expressions of panels: names of recorded series, and descriptions with the formulas of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stream.core.formulas import BY_KEY, FORMULAS, Unit
from stream.core.times import DAY, HOUR
from stream.tools.dashboards.palette import BLIND

if TYPE_CHECKING:
    from stream.core.formulas import Formula
    from stream.core.policy import Policy, Window

SIGHT: Final = "desk:deskpulse_sight:bool"
AGE: Final = "desk:deskpulse_data_age:seconds"
OF_QUEUE: Final = 'queue=~"$queue"'
COMPLETE: Final = "desk:deskpulse_partitions_ready:ratio"

_OPERATION: Final = {Unit.RATIO: "ratio", Unit.SECONDS: "seconds", Unit.SCORE: "score", Unit.CURRENCY: "currency"}
_CURRENCIES: Final = frozenset({"USD", "GBP", "EUR", "JPY", "DKK", "ISK", "NOK", "SEK", "CZK", "CHF", "PLN", "INR"})


def formula(key: str, member: str = "") -> Formula:
    """Return the row of a figure; without a member the first row of that key."""
    if (key, member) in BY_KEY:
        return BY_KEY[key, member]
    return next(row for row in FORMULAS if row.key == key)


def recorded(key: str, level: str = "window", also: str = "", **labels: str) -> str:
    """Return the recorded series of a figure, such as `window:deskpulse_csat:ratio{window="1h"}`.

    Args:
        key: of the figure.
        level: labels that it keeps, as the rules spell them.
        also: a matcher that is none of equality.
        labels: matchers of equality.
    """
    matchers = [f'{label}="{value}"' for label, value in labels.items()]
    asked = ", ".join([*matchers, also] if also else matchers)
    return f"{level}:deskpulse_{key.removesuffix('_s')}:{_OPERATION[formula(key).unit]}{{{asked}}}"


def by_queue(policy: Policy, key: str, **labels: str) -> str:
    """Return the recorded series of a figure for the chosen queues; of all where the policy has no figures by queue."""
    return recorded(key, "queue_window", OF_QUEUE, **labels) if "queue" in policy.group_by else recorded(key, **labels)


def named(policy: Policy, legend: str) -> str:
    """Return a name of lines that says `all` for the queue where the policy has no figures by queue."""
    return legend if "queue" in policy.group_by else legend.replace("{{queue}}", "all")


def describe(key: str, what: str, member: str = "") -> str:
    """Return a description: what it means for people, its formula, and who defines it so."""
    row = formula(key, member)
    return f"{what}\n\nFormula: {row.text}.\n\nDefined so by: {row.source}."


def seen(expression: str) -> str:
    """Return the expression while the monitor sees, and a figure that is shown as `blind` while it does not."""
    sees = f"on () ({SIGHT} == 1)"
    return f"(({expression}) and {sees}) or (vector({BLIND:g}) unless {sees})"


def seen_by(label: str, expression: str) -> str:
    """Return the expression while the monitor sees, and one series whose label is `blind` while it does not."""
    sees = f"on () ({SIGHT} == 1)"
    blind = f'label_replace(vector({BLIND:g}) unless {sees}, "{label}", "■ blind", "", "")'
    return f"(({expression}) and {sees}) or {blind}"


def about(policy: Policy, span: int) -> Window:
    """Return the window whose length is nearest to a span of microseconds."""
    return min(policy.windows, key=lambda window: abs(window.length - span))


def hour(policy: Policy) -> Window:
    """Return the window that the wall shows: an hour, or what is nearest to it."""
    return about(policy, HOUR)


def day(policy: Policy) -> Window:
    """Return the window of what changes slowly: a day, or what is nearest to it."""
    return about(policy, DAY)


def part_of_a_day(policy: Policy) -> Window:
    """Return the longest window of which a day is made; where there is none, the one nearest to a day."""
    parts = [window for window in policy.windows if DAY % window.length == 0]
    return parts[-1] if parts else day(policy)


def longest(policy: Policy) -> Window:
    """Return the longest window."""
    return policy.windows[-1]


def money(policy: Policy) -> str:
    """Return Grafana's unit for the policy's currency; a plain number where it knows none."""
    currency = policy.cost.currency
    return f"currency{currency}" if currency in _CURRENCIES else "short"


def split(policy: Policy, label: str) -> str:
    """Return `by (label) ` where the policy groups by that label, else nothing."""
    return f"by ({label}) " if label in policy.group_by else ""


def promised(policy: Policy, clock: str) -> bool:
    """Return whether any target is for a clock."""
    return any(target.clock == clock for target in policy.targets)
