"""A real Prometheus scrapes a worker, in both formats."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.text import OPEN_METRICS, TEXT, render
from stream.edge.web import scrape, start_web
from tests.conftest import leave_out
from tests.exposition.scraped import flat
from tests.exposition.worker import StillWorker

pytestmark = pytest.mark.slow

BOUND_S = 60.0


@asynccontextmanager
async def prometheus(folder: Path, target: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Run a Prometheus that scrapes `host:port` every second, and yield a client of its API."""
    program = shutil.which("prometheus")
    if program is None:
        leave_out("prometheus is not installed; Debian has it in the package prometheus")
    config = folder / "prometheus.yml"
    config.write_text(
        f"global: {{scrape_interval: 1s}}\n"
        f"scrape_configs: [{{job_name: deskpulse, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    address = f"127.0.0.1:{unused_port()}"
    process = await asyncio.create_subprocess_exec(
        str(program), f"--config.file={config}", f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={address}",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession(f"http://{address}") as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def ask(client: aiohttp.ClientSession, expression: str) -> list[dict[str, Any]]:
    """Return what an expression gives, empty while Prometheus does not answer yet."""
    with suppress(aiohttp.ClientError):
        async with client.get("/api/v1/query", params={"query": expression}) as answer:
            result: list[dict[str, Any]] = (await answer.json())["data"]["result"]
            return result
    return []


@pytest.mark.parametrize("content_type", [TEXT, OPEN_METRICS], ids=["text", "OpenMetrics"])
async def test_prometheus_has_every_series(
    tmp_path: Path,
    policy: Policy,
    shards: tuple[Shard, ...],
    content_type: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every sample that is written is in Prometheus with its labels and its value."""
    asked = []

    def negotiate(accept: str) -> str:
        asked.append(accept)
        return content_type

    monkeypatch.setattr(scrape, "negotiate", negotiate)
    worker = StillWorker(shards, partitions_assigned=2, partitions_expected=2)
    web = await start_web(worker, policy)
    async with prometheus(tmp_path, f"127.0.0.1:{web.port}") as client:
        bound = time.monotonic() + BOUND_S
        while not (up := await ask(client, 'up{job="deskpulse"} == 1')):
            assert time.monotonic() < bound, "Prometheus has not scraped the worker"
            await asyncio.sleep(0.1)
        assert up
        found = await ask(client, '{__name__=~"deskpulse_.+"}')
    await web.close()
    assert "application/openmetrics-text" in asked[0]
    expected = flat(DeskpulseCollector(worker, policy, with_process=False).collect())
    shown = {}
    for row in found:
        labels = {name: value for name, value in row["metric"].items() if name not in {"__name__", "instance", "job"}}
        shown[row["metric"]["__name__"] + render(labels)] = float(row["value"][1])
    assert {name + render(dict(labels)): value for (name, labels), value in expected.items()} == shown
