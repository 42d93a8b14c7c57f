"""The web server of a worker."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import web

from stream.edge.exposition import DeskpulseCollector
from stream.edge.web.access import Access
from stream.edge.web.answers import errors_as_json
from stream.edge.web.door import HANDSHAKE_S, Door, guard
from stream.edge.web.figures import Figures
from stream.edge.web.routes import INDEX, Routes
from stream.edge.web.scrape import Scrape
from stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from stream.core.policy import Policy
    from stream.edge.pipeline import WorkerView

LOOPBACK: Final = "127.0.0.1"
CLOSE_S: Final = 0.5
"""How long answers that are under way may take when the worker ends."""


@dataclass(frozen=True, slots=True)
class Web:
    """A server that runs.

    Attributes:
        host: the address that it is bound to.
        port: the real one, where 0 was asked for too.
        scheme: `http` or `https`.
    """

    host: str
    port: int
    scheme: str
    _server: asyncio.Server
    _runner: web.AppRunner
    _scrape: Scrape

    @property
    def url(self) -> str:
        """The address as a browser takes it, without a slash at its end."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether nobody outside of this machine can ask."""
        return all(ip_address(socket.getsockname()[0]).is_loopback for socket in self._server.sockets)

    async def close(self) -> None:
        """Stop listening and end what is under way."""
        self._server.close()
        await self._runner.cleanup()
        self._scrape.close()


async def start_web(
    view: WorkerView, policy: Policy, host: str = LOOPBACK, port: int = 0, access: Access | None = None
) -> Web:
    """Serve the metrics, the health and the API of a worker.

    Args:
        view: the worker.
        policy: the one that its shards are made with.
        host: address to bind to.
        port: 0 takes a free one.
        access: who may ask, and what is encrypted; everybody and nothing where absent.

    Raises:
        UsageError: the address cannot be bound, or a certificate cannot be used.
    """
    access = access or Access()
    context = access.context()
    scrape, routes, figures = Scrape(DeskpulseCollector(view, policy)), Routes(view), Figures(view, policy)
    app = web.Application(middlewares=[errors_as_json, guard(access), _attend(view)])
    app.router.add_get("/", _index)
    app.router.add_get("/metrics", scrape.answer)
    app.router.add_get("/healthz", routes.health)
    app.router.add_get("/readyz", routes.readiness)
    app.router.add_get("/api/at-risk", routes.at_risk)
    app.router.add_get("/api/kpis", figures.kpis)
    app.router.add_get("/api/agents", figures.agents)
    app.router.add_get("/api/subjects/{id:.+}", routes.subject)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=CLOSE_S)
    await runner.setup()
    try:
        server = await asyncio.get_running_loop().create_server(
            Door(cast("web.Server", runner.server)),
            host,
            port,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE_S if context else None,
        )
    except OSError as error:
        await runner.cleanup()
        scrape.close()
        # asyncio puts its own words around the system's; only a name that nobody knows has a number below 0.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise UsageError(
            f"cannot listen at {host} port {port}: {reason}; choose another address or port, port 0 takes a free one"
        ) from None
    return Web(host, server.sockets[0].getsockname()[1], "https" if context else "http", server, runner, scrape)


def _attend(view: WorkerView) -> Any:
    """Return the middleware that tells the worker who waits for it."""

    @web.middleware
    async def attend(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        with view.attended():
            return await handler(request)

    return attend


async def _index(_request: web.Request) -> web.Response:
    return web.Response(text=INDEX, content_type="text/html")
