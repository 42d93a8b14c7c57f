"""A worker that others can reach says whether it asks them who they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import running
from tests.pipeline.process import until


@pytest.mark.parametrize(
    ("host", "variables", "lines"),
    [
        ("127.0.0.1", {}, 0),
        ("0.0.0.0", {}, 1),
        ("0.0.0.0", {"DESKPULSE_WEB_TOKEN": "t"}, 0),
        ("0.0.0.0", {"DESKPULSE_WEB_USER": "u", "DESKPULSE_WEB_PASSWORD": "p"}, 0),
    ],
    ids=["loopback", "open", "token", "password"],
)
def test_an_open_port_without_a_guard_is_one_line(
    tmp_path: Path, host: str, variables: dict[str, str], lines: int
) -> None:
    """Said once, before any broker is there, and only where it is so."""
    log = tmp_path / "log"
    typed = ("worker", "--brokers", "127.0.0.1:1", "--web-host", host, "--web-port", "0")
    with running(log, *typed, **variables):
        until(lambda: "no broker at" in log.read_text(), "the worker looks for its broker")
    assert lines == log.read_text().count("may read every figure and ticket: give --web-user or --web-token-file")
