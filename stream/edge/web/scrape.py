"""`/metrics`: copied on the event loop, written and compressed in a thread."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from stream.edge.exposition import negotiate

if TYPE_CHECKING:
    from stream.edge.exposition import DeskpulseCollector, Snapshot

STAND_S: Final = 0.06
"""So long the event loop stands still for a scrape. A loop that computes all the time gives the interpreter up between
two slices only, and a thread that gets it for moments takes many times as long as it works."""

_FASTEST: Final = 1


class Scrape:
    """Answers scrapes one after the other, so that many scrapers cost no more memory than one."""

    def __init__(self, collector: DeskpulseCollector) -> None:
        self._collector = collector
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scrape")

    async def answer(self, request: web.Request) -> web.Response:
        """Return all metrics in the format that is asked for."""
        content_type = negotiate(request.headers.get(hdrs.ACCEPT, ""))
        zipped = _accepts_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        async with self._turn:
            snapshot = self._collector.take()
            baking = self._thread.submit(self._bake, snapshot, content_type, zipped)
            wait([baking], STAND_S)
            body = await asyncio.wrap_future(baking)
        headers = {hdrs.CONTENT_TYPE: content_type, hdrs.VARY: "Accept, Accept-Encoding"}
        if zipped:
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        return web.Response(body=body, headers=headers)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _bake(self, snapshot: Snapshot, content_type: str, zipped: bool) -> bytes:  # noqa: FBT001  nobody else calls it
        body = self._collector.render(snapshot, content_type)
        return gzip.compress(body, _FASTEST) if zipped else body


def _accepts_gzip(header: str) -> bool:
    for offer in header.split(","):
        coding, _, weight = offer.replace(" ", "").partition(";")
        if coding.lower() == "gzip":
            return weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
