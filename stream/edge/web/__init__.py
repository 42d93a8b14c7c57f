"""Web: what a worker answers over HTTP."""

from stream.edge.web.server import Web, start_web

__all__ = ["Web", "start_web"]
