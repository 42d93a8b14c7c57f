"""The dashboards of a policy: what each is called, and how all are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.core.policy import Policy

NAMES = ("wall", "queues", "sla", "quality", "team", "monitor")
"""The dashboards; their uids are `deskpulse-wall` and so on."""


def make_dashboards(policy: Policy, worker_url: str = "http://localhost:8000") -> dict[str, str]:
    """Return the JSON of every dashboard, by the name of its file.

    Args:
        policy: gives the targets, bands and windows.
        worker_url: where people find a worker, for links to the tickets at risk.

    Raises:
        ModuleNotFoundError: grafana-foundation-sdk is not installed.
    """
    # What follows imports grafana-foundation-sdk, which only those who make dashboards need.
    from stream.tools.dashboards.every import EVERY  # noqa: PLC0415

    return {f"{name}.json": EVERY[name](policy).json(worker_url) for name in NAMES}
