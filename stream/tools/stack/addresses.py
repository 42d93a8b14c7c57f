"""The files of the compose file on one machine: the names of services become addresses, nothing else changes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ADDRESSED: Final = (
    Path("prometheus/prometheus.yml"),
    Path("alertmanager/alertmanager.yml"),
    Path("provisioning/datasources/prometheus.yml"),
    Path("provisioning/dashboards/deskpulse.yml"),
)
"""Files in which services are named."""
WORKERS: Final = "dns_sd_configs: [{names: [worker], type: A, port: 8000, refresh_interval: 5s}]"
"""How Prometheus finds the workers of the compose file."""


def one_worker(address: str) -> str:
    """Return how Prometheus finds the worker at an address."""
    return f'static_configs: [{{targets: ["{address}"]}}]'


def copy_with_addresses(source: Path, target: Path, addresses: Mapping[str, str]) -> None:
    """Copy a folder of mounted files, and put an address in the place of each service's name.

    Args:
        source: `grafana/` of the project.
        target: a folder that is not there yet.
        addresses: by `service:port`, by a path of a container, or by `WORKERS`.
    """
    shutil.copytree(source, target)
    for path in ADDRESSED:
        if (target / path).is_file():
            text = (target / path).read_text("utf-8")
            for name, address in addresses.items():
                text = text.replace(name, address)
            (target / path).write_text(text, "utf-8")
