"""The stack without Docker, as far as it can be seen without starting it."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from stream.errors import UsageError
from stream.tools.stack import Ports, Stack, stack
from stream.tools.stack.addresses import WORKERS, copy_with_addresses, one_worker
from tests.conftest import ROOT


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started where a program could not listen; the line says which, and what to do."""
    monkeypatch.setattr(stack, "_find", lambda words: f"/nowhere/{words[0]}")
    free = Ports(worker=0, prometheus=0, alertmanager=0, notices=0, grafana=0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"127\.0\.0\.1:{port}, for alertmanager: .* end what listens there"):
            Stack(ROOT, [], replace(free, alertmanager=port)).__enter__()


def test_a_program_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Prometheus or Alertmanager there is no stack, and the line says how to have them."""
    monkeypatch.setattr(stack, "_find", lambda _: None)
    with pytest.raises(UsageError, match=r"prometheus, alertmanager not found; on Debian: apt install prometheus"):
        Stack(ROOT, [], Ports()).__enter__()


def test_prometheus_finds_the_one_worker_of_this_machine(tmp_path: Path) -> None:
    """There is no name for it: what finds the workers of the compose file becomes the demo's address."""
    copy_with_addresses(ROOT / "grafana", tmp_path / "config", {WORKERS: one_worker("127.0.0.1:8123")})
    jobs = yaml.safe_load((tmp_path / "config/prometheus/prometheus.yml").read_text())["scrape_configs"]
    (job,) = [job for job in jobs if job["job_name"] == "deskpulse"]
    assert {"job_name": "deskpulse", "static_configs": [{"targets": ["127.0.0.1:8123"]}]} == job
