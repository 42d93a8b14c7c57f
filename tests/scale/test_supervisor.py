"""What several processes are told, and how long one waits that has ended."""

from __future__ import annotations

import itertools
import socket
from pathlib import Path

from stream.tools.processes.supervisor import next_pause
from tests.commands import run


def test_pauses_grow_to_half_a_minute_and_begin_anew_after_a_long_life() -> None:
    """1, 2, 4, 8, 16, 30, 30 seconds; who has lived a minute is started again after one second."""
    pauses = list(itertools.accumulate(range(6), lambda pause, _: next_pause(pause, 3.0), initial=next_pause(0.0, 3.0)))
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == pauses
    assert 1.0 == next_pause(30.0, 60.0)


def test_a_policy_that_can_be_read_once_is_refused() -> None:
    """Standard input has one policy for several processes: one line, before any of them is started."""
    ran = run("worker", "--brokers", "127.0.0.1:1", "--processes", "2", "--policy", "-", given=b"version: 1\n")
    assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert "--policy -: each of the 2 processes reads the policy" in ran.stderr


def test_ports_that_do_not_exist_are_refused() -> None:
    """The last process would need a port beyond the last one."""
    ran = run("worker", "--brokers", "127.0.0.1:1", "--processes", "3", "--web-port", "65534")
    assert 2 == ran.returncode
    assert "--web-port 65534: 3 processes would need ports up to 65536" in ran.stderr.splitlines()[-1]


def test_a_port_that_is_taken_ends_all(tmp_path: Path) -> None:
    """The second process has the port after the first one's; its own words name it, and the exit code is its own."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = tmp_path / "worker.yaml"
        config.write_text(f"brokers: 127.0.0.1:1\nprocesses: 2\nweb-port: {port - 1}\n")
        ran = run("worker", "--config", str(config))
    assert 2 == ran.returncode
    assert f"[2] cannot listen at 127.0.0.1 port {port}" in ran.stderr
    assert "worker 2 ended by itself with exit code 2" in ran.stderr
    assert "Traceback" not in ran.stderr
