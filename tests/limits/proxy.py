"""What stands between a worker and its broker: lets everything through, late or not at all."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Final, Self

PIECE: Final = 1 << 18


class Proxy:
    """A TCP proxy on loopback; a context manager.

    Attributes:
        address: what clients connect to.
        target: where the broker listens; told before the first client comes.
        delay_s: how late each piece of at most 256 KiB is passed on, either way.
    """

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        self.target = ""
        self.delay_s = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open = asyncio.Event()
        self._open.set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, sock=self._door), self._loop
        ).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def block(self) -> None:
        """Let nothing through; connections stay as they are."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def unblock(self) -> None:
        """Let everything through again, what was held back first."""
        self._loop.call_soon_threadsafe(self._open.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.target.rpartition(":")
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:  # no broker is there, which the client learns by the end of its connection
            writer.close()
            return
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        # Where one side is gone the other one is told by the end of its connection.
        with suppress(OSError):
            while piece := await source.read(PIECE):
                await asyncio.sleep(self.delay_s)
                await self._open.wait()
                sink.write(piece)
                await sink.drain()
        sink.close()

    async def _end(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
