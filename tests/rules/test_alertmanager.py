"""A real Alertmanager with the committed configuration: what it sends, and what it keeps quiet, at a quicker pace."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from stream.tools.notices import NoticeServer
from stream.tools.rules.files import ALERTMANAGER
from stream.tools.rules.routing import NOTICES
from stream.tools.stack.stack import PROGRAMS
from tests.conftest import ROOT, leave_out

pytestmark = pytest.mark.slow

BOUND_S = 30.0
PACE = {"group_wait": "0s", "group_interval": "1s"}
"""For minutes: what is sent is the same."""
DESK = {"service": "deskpulse", "watches": "desk", "severity": "page", "queue": "billing"}
BLIND = {"service": "deskpulse", "watches": "monitor", "severity": "page", "blind": "yes"}


@dataclass(frozen=True)
class Desk:
    """An Alertmanager, and the page to which it sends."""

    address: str
    notices: NoticeServer

    def tell(self, name: str, labels: Mapping[str, str], *, over: bool = False) -> None:
        """Say that an alert fires, or that it is over, as Prometheus does."""
        now = datetime.now(UTC)
        begun, ends = now - timedelta(minutes=5), now if over else now + timedelta(minutes=5)
        alert = {
            "labels": {"alertname": name, **labels},
            "annotations": {"summary": name},
            "startsAt": begun.isoformat(),
            "endsAt": ends.isoformat(),
        }
        body = json.dumps([alert]).encode()
        asked = urllib.request.Request(f"{self.address}/api/v2/alerts", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=5):
            pass

    def sent(self) -> list[tuple[str, str, str]]:
        """What was sent, oldest first: receiver, state and name of each alert."""
        return [
            (notice["receiver"], alert["status"], alert["labels"]["alertname"])
            for notice in reversed(self.notices.book.notices())
            for alert in notice["alerts"]
        ]

    def waits_for(self, receiver: str, status: str, name: str) -> None:
        """Wait until something was sent."""
        until(lambda: (receiver, status, name) in self.sent())


def until(found: Callable[[], bool]) -> None:
    """Wait for something with a bound."""
    since = time.monotonic()
    while not found():
        assert time.monotonic() - since < BOUND_S
        time.sleep(0.1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An Alertmanager that has just started, with nothing to say."""
    program = next((found for word in PROGRAMS["alertmanager"] if (found := shutil.which(word))), None)
    if program is None:
        leave_out("alertmanager is not installed; on Debian and Ubuntu: apt install prometheus-alertmanager")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{door.getsockname()[1]}"
    with NoticeServer() as notices:
        config = tmp_path / "alertmanager.yml"
        text = (ROOT / "grafana" / ALERTMANAGER).read_text().replace(NOTICES, f"{notices.url}/alerts")
        config.write_text(yaml.safe_dump(_quicker(yaml.safe_load(text))))
        process = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.path={tmp_path / 'kept'}", "--cluster.listen-address=",
             f"--web.listen-address={address}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            until(lambda: _answers(address))
            yield Desk(f"http://{address}", notices)
        finally:
            process.terminate()
            process.wait(10)


def test_while_the_monitor_is_blind_the_desk_is_neither_bad_nor_well_again(desk: Desk) -> None:
    """A page that was sent is not resolved while the monitor is blind, and another one is sent once it sees again."""
    desk.tell("DeskpulseClockBreaching", DESK)
    desk.waits_for("default-page", "firing", "DeskpulseClockBreaching")
    desk.tell("DeskpulseMetricsAbsent", BLIND)
    desk.waits_for("default-page", "firing", "DeskpulseMetricsAbsent")
    desk.tell("DeskpulseClockBreaching", DESK, over=True)
    desk.tell("DeskpulseNoAgent", {**DESK, "queue": "tech"})
    # What blindness does not silence is sent once a second: so often the queues' groups were looked at meanwhile.
    for name in ("First", "Second", "Third", "Fourth"):
        desk.tell(name, {**DESK, "service": "elsewhere"})
        desk.waits_for("default-page", "firing", name)
    told = {name for _, _, name in desk.sent()} - {"First", "Second", "Third", "Fourth"}
    assert {"DeskpulseClockBreaching", "DeskpulseMetricsAbsent"} == told
    desk.tell("DeskpulseMetricsAbsent", BLIND, over=True)
    desk.waits_for("default-page", "resolved", "DeskpulseMetricsAbsent")
    desk.waits_for("default-page", "firing", "DeskpulseNoAgent")
    assert ("default-page", "resolved", "DeskpulseClockBreaching") not in desk.sent()


def test_what_rings_a_phone_makes_no_ticket_too(desk: Desk) -> None:
    """A dead worker is one page: that its figures are missing follows from it; an alert's page silences its ticket."""
    desk.tell("DeskpulseWorkerGone", {**BLIND, "instance": "w1"})
    desk.waits_for("default-page", "firing", "DeskpulseWorkerGone")
    desk.tell("DeskpulseMetricsAbsent", BLIND)
    desk.tell("DeskpulseStateNotCommitted", {**BLIND, "blind": "", "instance": "w2"})
    desk.waits_for("default-page", "firing", "DeskpulseStateNotCommitted")
    assert "DeskpulseMetricsAbsent" not in {name for _, _, name in desk.sent()}


def _quicker(config: dict[str, Any]) -> dict[str, Any]:
    """Take the pace out of every route, and office hours too: at night a ticket would wait."""

    def changed(route: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in route.items() if not key.endswith("_time_intervals")}
        return kept | PACE | {"routes": [changed(one) for one in route.get("routes", [])]}

    return config | {"route": changed(config["route"])}


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
