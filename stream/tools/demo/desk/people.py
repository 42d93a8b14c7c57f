"""Customers apart from their tickets: what they say in surveys, and whether they stay."""

from __future__ import annotations

from functools import partial
from typing import Final

from stream.tools.demo.desk.clockwork import Clockwork

ANSWERS: Final = 0.15
"""Share of customers who answer a survey."""
KINDS: Final = {"csat": 0.7, "nps": 0.2, "ces": 0.1}
SCALES: Final = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
CHANGES_PER_HOUR: Final = 4.0
PLANS: Final = (19.0, 49.0, 99.0, 249.0)


class People:
    """Surveys and customer records."""

    def __init__(self, clockwork: Clockwork) -> None:
        self._clockwork = clockwork
        clockwork.after(clockwork.chance.expovariate(CHANGES_PER_HOUR / 3_600), self._change)

    def ask(self, subject: str, queue: str, channel: str, *, content: float) -> None:
        """Send a survey that some will answer; `content` is the share of the good answers."""
        tick = self._clockwork
        if tick.happens(ANSWERS):
            tick.after(tick.around(420, 0.9), partial(self._answer, subject, queue, channel, content))

    def _answer(self, subject: str, queue: str, channel: str, content: float) -> None:
        tick = self._clockwork
        kind = tick.pick(KINDS)
        low, high = SCALES[kind]
        reach = high - low
        # For the effort a low score is the good one.
        good = tick.happens(content) != (kind == "ces")
        score = high - tick.chance.randint(0, reach // 4) if good else low + tick.chance.randint(0, reach // 2)
        tick.emit(
            "survey.answered",
            subject_id=subject,
            kind=kind,
            score=score,
            scale_min=low,
            scale_max=high,
            queue=queue,
            channel=channel,
        )

    def _change(self) -> None:
        tick = self._clockwork
        tick.after(tick.chance.expovariate(CHANGES_PER_HOUR / 3_600), self._change)
        lost = tick.happens(0.2)
        tick.emit(
            "customer.changed",
            customer_id=tick.number("K"),
            status="lost" if lost else "active",
            plan_value=None if lost else tick.chance.choice(PLANS),
            kind=None if lost else "recurring",
        )
