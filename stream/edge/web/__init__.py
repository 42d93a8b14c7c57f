"""Web: what a worker answers over HTTP, and whom."""

from stream.edge.web.access import Access
from stream.edge.web.server import Web, start_web

__all__ = ["Access", "Web", "start_web"]
