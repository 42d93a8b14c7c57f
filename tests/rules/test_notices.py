"""The page that shows what would have been sent."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from stream.tools.notices import NoticeServer
from tests.conftest import ROOT

MESSAGE: dict[str, Any] = {
    "version": "4",
    "status": "firing",
    "groupLabels": {"queue": "billing"},
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "DeskpulseNoAgent", "severity": "page"},
            "annotations": {"summary": "Nobody <b>is</b> there", "runbook_url": "javascript:alert(1)"},
        }
    ],
}


@pytest.fixture
def server() -> Iterator[NoticeServer]:
    """A page that runs, with the project's runbook."""
    with NoticeServer(runbook=ROOT / "docs/runbook.md") as running:
        yield running


def get(server: NoticeServer, path: str) -> str:
    """What the server shows."""
    with urllib.request.urlopen(server.url + path, timeout=5) as answer:
        return str(answer.read().decode())


def post(server: NoticeServer, path: str, body: bytes) -> int:
    """Send as Alertmanager does, and return the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(server.url + path, body), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_message_is_shown(server: NoticeServer) -> None:
    """Receiver, state and summary stand on the page, and in JSON; nothing in it is taken for HTML or for a script."""
    assert 200 == post(server, "/alerts/phone-page", json.dumps(MESSAGE).encode())
    page = get(server, "/")
    assert "phone-page: firing" in page
    assert "Nobody &lt;b&gt;is&lt;/b&gt; there" in page
    assert "javascript:" not in page
    (notice,) = json.loads(get(server, "/api/notices"))
    assert ("phone-page", "firing", "billing") == (notice["receiver"], notice["status"], notice["queue"])


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"status": "firing"}', b'{"alerts": [], "status": "x"}'])
def test_what_is_no_message_is_refused(body: bytes, server: NoticeServer) -> None:
    """It is answered with 400, and nothing is shown."""
    assert 400 == post(server, "/alerts/phone-page", body)
    assert [] == server.book.notices()


def test_the_runbook_can_be_linked_to(server: NoticeServer) -> None:
    """The fragment of an alert's link is on the page."""
    assert '<h2 id="deskpulseslaburn">DeskpulseSlaBurn</h2>' in get(server, "/runbook")
