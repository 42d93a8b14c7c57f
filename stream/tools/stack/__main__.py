"""`make stack`: starts the stack, says where everything is, and ends it with the demo."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from stream.errors import DeskpulseError
from stream.tools.stack.stack import Ports, Stack


def main(arguments: list[str]) -> int:
    """Run the demo with these arguments beside Prometheus and Alertmanager; return its exit code."""
    ports = Ports()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Stack(Path.cwd(), arguments, ports) as stack:
            told = {
                "What would have been sent": ports.notices,
                "Alertmanager": ports.alertmanager,
                "Prometheus": ports.prometheus,
                "Worker": ports.worker,
            }
            if "grafana" in stack.processes:
                told["Grafana"] = ports.grafana
            for name, port in told.items():
                print(f"{name + ':':27}http://localhost:{port}/")  # noqa: T201  people read it
            try:
                return stack.demo.wait()
            except KeyboardInterrupt:
                return 130
    except DeskpulseError as error:
        print(error, file=sys.stderr)  # noqa: T201  people read it
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
