"""How a broker can run on this machine: as a Java process from Maven's jars, or as a container."""

from __future__ import annotations

import fcntl
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

HERE: Final = Path(__file__).parent
POM: Final = HERE / "pom.xml"
CACHE: Final = HERE.parents[1] / ".cache"
VERSION: Final = re.findall(r"<version>(.+)</version>", POM.read_text())[1]
COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
IMAGE: Final = f"apache/kafka:{VERSION}"
CLUSTER_ID: Final = "deskpulse-tests-000000"  # 22 characters of base 64, as Kafka wants it


class Missing(Exception):  # noqa: N818  it is a state of the machine, not a fault
    """Neither Java 17 with Maven nor Docker is there; the message says what was looked for."""


class Broker(Protocol):
    """One broker that can be started and stopped as often as a test likes; its data stays until `remove`."""

    def start(self) -> None:
        """Start it; returns before it answers."""

    def stop(self, *, kill: bool = False) -> None:
        """Stop it, in order or with SIGKILL, and wait until it is gone."""

    def freeze(self) -> None:
        """Stop it where it stands: it keeps its connections and answers nothing."""

    def thaw(self) -> None:
        """Let it go on."""

    def trouble(self) -> str | None:
        """None while it runs, else the last lines of its log."""

    def remove(self) -> None:
        """Stop it and delete its data."""


class Way(Protocol):
    """Makes brokers of one kind."""

    most: int

    def broker(self, folder: Path, properties: Mapping[str, str]) -> Broker:
        """Prepare a broker with these server properties in an empty folder."""


def find_way() -> Way:
    """Choose Java before Docker; raises Missing where there is neither."""
    java = _java_trouble()
    if java is None:
        return JavaWay()
    docker = _docker_trouble()
    if docker is None:
        return DockerWay()
    raise Missing(f"a real Apache Kafka needs Java 17+ with Maven ({java}) or Docker ({docker})")


def _java_trouble() -> str | None:
    if shutil.which("java") is None:
        return "no java on the PATH"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', said.stderr)
    if version is None or int(version[1]) < 17:
        return f"java is too old: {said.stderr.splitlines()[0] if said.stderr else 'it says no version'}"
    if shutil.which("mvn") is None and not (CACHE / f"kafka-{VERSION}").is_dir():
        return "no mvn on the PATH"
    return None


def _docker_trouble() -> str | None:
    if shutil.which("docker") is None:
        return "no docker on the PATH"
    try:
        said = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return "docker does not answer"
    return None if said.returncode == 0 else "no docker engine answers"


class JavaWay:
    """Kafka's own classes in a Java process."""

    most = 3

    def __init__(self) -> None:
        self.jars = _fetch_jars()

    def broker(self, folder: Path, properties: Mapping[str, str]) -> Broker:
        """Write the configuration and format the log folder, as `kafka-storage.sh format` does."""
        settings = folder / "server.properties"
        settings.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
        broker = _JavaBroker(self.jars, folder)
        said = subprocess.run(
            [*broker.java("-Xmx128m"), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(settings)],
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode != 0:
            raise RuntimeError(f"kafka.tools.StorageTool refused {settings}: {said.stdout}{said.stderr}")
        return broker


class _JavaBroker:
    def __init__(self, jars: Path, folder: Path) -> None:
        self.jars = jars
        self.folder = folder
        self.log = folder / "broker.log"
        self.log.touch()
        self.process: subprocess.Popen[bytes] | None = None

    def java(self, memory: str) -> list[str]:
        # setpriv lets the kernel end the broker when pytest itself is killed.
        leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        logger = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return [*leash, "java", memory, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{self.jars}/*", logger]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.java("-Xmx512m"), "kafka.Kafka", str(self.folder / "server.properties")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends pytest, which ends the broker after the tests have closed
            )

    def stop(self, *, kill: bool = False) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def freeze(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def trouble(self) -> str | None:
        if self.process is not None and self.process.poll() is None:
            return None
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def remove(self) -> None:
        self.stop(kill=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _fetch_jars() -> Path:
    """Copy Kafka and what it needs into .cache once (43 MB), however many test runs start together."""
    jars = CACHE / f"kafka-{VERSION}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if jars.is_dir():
            return jars
        fresh = CACHE / f"kafka-{VERSION}.fresh"
        # -U: else Maven remembers for a day that it could not reach its repository.
        command = ["mvn", "-q", "-B", "-U", "-f", str(POM), COPY, f"-DoutputDirectory={fresh}"]
        complaint = ""
        for _attempt in range(3):  # a mirror has its hiccups
            said = subprocess.run(command, capture_output=True, text=True, check=False)
            if said.returncode == 0:
                fresh.rename(jars)
                return jars
            complaint = said.stdout + said.stderr
    raise RuntimeError(f"`{' '.join(command)}` failed three times:\n{complaint}")


class DockerWay:
    """The image that Apache publishes; one broker only."""

    most = 1

    def broker(self, folder: Path, properties: Mapping[str, str]) -> Broker:
        """Create the container; the port of its listener is the same inside and outside."""
        return _DockerBroker(folder.name, dict(properties))


class _DockerBroker:
    def __init__(self, name: str, properties: dict[str, str]) -> None:
        self.name = f"deskpulse-{name}-{time.monotonic_ns()}"
        listeners = [one for one in properties["listeners"].split(",") if not one.startswith("CONTROLLER")]
        ports = [one.rpartition(":")[2] for one in listeners]
        properties |= {"log.dirs": "/tmp/kafka", "listeners": properties["listeners"].replace("127.0.0.1", "0.0.0.0")}
        # The image reads `___` as a hyphen, `__` as an underscore and `_` as a dot.
        names = {key: key.upper().replace("_", "__").replace("-", "___").replace(".", "_") for key in properties}
        variables = {f"KAFKA_{names[key]}": value for key, value in properties.items()}
        options = [word for key, value in variables.items() for word in ("--env", f"{key}={value}")]
        publish = [word for port in ports for word in ("--publish", f"127.0.0.1:{port}:{port}")]
        _docker("create", "--name", self.name, "--env", f"CLUSTER_ID={CLUSTER_ID}", *publish, *options, IMAGE)

    def start(self) -> None:
        _docker("start", self.name)

    def stop(self, *, kill: bool = False) -> None:
        _docker("kill" if kill else "stop", self.name)

    def freeze(self) -> None:
        _docker("pause", self.name)

    def thaw(self) -> None:
        _docker("unpause", self.name)

    def trouble(self) -> str | None:
        if _docker("inspect", "--format", "{{.State.Running}}", self.name).strip() == "true":
            return None
        return _docker("logs", "--tail", "20", self.name)

    def remove(self) -> None:
        _docker("rm", "--force", "--volumes", self.name)


def _docker(*words: str) -> str:
    said = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise RuntimeError(f"`docker {' '.join(words)}` failed: {said.stderr.strip()}")
    return said.stdout
