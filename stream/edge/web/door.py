"""The connections of the web server: so many at once, and none may take its time at the worker's cost."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import hdrs, web

from stream.edge.web.answers import error_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from stream.edge.web.access import Access

MOST: Final = 100
"""Connections at once; what comes on top is closed at once."""
HEAD_S: Final = 10.0
"""What a client may take to say what it wants, from the connection or from the first byte of a further request."""
IDLE_S: Final = 75.0
"""What a client may take to read its answer, and until it asks again."""
HANDSHAKE_S: Final = 10.0
_unheard = logging.getLogger("deskpulse.web.unheard")
_unheard.setLevel(
    logging.CRITICAL + 1
)  # what aiohttp says of a malformed request repeats it, with whatever password it held
LIMITS: Final[dict[str, Any]] = {
    "access_log": None,
    "auto_decompress": False,  # no request has a body that is read, so none is unpacked
    "keepalive_timeout": IDLE_S,
    "lingering_time": 1.0,
    "logger": _unheard,
    "max_field_size": 8_190,
    "max_line_size": 8_190,
}
"""Bytes of a line and of a header, at most; aiohttp takes no more than 128 headers."""
OPEN: Final = frozenset({"/healthz"})
"""Paths that nobody has to prove anything for: they tell that the process is alive, and no more."""


class Visit(web.RequestHandler):
    """One connection, which is cut off when its client is slow."""

    def __init__(self, door: Door, server: web.Server) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **LIMITS)
        self._door = door
        self._cut: asyncio.TimerHandle | None = None
        self._is_hurried = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or turn it away where the house is full."""
        if len(self._door.visits) >= MOST:
            cast("asyncio.Transport", transport).abort()
            return
        self._door.visits.add(self)
        super().connection_made(transport)
        self._allow(HEAD_S)
        self._is_hurried = True

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room for another."""
        self._allow(None)
        self._door.visits.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the clock with the first byte of a request; further ones do not wind it up again."""
        if self._cut is not None and not self._is_hurried:
            self._allow(HEAD_S)
            self._is_hurried = True
        super().data_received(data)

    def began(self) -> None:
        """The request is there: from now on it is the worker that takes its time."""
        self._allow(None)

    def ended(self) -> None:
        """The answer is there: it may be taken, and the next request come."""
        self._allow(IDLE_S)
        self._is_hurried = False

    def _allow(self, seconds: float | None) -> None:
        if self._cut is not None:
            self._cut.cancel()
        self._cut = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self._abort)

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Door:
    """Makes the protocol of every connection.

    Args:
        server: what answers.

    Attributes:
        visits: connections that are open.
    """

    def __init__(self, server: web.Server) -> None:
        self.visits: set[Visit] = set()
        self._server = server

    def __call__(self) -> Visit:
        """Return the protocol of one more connection."""
        return Visit(self, self._server)


def guard(access: Access) -> Any:
    """Return the middleware that lets in who may ask, and keeps the time of every request."""

    @web.middleware
    async def let_in(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        visit = cast("Visit", request.protocol)
        visit.began()
        try:
            if request.path not in OPEN and not access.admits(request.headers.get(hdrs.AUTHORIZATION, "")):
                return error_answer(
                    401,
                    "who asks must prove who it is: see WWW-Authenticate",
                    {hdrs.WWW_AUTHENTICATE: access.challenge},
                )
            if request.body_exists:
                refusal = error_answer(413, "a request here has no body", {hdrs.CONNECTION: "close"})
                refusal.force_close()
                return refusal
            return await handler(request)
        finally:
            visit.ended()

    return let_in
