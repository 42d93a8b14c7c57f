"""The whole way with real processes: a queue goes bad and somebody is called; the worker dies and it says "blind"."""

from __future__ import annotations

import json
import shutil
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

import psutil
import pytest

from stream.edge.exposition import names
from stream.tools.stack import Ports, Stack
from tests.conftest import ROOT, leave_out

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

Found = TypeVar("Found")
START_S = 90.0
PAGE_S = 90.0
BLIND_S = 120.0


@pytest.fixture(scope="module")
def ports() -> Ports:
    """Free ports."""
    found: list[int] = []
    with ExitStack() as held:
        for _ in range(5):
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            found.append(one.getsockname()[1])
    return Ports(*found)


@pytest.fixture(scope="module")
def stack(ports: Ports) -> Iterator[Stack]:
    """The stack of `make stack ARGS="breach --headless"`."""
    for program in ("prometheus", "prometheus-alertmanager"):
        if shutil.which(program) is None and shutil.which(program.removeprefix("prometheus-")) is None:
            leave_out(f"{program} is not installed, so nobody was called")
    with Stack(ROOT, ["breach", "--headless"], ports) as running:
        yield running


def within(seconds: float, what: str, found: Callable[[], Found | None]) -> Found:
    """Wait for something, and return it."""
    since = time.monotonic()
    while (result := found()) is None:
        assert time.monotonic() - since < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.2)
    return result


def late_and_urgent(ports: Ports) -> str | None:
    """The first series of a worker that shows an urgent clock past its deadline, those of waiting contacts left out."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{ports.worker}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return None
    wanted = ('queue="billing"', 'priority="urgent"', 'state="breaching"')
    return next(
        (
            line
            for line in lines
            if line.startswith(f"{names.CLOCKS.family}{{")
            and all(word in line for word in wanted)
            and 'clock="wait"' not in line
            and float(line.rpartition(" ")[2]) > 0
        ),
        None,
    )


def paged(stack: Stack, alert: str) -> list[dict[str, Any]]:
    """The messages, oldest first, that ring a phone for an alert which fires."""
    return [
        notice
        for notice in reversed(stack.notices.book.notices())
        if notice["receiver"].endswith("-page")
        and any(one["labels"]["alertname"] == alert and one["status"] == "firing" for one in notice["alerts"])
    ]


def test_a_breach_calls_somebody_once_and_a_dead_worker_is_blindness(stack: Stack, ports: Ports) -> None:
    """The page is there within 90 s of the deadline, once; "blind" within 2 min of kill -9, and no other."""
    within(START_S, "an urgent clock of billing is late", lambda: late_and_urgent(ports))
    page = within(PAGE_S, "the page", lambda: next(iter(paged(stack, "DeskpulseClockBreaching")), None))
    assert ("default-page", "firing", "billing") == (page["receiver"], page["status"], page["queue"])
    alert = page["alerts"][0]
    assert "queue billing" in alert["annotations"]["summary"]
    assert "http://localhost:8000/api/at-risk?queue=billing" == alert["annotations"]["at_risk_url"]
    assert alert["annotations"]["dashboard_url"].endswith("?var-queue=billing")
    with urllib.request.urlopen(f"http://127.0.0.1:{ports.alertmanager}/api/v2/alerts", timeout=5) as answer:
        held = {(one["labels"]["alertname"], one["labels"].get("queue")) for one in json.load(answer)}
    assert ("DeskpulseClockBreaching", "billing") in held
    assert 1 == len(paged(stack, "DeskpulseClockBreaching"))

    before = len(stack.notices.book.notices())
    (worker,) = [
        child for child in psutil.Process(stack.demo.pid).children(recursive=True) if "worker" in child.cmdline()
    ]
    worker.kill()

    def blind() -> dict[str, Any] | None:
        found = [*paged(stack, "DeskpulseWorkerGone"), *paged(stack, "DeskpulseMetricsAbsent")]
        return next(iter(found), None)

    notice = within(BLIND_S, "blind", blind)
    assert "blind" in notice["alerts"][0]["annotations"]["summary"]
    since = stack.notices.book.notices()[: -before or None]
    assert [] == [one for one in since if one["receiver"].endswith("-page") and one["queue"]]
    assert 1 == len(paged(stack, "DeskpulseClockBreaching"))
    assert [] == [one for one in stack.notices.book.notices() if one["status"] == "resolved"]
