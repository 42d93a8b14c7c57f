"""The bars of long commands: on standard error while somebody looks, and never in what is printed."""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import subprocess
import sys
import threading
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from benchmarks.memory import lines
from stream.tools.event_file import Reading, open_events
from stream.tools.progress import Stages, stages
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def screen() -> tuple[Console, io.StringIO]:
    """Return a terminal, and what is written to it."""
    written = io.StringIO()
    return Console(file=written, force_terminal=True, width=100, no_color=True), written


def test_the_bar_knows_how_much_of_a_packed_file_is_read(tmp_path: Path) -> None:
    """Of a packed file the bar shows how many of its own bytes are read, and how many lines came out."""
    path = tmp_path / "log.jsonl.gz"
    rows = list(lines(12_000, 100))
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    console, written = screen()
    shown = Stages(console, patience_s=0)
    with open_events(str(path)) as file:
        assert sum(1 for _ in shown.read(file, str(path))) == len(rows)
    shown.stop()
    assert "reading" in written.getvalue()
    assert "lines" in written.getvalue()


def test_the_bar_is_gone_at_the_end() -> None:
    """What was shown is wiped away, and after `stop` nothing is shown any more."""
    console, written = screen()
    shown = Stages(console, patience_s=0)
    events = ((None, b"") for _ in range(5_000))
    for _ in shown.replay(events, Reading(events=5_000)):  # type: ignore[arg-type]  # the bar does not look at events
        pass
    shown.stop()
    told = written.getvalue()
    assert "replaying" in told
    assert told.endswith("\x1b[2K")
    for _ in shown.replay(iter([(None, b"")] * 5_000), Reading(events=5_000)):  # type: ignore[list-item]
        pass
    assert written.getvalue() == told


def test_short_work_has_no_bar() -> None:
    """What is done before anybody has looked needs no bar."""
    console, written = screen()
    shown = Stages(console, patience_s=60)
    assert len(list(shown.replay(iter([(None, b"")] * 5_000), Reading(events=5_000)))) == 5_000  # type: ignore[list-item]
    shown.stop()
    assert written.getvalue() == ""


def test_no_terminal_no_bar() -> None:
    """Where standard error is a file nothing but errors is written to it."""
    with stages() as shown:
        assert shown._progress is None


@pytest.mark.slow
def test_a_replay_with_a_bar_prints_the_same(tmp_path: Path) -> None:
    """With a terminal on standard error the bar moves there, and standard output is what it is without."""
    command = [sys.executable, "-m", "stream", "replay", "--events"]
    ours, its = pty.openpty()
    screen = Screen(ours)
    # Events come until the bar is seen, however fast the machine reads them.
    told = lines(100_000_000, 100)
    log = bytearray()
    with subprocess.Popen(
        [*command, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=its, cwd=ROOT
    ) as child:
        os.close(its)
        screen.start()
        assert child.stdin is not None
        assert child.stdout is not None
        while not screen.seen.is_set() and child.poll() is None:
            chunk = "".join(f"{line}\n" for line in islice(told, 1_000)).encode()
            log += chunk
            child.stdin.write(chunk)
        child.stdin.close()
        printed = child.stdout.read()
        screen.join()
    os.close(ours)
    path = tmp_path / "log.jsonl"
    path.write_bytes(log)
    quiet = subprocess.run([*command, str(path)], capture_output=True, cwd=ROOT, check=True)
    assert quiet.stderr == b""
    assert printed == quiet.stdout
    assert json.loads(printed)["events"] == log.count(b"\n")
    assert b"replaying" in screen.written


class Screen(threading.Thread):
    """Reads what is written to a terminal; `seen` is set once a bar is there."""

    def __init__(self, terminal: int) -> None:
        super().__init__()
        self.seen = threading.Event()
        self.written = b""
        self._terminal = terminal

    def run(self) -> None:
        """Read until nobody has the other side open any more, of which Linux says EIO."""
        try:
            while chunk := os.read(self._terminal, 65_536):
                self.written += chunk
                if b"reading" in self.written:
                    self.seen.set()
        except OSError:
            pass
