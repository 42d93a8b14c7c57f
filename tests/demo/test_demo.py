"""The demo as a person meets it: started, watched, ended; nothing stays behind."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil
import pytest

pytestmark = pytest.mark.slow

START_S = 60.0
"""A loaded machine takes its time."""
END_S = 3.0
PROCESSES = {"broker", "generate", "worker"}


class Running:
    """A demo that runs, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: int | IO[bytes]) -> None:
        self.process = process
        self.said = ""
        self._output = output if isinstance(output, int) else output.fileno()
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it has said `pattern`."""
        wait(lambda: bool(re.search(pattern, self.said)) or self.process.poll() is not None, START_S)
        match = re.search(pattern, self.said)
        assert match, f"{pattern!r} was not said in:\n{self.said}"
        return match

    def children(self) -> dict[str, psutil.Process]:
        """Its processes by name."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess, IndexError, ValueError):
                line = child.cmdline()
                found[line[line.index("stream.tools.processes.child") + 1]] = child
        return found

    def end(self) -> int:
        """Wait for the end, which must come soon, and return the exit code."""
        began = time.monotonic()
        code = self.process.wait(START_S)
        took = time.monotonic() - began
        self._ears.join(5.0)
        assert took < END_S
        return code

    def _listen(self) -> None:
        with suppress(OSError):
            while heard := os.read(self._output, 65_536):
                self.said += heard.decode(errors="replace")


def wait(condition: Callable[[], bool], bound_s: float) -> None:
    """Wait until a condition holds."""
    until = time.monotonic() + bound_s
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)


@contextmanager
def demo(*options: str, terminal: bool = False) -> Iterator[Running]:
    """Run a demo in a process group of its own, in a terminal or with a pipe."""
    master, slave = pty.openpty() if terminal else (None, subprocess.PIPE)
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-m", "stream", "demo", *options],
        stdout=slave, stderr=slave if terminal else subprocess.STDOUT, stdin=subprocess.DEVNULL,
        env=environment, start_new_session=True,
    )  # fmt: skip
    if terminal:
        os.close(slave)
    output = master if master is not None else process.stdout
    assert output is not None
    running = Running(process, output)
    try:
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            running._ears.join(5.0)
            process.stdout.close()
        elif master is not None:
            os.close(master)


def test_a_demo_ends_by_itself_with_a_summary(tmp_path: Path) -> None:
    """Billing goes bad and clocks breach within the time, dead letters are counted, a picture is drawn."""
    picture = tmp_path / "demo.svg"
    with demo("--for", "16s", "--speed", "180", "--picture", str(picture)) as running:
        running.wait_for(r"complete: 4 of 4 partitions")
        children = running.children()
        running.wait_for(r"BAD  billing")
        assert 0 == running.process.wait(START_S)
        running.wait_for(r"✗ billing +service level")
    assert PROCESSES == set(children)
    assert not any(child.is_running() for child in children.values())
    assert "INCOMPLETE" not in running.said
    assert "Traceback" not in running.said
    read = re.search(r"([\d,]+) events read: (\d+) came twice, \d+ too late for every window, (\d+) bec", running.said)
    assert read
    assert all(int(count.replace(",", "")) > 0 for count in read.groups())
    breached = re.search(r"([\d,]+) SLA clocks were breached", running.said)
    assert breached
    assert int(breached[1].replace(",", "")) > 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_ctrl_c_ends_all_of_it() -> None:
    """In a terminal: the table is there, and after Ctrl-C nothing is, within three seconds and without a traceback."""
    with demo(terminal=True) as running:
        running.wait_for(r"Ctrl-C ends")
        children = running.children()
        assert PROCESSES == set(children)
        os.killpg(running.process.pid, signal.SIGINT)
        assert 0 == running.end()
    _, alive = psutil.wait_procs(children.values(), 0)
    assert not alive
    assert "Traceback" not in running.said
    assert "events read" in running.said


@pytest.mark.parametrize("said", ["Starting a broker", "Sending what happened", "Starting the worker"])
def test_it_can_be_ended_while_it_starts(said: str) -> None:
    """SIGTERM at any moment of the start leaves nothing behind."""
    with demo("--headless") as running:
        running.wait_for(said)
        children = running.children()
        running.process.terminate()
        assert 0 == running.end()
    _, alive = psutil.wait_procs(children.values(), 0)
    assert not alive
    assert "Traceback" not in running.said


def test_a_killed_demo_leaves_nothing_behind() -> None:
    """Its processes notice that it is gone, although nobody told them."""
    with demo("--headless") as running:
        running.wait_for("4 of 4 partitions")
        children = running.children()
        running.process.kill()
        _, alive = psutil.wait_procs(children.values(), 5.0)
    assert not alive


@pytest.mark.parametrize("name", ["broker", "worker"])
def test_it_says_which_process_died(name: str) -> None:
    """Without any one of them there is no demo: it ends, says which one it was and what that said last."""
    with demo("--headless") as running:
        running.wait_for("4 of 4 partitions")
        children = running.children()
        children[name].kill()
        assert 1 == running.process.wait(START_S)
    _, alive = psutil.wait_procs(children.values(), 0)
    assert not alive
    assert f"the demo's {name} ended with exit code -9; its last lines were:" in running.said
    assert "Traceback" not in running.said


def test_a_port_that_is_taken_is_named() -> None:
    """The worker's own words are passed on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo("--headless", "--port", str(port)) as running:
            assert 1 == running.process.wait(START_S)
    assert str(port) in running.said
    assert "Traceback" not in running.said
