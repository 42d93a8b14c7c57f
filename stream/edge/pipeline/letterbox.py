"""A shard that is kept in memory only: what of it must not be lost are the messages that are no events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from stream.edge.pipeline.apply import Bad
    from stream.edge.pipeline.deadletters import DeadLetters
    from stream.edge.pipeline.holding import Cursor


class Letterbox:
    """The `Ledger` of a shard without state: writes its dead letters before their offsets are committed.

    Args:
        letters: writes them.
        commit: puts the group's offsets on record.
    """

    def __init__(self, letters: DeadLetters, commit: Callable[[], Awaitable[None]]) -> None:
        self._letters = letters
        self._commit = commit
        self._bad: list[Bad] = []

    @property
    def waits(self) -> bool:
        """A bad message waits for the end of its batch."""
        return bool(self._bad)

    async def room(self) -> None:
        """Return at once: `turn` waits for the letters of each batch."""

    def note(self, events: int, bad: Sequence[Bad]) -> None:  # noqa: ARG002  as a ledger has it
        """Take what is no event."""
        self._bad += bad

    def nudge(self) -> None:
        """Do nothing: no state is kept."""

    async def turn(self, cursor: Cursor) -> None:
        """Write the letters of a batch; as long as the broker is away, wait."""
        bad, self._bad = self._bad, []
        new = [item for item in bad if item.record.offset >= cursor.written_below]
        position = cursor.position
        if new:
            await self._letters.write(new)
            cursor.safe = position
            await self._commit()
        cursor.safe = position

    async def settle(self, wait_s: float) -> None:
        """Do nothing: the batch in hand is all that there is."""

    async def close(self) -> None:
        """Do nothing: the connection is the worker's."""
