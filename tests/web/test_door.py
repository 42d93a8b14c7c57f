"""No client costs a worker more than it should: not by its size, not by its slowness, not by its number."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from stream.core.policy import Policy
from stream.edge.web import door, start_web
from stream.edge.web.server import Web
from tests.exposition.worker import StillWorker

HEAD = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n"
SHORT_S = 0.2
BOUND_S = 20.0


@pytest.fixture
async def web(worker: StillWorker, policy: Policy) -> AsyncIterator[Web]:
    """A server as it is."""
    server = await start_web(worker, policy)
    yield server
    await server.close()


@asynccontextmanager
async def connected(web: Web) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """One bare connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes; fails where it does not."""
    try:
        return await asyncio.wait_for(reader.read(), BOUND_S)
    except ConnectionResetError:
        return b""


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Return the answer to one request for the health."""
    return await asyncio.wait_for(reader.readuntil(b"}\n"), BOUND_S)


@pytest.mark.parametrize("sent", [b"", b"GET /heal", HEAD], ids=["nothing", "half a line", "half a head"])
async def test_who_does_not_ask_is_cut_off(web: Web, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A connection on which no whole request comes is closed after its time."""
    monkeypatch.setattr(door, "HEAD_S", SHORT_S)
    async with connected(web) as (reader, writer):
        writer.write(sent)
        assert b"" == await rest(reader)


async def test_a_drop_now_and_then_gives_no_more_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends a byte again and again is cut off like one that sends none."""
    monkeypatch.setattr(door, "HEAD_S", SHORT_S)
    async with connected(web) as (reader, writer):

        async def drip() -> None:
            writer.write(HEAD + b"X: ")
            while not writer.transport.is_closing():
                writer.write(b"x")
                await asyncio.sleep(SHORT_S / 10)

        dripping = asyncio.create_task(drip())
        assert b"" == await rest(reader)
        dripping.cancel()


async def test_a_further_request_has_its_time_too(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a good request the connection stays, and a bad one on it is cut off as the first would be."""
    async with connected(web) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        assert b"200 OK" in await answer(reader)
        monkeypatch.setattr(door, "HEAD_S", SHORT_S)
        writer.write(HEAD)
        assert b"" == await rest(reader)


async def test_who_does_not_ask_again_is_cut_off(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle connection is closed after its time, longer than which no scraper waits."""
    monkeypatch.setattr(door, "IDLE_S", SHORT_S)
    async with connected(web) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        assert b"200 OK" in await answer(reader)
        assert b"" == await rest(reader)


async def test_who_does_not_take_its_answer_is_cut_off(
    worker: StillWorker, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that asks for a lot and reads nothing loses its connection, and its place goes to another."""
    monkeypatch.setattr(door, "IDLE_S", SHORT_S)
    monkeypatch.setattr(door, "MOST", 1)
    web = await start_web(worker, policy)
    async with connected(web) as (_reader, writer):
        # Answers of ten thousand requests for the metrics fill every buffer between the two.
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: desk\r\n\r\n" * 10_000)
        async with asyncio.timeout(BOUND_S):
            while True:
                async with connected(web) as (reader, other):
                    other.write(HEAD + b"\r\n")
                    if await asyncio.wait_for(reader.read(1), BOUND_S):
                        break
                await asyncio.sleep(SHORT_S / 10)
    await web.close()


async def test_one_too_many_is_turned_away(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound a connection is closed at once; the others are answered, and a place that is left is free."""
    monkeypatch.setattr(door, "MOST", 2)
    async with connected(web) as (reader, writer):
        async with connected(web) as (other, second):
            for open_reader, open_writer in ((reader, writer), (other, second)):
                open_writer.write(HEAD + b"\r\n")
                assert b"200 OK" in await answer(open_reader)
            async with connected(web) as (refused, late):
                late.write(HEAD + b"\r\n")
                assert b"" == await rest(refused)
            writer.write(HEAD + b"\r\n")
            assert b"200 OK" in await answer(reader)
        async with asyncio.timeout(BOUND_S):
            while True:  # until the server has noticed that the second one left
                async with connected(web) as (free, third):
                    third.write(HEAD + b"\r\n")
                    if b"200 OK" in await rest_or_answer(free):
                        break


async def rest_or_answer(reader: asyncio.StreamReader) -> bytes:
    """Return an answer, or nothing where the server closed instead."""
    try:
        return await answer(reader)
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: desk\r\n\r\n",
        HEAD + b"X: " + b"x" * 10_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X%d: x\r\n" % number for number in range(1_000)) + b"\r\n",
        HEAD + b"Authorization: \x00secret\r\n\r\n",
    ],
    ids=["line", "header", "headers", "no text"],
)
async def test_a_head_is_bounded(web: Web, caplog: pytest.LogCaptureFixture, head: bytes) -> None:
    """What is too long, too many or no header is a 400 and the end of the connection, and no line in the log."""
    async with connected(web) as (reader, writer):
        writer.write(head)
        assert (await rest(reader)).startswith(b"HTTP/1.0 400 ")
    assert "" == caplog.text


async def test_an_endless_header_is_cut_off(web: Web) -> None:
    """A client that goes on sending it hears no answer, and others are served."""
    async with connected(web) as (reader, writer):
        writer.write(HEAD + b"X: " + b"x" * 10_000_000)
        await rest(reader)
    async with connected(web) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        assert b"200 OK" in await answer(reader)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_no_body_is_taken(web: Web, encoding: str) -> None:
    """Whatever has a body is refused without reading it, so a bomb is not unpacked."""
    bomb = gzip.compress(b"0" * 10_000_000) if encoding == "gzip" else b"0" * 10_000
    async with aiohttp.ClientSession(web.url) as client:
        async with client.get("/api/at-risk", data=bomb, headers={"Content-Encoding": encoding}) as refused:
            assert (413, {"error": "a request here has no body"}) == (refused.status, await refused.json())
        async with client.get("/healthz") as served:
            assert 200 == served.status


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"/api/subjects/{'x' * 257}", "id: 257 characters; at most 256 are expected"),
        (f"/api/at-risk?queue={'x' * 257}", "queue: 257 characters"),
        (f"/api/kpis?queue={'x' * 257}", "queue: 257 characters"),
        (f"/api/at-risk?limit={'9' * 5_000}", "limit: '9999"),
        (f"/api/kpis?window={'x' * 5_000}", "window: 'xxxx"),
        (f"/api/subjects/T1?kind={'x' * 5_000}", "kind: 'xxxx"),
        (f"/{'x' * 5_000}", "there is nothing at /xxxx"),
    ],
)
async def test_what_is_asked_for_is_bounded(client: aiohttp.ClientSession, path: str, words: str) -> None:
    """No id or label is longer than that of an event, and an answer repeats no more than the beginning of a value."""
    async with client.get(path) as refused:
        body = await refused.json()
    assert refused.status == (404 if "nothing" in words else 400)
    assert body["error"].startswith(words)
    assert len(body["error"]) < 400


async def test_the_longest_id_is_found_or_not(client: aiohttp.ClientSession) -> None:
    """256 characters are an id, of whatever script."""
    async with client.get(f"/api/subjects/{'ü' * 256}") as answered:
        assert 404 == answered.status
