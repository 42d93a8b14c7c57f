"""What a formula is: sums over sums, of parts that may be added over groups, shards and workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Terms = tuple[tuple[int, str], ...]
"""A sum: sign and part, such as ((1, "answered"), (-1, "short_abandons"))."""


class Unit(StrEnum):
    """What a figure is measured in."""

    RATIO = "ratio"
    SECONDS = "s"
    SCORE = "score"
    CURRENCY = "currency"
    PERIODS = "periods"


class Better(StrEnum):
    """In which direction a figure improves."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Scope(StrEnum):
    """What a figure is taken over."""

    WINDOW = "window"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Formula:
    """One row: `scale * numerator / (denominator * per)`.

    Its parts are counters of `stream.core.windows.slots`, `<clock>_met` and `<clock>_breached`, `<duration>_count` and
    `<duration>_time` (microseconds); over a period they are those of customers.

    Attributes:
        key: its name in `replay`, in bands, in the reference and in recording rules.
        text: what it says, in words.
        unit: of the figure.
        better: which direction is good.
        source: who defines it so.
        numerator: is divided by `denominator`; an empty denominator gives no figure, () divides by nothing.
        member: where several rows share one key, which of them it is.
        scale: multiplies it: 100 where shares are shown as points.
        per: so many units of the numerator make one of the figure: time is counted in microseconds, scores and money
            in millionths.
        rate: a number of the policy that multiplies it; without that there is no figure.
        given: a number of the policy that is the figure, where there is one.
        inverse: whether it is the inverse of a ratio, so that an empty numerator gives no figure either.
        times: key of a row whose figure multiplies it.
        scope: whether it is of a window, or of customers over the policy's period.
    """

    key: str
    text: str
    unit: Unit
    better: Better
    source: str
    numerator: Terms
    denominator: Terms = ()
    member: str = ""
    scale: int = 1
    per: int = 1
    rate: str = ""
    given: str = ""
    inverse: bool = False
    times: str = ""
    scope: Scope = Scope.WINDOW

    def of(self, parts: Mapping[str, int], numbers: Mapping[str, float | None] | None = None) -> float | None:
        """Return the figure, or None where there is nothing to divide by; without `times`.

        Args:
            parts: by name; what is absent is 0.
            numbers: the policy's, for `rate` and `given`.
        """
        if self.given and numbers is not None and numbers.get(self.given) is not None:
            return numbers[self.given]
        rate = 1.0
        if self.rate:
            told = None if numbers is None else numbers.get(self.rate)
            if told is None:
                return None
            rate = told
        above = add_up(self.numerator, parts)
        if self.inverse and not above:
            return None
        if not self.denominator:
            return above * self.scale / self.per * rate
        below = add_up(self.denominator, parts)
        return above * self.scale / (below * self.per) * rate if below else None


def add_up(terms: Terms, parts: Mapping[str, int]) -> int:
    """Return the sum of signed parts."""
    return sum(sign * parts.get(name, 0) for sign, name in terms)
