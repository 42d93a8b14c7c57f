"""`/metrics`: copied on the event loop, written and compressed in a thread."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from stream.edge.exposition import negotiate

if TYPE_CHECKING:
    from stream.edge.exposition import DeskpulseCollector, Snapshot

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
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(self._thread, self._bake, snapshot, content_type, zipped)
        headers = {hdrs.CONTENT_TYPE: content_type, hdrs.VARY: "Accept, Accept-Encoding"}
        if zipped:
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        return web.Response(body=body, headers=headers)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _bake(self, snapshot: Snapshot, content_type: str, zipped: bool) -> bytes:  # noqa: FBT001  run_in_executor has no keywords
        body = self._collector.render(snapshot, content_type)
        return gzip.compress(body, _FASTEST) if zipped else body


def _accepts_gzip(header: str) -> bool:
    for offer in header.split(","):
        coding, _, weight = offer.replace(" ", "").partition(";")
        if coding.lower() == "gzip":
            return weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
