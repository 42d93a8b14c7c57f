"""An end that waits for no broker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


async def at_most(ending: Coroutine[Any, Any, None], seconds: float) -> None:
    """Let something end, for so long; what it says at its end is of no use to anybody."""
    # In a task of its own: aiokafka lets a CancelledError out while it is closed without a broker.
    task = asyncio.ensure_future(ending)
    await asyncio.wait({task}, timeout=seconds)
    if not task.cancel() and not task.cancelled():
        task.exception()
