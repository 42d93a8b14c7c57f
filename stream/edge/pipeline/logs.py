"""What libraries log, brought to one line each and out of sight unless asked for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "stream")
TOLD = ("is out of range for partition",)
"""What a library says that is news to a person: records were deleted before they were read."""

log = logging.getLogger("deskpulse.worker")


class OneLine(logging.Handler):
    """Passes on, without tracebacks, what is news; the rest shows at level DEBUG only."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it in one line."""
        text = record.getMessage().splitlines()
        if not text:
            return
        error = record.exc_info[1] if record.exc_info else None
        told = any(phrase in text[0] for phrase in TOLD)
        level = logging.WARNING if told else logging.DEBUG
        log.log(level, "%s: %s%s", record.name, text[0], f" ({error!r})" if error is not None else "")


def tame_logs(loop: asyncio.AbstractEventLoop) -> None:
    """Keep the libraries' own logs off the screen: a worker says itself what a person must know."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers[:] = [OneLine()]
        logger.setLevel(logging.INFO)  # never lower: aiokafka writes its requests there, that with the password too
        logger.propagate = False
    loop.set_exception_handler(_on_loop_exception)


def _on_loop_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.debug("asyncio: %s (%r)", context.get("message"), context.get("exception"))
