"""The generator: sends what happens at the invented desk when it happens, by scaled time, for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from stream.core.times import from_micros, to_micros
from stream.tools.demo.desk import DESK, Plan, simulate
from stream.tools.demo.messages import messages
from stream.tools.demo.scaled_time import ScaledTime
from stream.tools.sender import Sender

if TYPE_CHECKING:
    from stream.edge.pipeline import Connection

TICK_S: Final = 0.1
"""Real seconds between two sendings."""
BREATH: Final = 1_000
"""Messages of the past that are passed over before anything else may run."""


@dataclass(frozen=True, slots=True)
class Generator:
    """One run.

    The desk's story begins on the Monday of the week, so a generator that is started again in that week tells the
    same story and goes on where the first one was: what it repeats are duplicates.

    Attributes:
        clock: what time it is at the desk.
        history: microseconds before now, from which on events are sent.
        seed: of the desk.
        plan: the desk.
    """

    clock: ScaledTime
    history: int
    seed: int = 1
    plan: Plan = DESK

    async def run(self, connection: Connection, stop: asyncio.Event, on_live: Callable[[int], None]) -> int:
        """Send until `stop` is set, and return how many messages were sent.

        Args:
            connection: brokers, and how they are reached.
            stop: ends it.
            on_live: called with the number of messages of the past once all of them are acknowledged.

        Raises:
            BrokerError: the broker refuses, or is gone for good.
        """
        since = self.clock.now() - self.history
        monday, run = week_of(since)
        story = messages(simulate(monday, self.seed, self.plan, run), self.seed)
        live = False
        async with Sender(connection) as sender:
            due = self.clock.now()
            for number, message in enumerate(story):
                if message.at < since:
                    if number % BREATH == 0:
                        await asyncio.sleep(0)
                        if stop.is_set():
                            break
                    continue
                while message.at > due and not stop.is_set():
                    await sender.flush()
                    if not live:
                        live = True
                        on_live(sender.sent.total())
                    await _pause(stop)
                    due = self.clock.now()
                if stop.is_set():
                    break
                await sender.send(message.topic, message.key, message.value, message.at // 1_000)
            return sender.sent.total()


def week_of(at: int) -> tuple[int, str]:
    """Return the Monday's midnight of an instant's week at the desk, in microseconds, and a name for the week."""
    local = from_micros(at).astimezone(ZoneInfo(DESK.zone))
    day = local.date() - timedelta(days=local.weekday())
    midnight = datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)
    return to_micros(midnight), day.strftime("%g%V")


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), TICK_S)
    except TimeoutError:
        return
