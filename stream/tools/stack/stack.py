"""Starting and ending the stack: what is installed is started with the mounted files, and all of it ends together."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Self

from stream.errors import UsageError
from stream.tools.notices import NoticeServer
from stream.tools.stack.addresses import WORKERS, copy_with_addresses, one_worker

HOST: Final = "127.0.0.1"
END_S: Final = 5.0
PROGRAMS: Final = {
    "prometheus": ("prometheus",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
    "grafana": ("grafana-server", "grafana"),
}
"""What a program is called; Debian has its own name for Alertmanager."""
NEEDED: Final = ("prometheus", "alertmanager")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each part listens; the defaults are those of the compose file."""

    worker: int = 8_000
    prometheus: int = 9_090
    alertmanager: int = 9_093
    notices: int = 9_095
    grafana: int = 3_000


class Stack:
    """Runs while it is entered; one that cannot start leaves nothing behind.

    Args:
        root: the project's folder, with `grafana/` and `docs/`.
        demo: arguments of `deskpulse demo`.
        ports: where each part listens.

    Attributes:
        demo: the process of the demo.
        processes: of the rest, by name.
        notices: the page that shows what would have been sent.
        folder: of what they write.

    Raises:
        UsageError: a program is not installed, or a port is taken.
    """

    demo: subprocess.Popen[bytes]
    notices: NoticeServer
    folder: Path

    def __init__(self, root: Path, demo: Sequence[str], ports: Ports = Ports()) -> None:
        self._root, self._arguments, self._ports = root, demo, ports
        self._ends = ExitStack()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        found = {name: _find(words) for name, words in PROGRAMS.items()}
        missing = [name for name in NEEDED if found[name] is None]
        if missing:
            raise UsageError(
                f"{', '.join(missing)} not found; on Debian: apt install prometheus prometheus-alertmanager"
            )
        _ask_for(self._ports)
        with self._ends as ends:
            self.folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="deskpulse-stack-")))
            self._copy()
            ports = self._ports
            runbook = self._root / "docs" / "runbook.md"
            self.notices = ends.enter_context(NoticeServer(HOST, ports.notices, runbook))
            config = self.folder / "config"
            self._start(
                "alertmanager", f"{found['alertmanager']}", f"--config.file={config}/alertmanager/alertmanager.yml",
                f"--storage.path={self.folder}/alertmanager", "--cluster.listen-address=",
                f"--web.listen-address={HOST}:{ports.alertmanager}",
            )  # fmt: skip
            self._start(
                "prometheus", f"{found['prometheus']}", f"--config.file={config}/prometheus/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/prometheus", f"--web.listen-address={HOST}:{ports.prometheus}",
            )  # fmt: skip
            if found["grafana"]:
                self._start_grafana(found["grafana"], config)
            command = [sys.executable, "-m", "stream", "demo", *self._arguments, f"--port={ports.worker}"]
            self.demo = subprocess.Popen(command, cwd=self._root)  # noqa: S603  our own program
            ends.callback(_end, self.demo)
            self._ends = ends.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def _copy(self) -> None:
        ports = self._ports
        copy_with_addresses(
            self._root / "grafana",
            self.folder / "config",
            {
                WORKERS: one_worker(f"{HOST}:{ports.worker}"),
                "localhost:9090": f"{HOST}:{ports.prometheus}",
                "prometheus:9090": f"{HOST}:{ports.prometheus}",
                "alertmanager:9093": f"{HOST}:{ports.alertmanager}",
                "notices:9095": f"{HOST}:{ports.notices}",
                "/etc/grafana": f"{self.folder}/config",
            },
        )

    def _start(self, name: str, *command: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        log: IO[bytes] = self._ends.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(  # noqa: S603  programs that were looked for
            command, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=cwd
        )
        self.processes[name] = process
        self._ends.callback(_end, process)

    def _start_grafana(self, program: str, config: Path) -> None:
        own = {
            "GF_SERVER_HTTP_ADDR": HOST,
            "GF_SERVER_HTTP_PORT": str(self._ports.grafana),
            "GF_PATHS_PROVISIONING": f"{config}/provisioning",
            "GF_PATHS_DATA": f"{self.folder}/grafana",
            "GF_PATHS_LOGS": f"{self.folder}/grafana-logs",
            "GF_AUTH_ANONYMOUS_ENABLED": "true",
            "GF_AUTH_ANONYMOUS_ORG_ROLE": "Viewer",
            "GF_AUTH_DISABLE_LOGIN_FORM": "true",
            "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": f"{config}/dashboards/wall.json",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        }
        home = Path("/usr/share/grafana")
        server = [] if program.endswith("grafana-server") else ["server"]
        arguments = [f"--homepath={home}"] if home.is_dir() else []
        self._start("grafana", program, *server, *arguments, env={**os.environ, **own})


def _ask_for(ports: Ports) -> None:
    for name, port in asdict(ports).items():
        with socket.socket() as door:
            # As the programs themselves do: what ended a moment ago keeps no port.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((HOST, port))
            except OSError as error:
                raise UsageError(
                    f"{HOST}:{port}, for {name}: {error.strerror}; end what listens there, perhaps another stack"
                ) from None


def _find(words: Sequence[str]) -> str | None:
    return next((found for word in words if (found := shutil.which(word))), None)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
