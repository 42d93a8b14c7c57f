"""The field: who is compared, how each is started, and what is made ready for it once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.broker import OWN_CORE, pinned
from benchmarks.measured import Measured
from tests.conftest import ROOT

HERE: Final = Path(__file__).parent
CACHE: Final = ROOT / ".cache"
STREAMS: Final = CACHE / "benchmarks-kafka-streams"
QUIX: Final = CACHE / "benchmarks-quix"
BOUND_S: Final = 900
"""A run that takes longer is stuck."""


class LeftOut(Exception):  # noqa: N818  it is a state of the machine, not a fault
    """Why a contestant cannot run here."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One of the field.

    Attributes:
        name: as `--only` takes it, and
        what: as the table has it.
        share: of the events, so much it reads; the slow ones would take minutes for all.
        command: how it is started, but for brokers and number of events.
        last: arguments after these.
        prepare: makes ready what it needs; raises LeftOut where that is not to be had.
    """

    name: str
    what: str
    share: float
    command: tuple[str, ...]
    last: tuple[str, ...] = ()
    prepare: Callable[[], None] = lambda: None

    def run(self, brokers: str, events: int) -> Measured:
        """Run it once on the core of its own.

        Raises:
            RuntimeError: it failed; with what it said.
        """
        count = max(round(events * self.share), 1)
        command = [*self.command, brokers, str(count), *self.last]
        with tempfile.TemporaryDirectory() as folder, pinned(OWN_CORE):
            own = {"TMPDIR": folder, "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={folder}"}
            ran = subprocess.run(
                command, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=False, timeout=BOUND_S
            )
        if ran.returncode or not ran.stdout:
            raise RuntimeError(f"{self.name} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return Measured.heard(ran.stdout)


def _build_streams() -> None:
    """Compile the Java contestant with Maven where its source has changed."""
    source, built = HERE / "kafka_streams", STREAMS / "built"
    newest = max(file.stat().st_mtime for file in source.iterdir())
    if built.exists() and built.stat().st_mtime > newest:
        return
    if shutil.which("mvn") is None or shutil.which("javac") is None:
        raise LeftOut("it needs a JDK and Maven (mvn and javac are not both on the PATH)")
    command = ["mvn", "-q", "-B", "-f", str(source / "pom.xml"), "compile", f"-Dinto={STREAMS}"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise LeftOut(f"`{' '.join(command)}` failed: {ran.stdout[-500:]}")
    built.touch()


def _install_quix() -> None:
    """Make the environment of Quix Streams where what it wants has changed."""
    wanted, built = HERE / "quix_requirements.txt", QUIX / "built"
    if built.exists() and built.read_text() == wanted.read_text():
        return
    venv.create(QUIX, clear=True, with_pip=True)
    command = [str(QUIX / "bin/python"), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise LeftOut(f"pip cannot install {wanted.name}: {ran.stderr[-500:]}")
    built.write_text(wanted.read_text())


def _python(name: str, what: str, share: float = 1.0, prepare: Callable[[], None] = lambda: None) -> Contestant:
    return Contestant(name, what, share, (sys.executable, "-m", "benchmarks.contestants", name), (), prepare)


def _streams(name: str, what: str, guarantee: str) -> Contestant:
    java = ("java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
    command = (*java, "-cp", f"{STREAMS}/classes:{STREAMS}/jars/*", "Contestant")
    return Contestant(name, what, 1.0, command, (guarantee,), _build_streams)


def _quix(name: str, what: str, guarantee: str) -> Contestant:
    command = (str(QUIX / "bin/python"), "-m", "benchmarks.contestants.quix")
    return Contestant(name, what, 0.05, command, (guarantee,), _install_quix)


BARE: Final = _python("bare", "bare aiokafka + pydantic, keeps nothing")
FIELD: Final = (
    BARE,
    _python("worker", "Deskpulse worker, state in Kafka, exactly once"),
    _python("worker-none", "Deskpulse worker, --state none"),
    _streams("streams-eos", "Kafka Streams, Processor API, exactly_once_v2", "exactly_once_v2"),
    _streams("streams", "Kafka Streams, Processor API, at_least_once", "at_least_once"),
    _quix("quix-eos", "Quix Streams, exactly-once", "exactly-once"),
    _quix("quix", "Quix Streams, at-least-once", "at-least-once"),
    _python("faust", "plain Faust agent, dicts", 0.1),
    _python("faust-tables", "plain Faust agent, tables", 0.025),
    _python("job", "bare loop that does the simple job in dicts"),
)
