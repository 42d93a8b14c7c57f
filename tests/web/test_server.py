"""The server: formats, health, readiness, errors, address, end."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import Sequence

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.pipeline import Opening, Reading, WorkerState
from stream.edge.web import start_web
from stream.errors import UsageError
from tests.exposition.worker import StillWorker


async def test_metrics_are_text_by_default(client: aiohttp.ClientSession) -> None:
    """Who asks for nothing special gets the text format, uncompressed."""
    async with client.get("/metrics", headers={"Accept-Encoding": "identity"}) as answer:
        text = await answer.text()
    assert (200, "text/plain; version=0.0.4; charset=utf-8") == (answer.status, answer.headers["Content-Type"])
    assert "Content-Encoding" not in answer.headers
    assert 'deskpulse_clocks{channel="email",clock="first_response",priority="high",queue="billing",' in text
    assert "process_cpu_seconds_total" in text


async def test_metrics_are_open_metrics_for_prometheus(client: aiohttp.ClientSession) -> None:
    """Who asks for OpenMetrics gets it, to its end mark."""
    async with client.get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"}) as answer:
        body = gzip.decompress(await answer.read())
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert body.endswith(b"# EOF\n")
    assert b"# TYPE deskpulse_window_first_response_seconds gaugehistogram\n" in body or b"deskpulse_tickets" in body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("deflate, GZIP;q=0.5", "gzip"), ("gzip;q=0", None), ("deflate", None), ("", None)],
)
async def test_metrics_are_compressed_where_accepted(
    client: aiohttp.ClientSession, accepted: str, encoding: str | None
) -> None:
    """Gzip is used where it is accepted, and only there."""
    async with client.get("/metrics", headers={"Accept-Encoding": accepted}) as answer:
        body = await answer.read()
    assert encoding == answer.headers.get("Content-Encoding")
    assert b"deskpulse_tickets" in (gzip.decompress(body) if encoding else body)


async def test_metrics_are_there_before_the_first_shard(client: aiohttp.ClientSession, worker: StillWorker) -> None:
    """A worker that has nothing to show yet tells of itself and shows no figure."""
    worker.shown, worker.state = (), WorkerState.STARTING
    async with client.get("/metrics", headers={"Accept-Encoding": ""}) as answer:
        text = await answer.text()
    assert 200 == answer.status
    assert 'deskpulse_worker_state{state="starting"} 1.0' in text
    assert "deskpulse_tickets" not in text


async def test_many_scrapes_at_once_are_all_answered(client: aiohttp.ClientSession) -> None:
    """Scrapes wait for each other and none is lost."""

    async def scrape() -> int:
        async with client.get("/metrics") as answer:
            await answer.read()
            return answer.status

    assert [200] * 20 == await asyncio.gather(*(scrape() for _ in range(20)))


async def test_the_loop_goes_on_while_metrics_are_written(
    worker: StillWorker, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging and writing happen in a thread: health is answered meanwhile."""
    released = asyncio.Event()
    loop = asyncio.get_running_loop()
    render = DeskpulseCollector.render

    def slow(self: DeskpulseCollector, *arguments: object) -> bytes:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(30)
        return render(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(DeskpulseCollector, "render", slow)
    web = await start_web(worker, policy)
    async with aiohttp.ClientSession(web.url) as client:
        scrape = asyncio.create_task(client.get("/metrics"))
        async with client.get("/healthz") as answer:
            assert 200 == answer.status
        assert not scrape.done()
        released.set()
        async with await scrape as answer:
            assert 200 == answer.status
    await web.close()


async def test_healthz_says_that_the_loop_runs(client: aiohttp.ClientSession, worker: StillWorker) -> None:
    """A worker without its broker is alive all the same."""
    worker.state = WorkerState.WAITING_FOR_BROKER
    async with client.get("/healthz") as answer:
        assert (200, {"status": "alive", "state": "waiting_for_broker"}) == (answer.status, await answer.json())


async def test_readyz_is_ready_when_all_is_read(client: aiohttp.ClientSession) -> None:
    """Every assigned shard is open and read to the end: 200, complete."""
    async with client.get("/readyz") as answer:
        body = await answer.json()
    assert 200 == answer.status
    assert (True, "running", False) == (body["ready"], body["state"], body["incomplete"])
    assert {"ready": 2, "assigned": 2, "expected": 2} == body["partitions"]
    assert {"partition": 0, "ready": True, "data_time": "2026-03-02T09:20:00Z"} == body["shards"][0]
    assert "2026-03-02T10:00:00Z" == body["clock"]


async def test_readyz_tells_the_progress(
    client: aiohttp.ClientSession, worker: StillWorker, shards: tuple[Shard, ...]
) -> None:
    """A shard that is still read makes it 503, with how far it is."""
    worker.state = WorkerState.STARTING
    worker.shown = shards[:1]
    worker.partitions_expected = 4
    worker.opening = [Opening(1, 250, 1000)]
    worker.reads = [Reading("support.tickets", 0, 90, 100), Reading("support.tickets", 1, 250, 1000)]
    async with client.get("/readyz") as answer:
        body = await answer.json()
    assert 503 == answer.status
    assert (False, "starting", True) == (body["ready"], body["state"], body["incomplete"])
    assert {"ready": 1, "assigned": 2, "expected": 4} == body["partitions"]
    assert {"partition": 1, "ready": False, "read": 250, "of": 1000} == body["shards"][1]
    assert 760 == body["lag_records"]


@pytest.mark.parametrize("state", [state for state in WorkerState if state is not WorkerState.RUNNING])
async def test_readyz_is_not_ready_unless_running(
    client: aiohttp.ClientSession, worker: StillWorker, state: WorkerState
) -> None:
    """However many shards are shown, a worker in trouble is not ready."""
    worker.state = state
    async with client.get("/readyz") as answer:
        assert 503 == answer.status


async def test_a_spare_worker_is_ready_and_incomplete_is_told_apart(
    client: aiohttp.ClientSession, worker: StillWorker
) -> None:
    """A worker that the group gave no partition to has nothing left to read; what all show is another question."""
    worker.shown, worker.partitions_assigned = (), 0
    async with client.get("/readyz") as answer:
        body = await answer.json()
    assert (200, True, True) == (answer.status, body["ready"], body["incomplete"])


async def test_the_index_lists_the_routes(client: aiohttp.ClientSession) -> None:
    """Who opens the port in a browser finds the rest."""
    async with client.get("/") as answer:
        text = await answer.text()
    assert (200, "text/html") == (answer.status, answer.content_type)
    assert all(
        path in text
        for path in ("/metrics", "/healthz", "/readyz", "/api/at-risk", "/api/kpis", "/api/agents", "/api/subjects/")
    )


@pytest.mark.parametrize("path", ["/nothing", "/metrics/", "/api", "/api/subjects/", "/%00"])
async def test_an_unknown_path_is_a_json_404(client: aiohttp.ClientSession, path: str) -> None:
    """The error is JSON and says where the routes are listed."""
    async with client.get(path) as answer:
        body = await answer.json()
    assert 404 == answer.status
    assert body["error"].endswith("; / lists what there is")


async def test_another_method_is_refused(client: aiohttp.ClientSession) -> None:
    """Nothing can be changed from outside."""
    async with client.post("/api/at-risk") as answer:
        body = await answer.json()
    assert (405, "GET, HEAD") == (answer.status, answer.headers["Allow"])
    assert "POST is not allowed at /api/at-risk; GET, HEAD is" == body["error"]
    async with client.head("/metrics") as answer:
        assert 200 == answer.status


async def test_a_fault_is_a_json_500_and_logged(
    client: aiohttp.ClientSession, worker: StillWorker, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody expected is answered in JSON, and its traceback is in the log."""
    worker.opening = None  # type: ignore[assignment]
    async with client.get("/readyz") as answer:
        body = await answer.json()
    assert 500 == answer.status
    assert "TypeError while answering /readyz; the worker's log tells more" == body["error"]
    assert "GET /readyz failed" in caplog.text


async def test_access_is_not_logged(client: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    """A scrape every few seconds leaves no line."""
    caplog.set_level("DEBUG")
    async with client.get("/healthz") as answer:
        assert 200 == answer.status
    assert [] == [record.name for record in caplog.records if record.name.startswith("aiohttp")]


@pytest.mark.parametrize("path", ["/metrics", "/api/kpis", "/api/agents", "/api/at-risk"])
async def test_the_worker_knows_who_waits_for_it(policy: Policy, shards: tuple[Shard, ...], path: str) -> None:
    """While an answer is made the pipeline is told to give way, and no longer than that."""

    class Noting(StillWorker):
        def shards(self) -> Sequence[Shard]:
            seen.append(self.turns.waiting)
            return super().shards()

    seen: list[int] = []
    worker = Noting(shards)
    web = await start_web(worker, policy)
    async with aiohttp.ClientSession(web.url) as client, client.get(path) as answer:
        assert 200 == answer.status
        await answer.read()
    await web.close()
    assert {1} == set(seen)
    assert 0 == worker.turns.waiting


async def test_it_binds_to_loopback(worker: StillWorker, policy: Policy) -> None:
    """Unless told otherwise nobody outside of the machine can ask."""
    web = await start_web(worker, policy)
    assert ("127.0.0.1", f"http://127.0.0.1:{web.port}") == (web.host, web.url)
    assert web.port > 0
    await web.close()


async def test_a_taken_port_is_one_clear_line(worker: StillWorker, policy: Policy) -> None:
    """The error names address, port, reason and remedy."""
    web = await start_web(worker, policy)
    with pytest.raises(UsageError) as raised:
        await start_web(worker, policy, "127.0.0.1", web.port)
    await web.close()
    assert f"cannot listen at 127.0.0.1 port {web.port}: Address already in use; " in str(raised.value)
    assert "\n" not in str(raised.value)


async def test_an_address_of_nobody_is_one_clear_line(worker: StillWorker, policy: Policy) -> None:
    """A host that this machine does not have is named."""
    with pytest.raises(UsageError, match=r"cannot listen at 192\.0\.2\.1 port 0: "):
        await start_web(worker, policy, "192.0.2.1")


async def test_closing_frees_the_port_at_once(worker: StillWorker, policy: Policy) -> None:
    """A worker that ends keeps neither port nor idle connection, and takes no second for it."""
    port = unused_port()
    web = await start_web(worker, policy, port=port)
    async with aiohttp.ClientSession(web.url) as client, client.get("/healthz") as answer:
        await answer.read()
        began = time.monotonic()
        await web.close()
        assert time.monotonic() - began < 2
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    again = await start_web(worker, policy, port=port)
    await again.close()
