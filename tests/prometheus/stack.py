"""A demo and the Prometheus that scrapes it, with the rules of the default policy."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import yaml

from tests.conftest import leave_out
from tests.prometheus.client import Prometheus

READY = 'count_over_time(window:deskpulse_csat:ratio{window="1h"}[1m]) >= 4 and on () desk:deskpulse_sight:bool == 1'
"""Has a sample once the demo is read, scraped, and every group of rules has been recorded more than once."""


@contextlib.contextmanager
def stack(folder: Path) -> Iterator[Prometheus]:
    """Start a demo and a Prometheus in a folder, wait until all is recorded, and end both."""
    program = shutil.which("prometheus")
    if program is None:
        leave_out("prometheus is not installed; on Debian and Ubuntu: apt install prometheus")
    deskpulse = [sys.executable, "-m", "stream"]
    subprocess.run([*deskpulse, "rules", "--out", str(folder)], check=True, timeout=60, capture_output=True)
    with contextlib.ExitStack() as ending:
        log = folder / "demo.log"
        ending.enter_context(_running([*deskpulse, "demo", "--headless"], log))
        _until(lambda: _worker(log), 90, log)
        address = f"127.0.0.1:{_free_port()}"
        settings = folder / "prometheus.yml"
        settings.write_text(yaml.safe_dump(_settings(folder, _worker(log))))
        ending.enter_context(
            _running(
                [
                    program,
                    f"--config.file={settings}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={address}",
                ],
                folder / "prometheus.log",
            )
        )
        prometheus = Prometheus(f"http://{address}", f"http://{_worker(log)}/metrics")
        _until(lambda: _answers(prometheus, READY), 90, folder / "prometheus.log")
        yield prometheus


def _settings(folder: Path, worker: str) -> dict[str, Any]:
    scrape = {"job_name": "deskpulse", "static_configs": [{"targets": [worker]}]}
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "2s"},
        "rule_files": [str(folder / "prometheus" / "rules" / "*.yml")],
        "scrape_configs": [scrape],
    }


@contextlib.contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)


def _worker(log: Path) -> str:
    """Return the address at which the demo's worker is scraped; empty while it has not said so."""
    found = re.search(r"http://([\d.]+:\d+)/metrics", log.read_text(errors="replace"))
    return found[1] if found else ""


def _answers(prometheus: Prometheus, expr: str) -> bool:
    try:
        return bool(prometheus.ask(expr)[0])
    except (URLError, OSError):
        return False


def _until(condition: Callable[[], object], seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s; {log} ends with: {log.read_text(errors='replace')[-1500:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
