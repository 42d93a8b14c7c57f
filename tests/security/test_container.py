"""What the image promises: a worker writes no file, and the health check is a command that the image has."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.kafka import Cluster
from tests.pipeline.build import created
from tests.pipeline.process import until

RUNNER = [sys.executable, "-m", "tests.security.read_only"]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A folder in which nothing can be written, but by root."""
    folder = tmp_path / "nowhere"
    folder.mkdir(mode=0o555)
    return folder


def environment(nowhere: Path) -> dict[str, str]:
    """Return the environment of the image, with a home that cannot be written to."""
    image = dict(re.findall(r"(PYTHON\w+)=(\S+)", (ROOT / "Dockerfile").read_text()))
    return {"PATH": os.environ["PATH"], "HOME": str(nowhere), "PYTHONPATH": str(ROOT), **image}


def test_the_runner_lets_nothing_be_written(nowhere: Path, tmp_path: Path) -> None:
    """Else the next test would prove nothing: a command that writes a file is stopped, and told."""
    said = subprocess.run(
        [*RUNNER, "rules", "--out", str(tmp_path / "rules")], cwd=nowhere, env=environment(nowhere),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (2, True) == (said.returncode, "tried to write: " in said.stderr), said.stderr


@pytest.mark.kafka
def test_a_worker_writes_no_file(kafka: Cluster, nowhere: Path, tmp_path: Path) -> None:
    """It starts, reads, writes its dead letter to Kafka, is scraped and ends, on a file system that is read-only."""
    log = tmp_path / "log"
    command = [*RUNNER, "worker", "--brokers", kafka.bootstrap, "--web-port", "0", "--verbose"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=nowhere, env=environment(nowhere), stdout=said, stderr=said)
    try:
        until(lambda: "ready: 4 of 4 partitions" in log.read_text(), "the worker is ready")
        kafka.produce("support.tickets", [created(1), b"no event"])
        until(lambda: len(kafka.read("support.dead")) == 1, "the dead letter is written")
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        assert found is not None
        with urllib.request.urlopen(f"{found[0]}/metrics", timeout=5) as answer:
            assert b"deskpulse_events_total" in answer.read()
        process.terminate()
        assert 0 == process.wait(10)
    finally:
        process.kill()
        process.wait()
    assert [] == re.findall("tried to write.*", log.read_text())
    assert [] == list(nowhere.iterdir())


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service["image"] == "deskpulse:local"])
def test_the_health_check_asks_the_port_that_is_served(name: str) -> None:
    """A service of our image that listens is asked by `deskpulse health`, at its own port."""
    service = SERVICES[name]
    test = service["healthcheck"]["test"]
    if "ports" not in service:
        assert "grep" in test
        return
    port = service["ports"][0].rpartition(":")[2]
    assert ["CMD", "deskpulse", "health"] == test[:3]
    served = re.findall(r"DESKPULSE_WEB_PORT=(\d+)", (ROOT / "Dockerfile").read_text())
    assert [port] == ([word.partition("=")[2] for word in test[3:]] or served)


def test_the_image_has_the_same_health_check() -> None:
    """Whoever runs the image without the compose file is told of its health, too."""
    found = re.search(r"^HEALTHCHECK .*\\\n  CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found is not None
    assert ["deskpulse", "health"] == json.loads(found[1])
