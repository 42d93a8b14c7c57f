"""The web server of a worker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from stream.edge.exposition import DeskpulseCollector
from stream.edge.web.answers import errors_as_json
from stream.edge.web.figures import Figures
from stream.edge.web.routes import INDEX, Routes
from stream.edge.web.scrape import Scrape
from stream.errors import UsageError

if TYPE_CHECKING:
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
    """

    host: str
    port: int
    _runner: web.AppRunner
    _scrape: Scrape

    @property
    def url(self) -> str:
        """The address as a browser takes it, without a slash at its end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    async def close(self) -> None:
        """Stop listening and end what is under way."""
        await self._runner.cleanup()
        self._scrape.close()


async def start_web(view: WorkerView, policy: Policy, host: str = LOOPBACK, port: int = 0) -> Web:
    """Serve the metrics, the health and the API of a worker.

    Args:
        view: the worker.
        policy: the one that its shards are made with.
        host: address to bind to.
        port: 0 takes a free one.

    Raises:
        UsageError: the address cannot be bound.
    """
    scrape, routes, figures = Scrape(DeskpulseCollector(view, policy)), Routes(view), Figures(view, policy)
    app = web.Application(middlewares=[errors_as_json])
    app.router.add_get("/", _index)
    app.router.add_get("/metrics", scrape.answer)
    app.router.add_get("/healthz", routes.health)
    app.router.add_get("/readyz", routes.readiness)
    app.router.add_get("/api/at-risk", routes.at_risk)
    app.router.add_get("/api/kpis", figures.kpis)
    app.router.add_get("/api/agents", figures.agents)
    app.router.add_get("/api/subjects/{id:.+}", routes.subject)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=CLOSE_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        scrape.close()
        # asyncio puts its own words around the system's; only a name that nobody knows has a number below 0.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise UsageError(
            f"cannot listen at {host} port {port}: {reason}; choose another address or port, port 0 takes a free one"
        ) from None
    return Web(host, runner.addresses[0][1], runner, scrape)


async def _index(_request: web.Request) -> web.Response:
    return web.Response(text=INDEX, content_type="text/html")
