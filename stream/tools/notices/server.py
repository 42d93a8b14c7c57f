"""A small web server for notices: Alertmanager writes, people and tests read."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, Self

from stream.errors import UsageError
from stream.tools.notices.book import Book
from stream.tools.notices.page import notices_page, runbook_page

LONGEST: Final = 1 << 22
"""Bytes of a message that are read at most."""


class NoticeServer:
    """Serves while it is entered.

    Args:
        host: address to bind to.
        port: 0 takes a free one.
        runbook: file in Markdown; None: there is none.

    Attributes:
        book: what came in.
        url: where it is.

    Raises:
        UsageError: the address cannot be bound.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, runbook: Path | None = None) -> None:
        self.book = Book()
        handler = type("Handler", (_Handler,), {"book": self.book, "runbook": runbook})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            raise UsageError(f"{host}:{port}: {error.strerror}; expected a free address of this machine") from None
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://{host}:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    book: Book
    runbook: Path | None

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(notices_page(self.book.notices()))
        elif path == "/api/notices":
            self._answer(json.dumps(self.book.notices()) + "\n", "application/json")
        elif path == "/healthz":
            self._answer("ok\n", "text/plain")
        elif path == "/runbook" and self.runbook is not None and self.runbook.is_file():
            self._answer(runbook_page(self.runbook.read_text("utf-8")))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        kind, _, receiver = self.path.lstrip("/").partition("/")
        if kind != "alerts" or not 0 < length <= LONGEST:
            self.send_error(HTTPStatus.BAD_REQUEST, "expected a message of Alertmanager at /alerts/<receiver>")
            return
        try:
            message = json.loads(self.rfile.read(length))
            self.book.add(receiver, message if isinstance(message, dict) else {})
        except (ValueError, AttributeError) as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        self._answer("ok\n", "text/plain")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its base class calls it so
        """Say nothing: the page shows what came."""

    def _answer(self, text: str, content_type: str = "text/html") -> None:
        body = text.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
