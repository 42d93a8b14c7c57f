"""A real Prometheus scrapes a worker, in both formats."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp.test_utils import unused_port

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.formats import OPEN_METRICS, TEXT
from stream.edge.exposition.text import render
from stream.edge.web import Access, scrape, start_web
from tests.conftest import ROOT, leave_out
from tests.exposition.scraped import flat
from tests.exposition.worker import StillWorker
from tests.security.authority import Authority

pytestmark = pytest.mark.slow

BOUND_S = 60.0


@asynccontextmanager
async def prometheus(folder: Path, jobs: list[dict[str, Any]]) -> AsyncIterator[aiohttp.ClientSession]:
    """Run a Prometheus that has these jobs every second, and yield a client of its API."""
    program = shutil.which("prometheus")
    if program is None:
        leave_out("prometheus is not installed; Debian has it in the package prometheus")
    config = folder / "prometheus.yml"
    config.write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}))
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


async def scraped(client: aiohttp.ClientSession, up: int) -> None:
    """Return once the worker was scraped, or could not be where `up` is 0."""
    bound = time.monotonic() + BOUND_S
    while not await ask(client, f'up{{job="deskpulse"}} == {up}'):
        assert time.monotonic() < bound, f"Prometheus did not find the worker's up to be {up}"
        await asyncio.sleep(0.1)


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
    job = {"job_name": "deskpulse", "static_configs": [{"targets": [f"127.0.0.1:{web.port}"]}]}
    async with prometheus(tmp_path, [job]) as client:
        await scraped(client, 1)
        found = await ask(client, '{__name__=~"deskpulse_.+"}')
    await web.close()
    assert "application/openmetrics-text" in asked[0]
    expected = flat(DeskpulseCollector(worker, policy, with_process=False).collect())
    shown = {}
    for row in found:
        labels = {name: value for name, value in row["metric"].items() if name not in {"__name__", "instance", "job"}}
        shown[row["metric"]["__name__"] + render(labels)] = float(row["value"][1])
    assert {name + render(dict(labels)): value for (name, labels), value in expected.items()} == shown


DOCUMENTED = re.findall(r"```yaml\n(scrape_configs:.*?)```", (ROOT / "docs/security.md").read_text(), re.DOTALL)
SECRET = "a wall has ears"


@pytest.mark.parametrize("text", DOCUMENTED, ids=["password", "token"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
async def test_prometheus_proves_itself_as_documented(
    tmp_path: Path, policy: Policy, shards: tuple[Shard, ...], text: str, right: bool
) -> None:
    """The configuration of docs/security.md, with the address and the files of the test, scrapes over HTTPS."""
    authority = Authority(tmp_path)
    pair = authority.sign("web", "IP:127.0.0.1")
    given = tmp_path / "given"
    given.write_text(SECRET if right else "another")
    access = Access("prometheus", SECRET, SECRET, str(pair.cert), str(pair.key))
    web = await start_web(StillWorker(shards), policy, access=access)
    files = {"ca.pem": authority.pair.cert, "password": given, "token": given}
    for name, path in files.items():
        text = text.replace(f"/etc/prometheus/deskpulse-{name}", str(path))
    jobs = yaml.safe_load(text.replace("worker:8000", f"127.0.0.1:{web.port}"))["scrape_configs"]
    async with prometheus(tmp_path, jobs) as client:
        await scraped(client, int(right))
        assert right is bool(await ask(client, "deskpulse_tickets"))
    await web.close()
