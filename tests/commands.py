"""Commands as people type them, with an environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

BARE = {name: value for name, value in os.environ.items() if not name.startswith("DESKPULSE_")}


def run(*arguments: str, given: bytes = b"", **variables: Any) -> subprocess.CompletedProcess[str]:
    """Run a command of `deskpulse` to its end."""
    command = [sys.executable, "-m", "stream", *arguments]
    ran = subprocess.run(
        command, input=given, capture_output=True, check=False, cwd=ROOT, env=BARE | variables, timeout=90
    )
    return subprocess.CompletedProcess(command, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@contextmanager
def running(log: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command while the block lasts; what it says goes to a file."""
    with log.open("wb") as said:
        command = [sys.executable, "-m", "stream", *arguments]
        process = subprocess.Popen(command, stderr=said, stdout=said, cwd=ROOT, env=BARE | variables)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
