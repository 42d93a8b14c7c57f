"""Who may ask: a user with a password, a bearer token, or everybody; over HTTP or HTTPS."""

from __future__ import annotations

import base64
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from stream.core.policy import Policy
from stream.edge.web import Access, start_web
from stream.errors import UsageError
from tests.conftest import ROOT
from tests.exposition.worker import StillWorker
from tests.security.authority import Authority

GUARDED = ("/", "/metrics", "/readyz", "/api/at-risk", "/api/kpis", "/api/agents", "/api/subjects/T1", "/nothing")


def basic(user: str, password: str) -> str:
    """Return the header of basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("access", "header", "admitted"),
    [
        (Access(), "", True),
        (Access(), "Bearer whatever", True),
        (Access(token="t"), "Bearer t", True),
        (Access(token="t"), "bearer  t ", True),
        (Access(token="t"), "Bearer T", False),
        (Access(token="t"), "Bearer", False),
        (Access(token="t"), "Basic t", False),
        (Access(token="t"), basic("", "t"), False),
        (Access(token="t"), "", False),
        (Access("u", "p"), basic("u", "p"), True),
        (Access("u", "p"), basic("u", "p").replace("Basic", "BASIC"), True),
        (Access("ü", "p:w"), basic("ü", "p:w"), True),
        (Access("u", "p"), basic("u", "P"), False),
        (Access("u", "p"), basic("v", "p"), False),
        (Access("u", "p"), basic("u", ""), False),
        (Access("u", "p"), "Basic u:p", False),
        (Access("u", "p"), "Basic ", False),
        (Access("u", "p"), "Basic dTpw!", False),
        (Access("u", "p"), "Basic \udcff", False),
        (Access("u", "p"), "Bearer p", False),
        (Access("u", "p"), "Digest u", False),
        (Access("u", "p", "t"), basic("u", "p"), True),
        (Access("u", "p", "t"), "Bearer t", True),
        (Access("u", "p", "t"), "Bearer p", False),
    ],
)
def test_only_what_is_right_gives_leave(access: Access, header: str, admitted: bool) -> None:
    """Scheme in any case, the rest to the letter; what is no header at all is refused and no fault."""
    assert admitted is access.admits(header)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"user": "u"}, "--web-user has no password"),
        ({"password": "p"}, "--web-user"),
        ({"user": "a:b", "password": "p"}, "'a:b'"),
        ({"key_file": "web.key"}, "--web-cert-file"),
    ],
)
def test_half_a_guard_is_refused(given: dict[str, Any], words: str) -> None:
    """It would leave the door open while somebody believes that it is shut."""
    with pytest.raises(UsageError, match=words):
        Access(**given)


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_every_path_is_guarded(worker: StillWorker, policy: Policy, path: str, method: str) -> None:
    """Without proof each is a 401 that says how to prove oneself, be it there or not."""
    web = await start_web(worker, policy, access=Access("u", "p", "t"))
    async with aiohttp.ClientSession(web.url) as client, client.request(method, path) as answer:
        assert 401 == answer.status
        expected = 'Basic realm="deskpulse", charset="UTF-8", Bearer realm="deskpulse"'
        assert expected == answer.headers["WWW-Authenticate"]
        if method != "HEAD":
            assert {"error": "who asks must prove who it is: see WWW-Authenticate"} == await answer.json()
    await web.close()


async def test_health_is_open_and_tells_no_figure(worker: StillWorker, policy: Policy) -> None:
    """A container's health check has no password; it learns that the process is alive."""
    web = await start_web(worker, policy, access=Access(token="t"))
    async with aiohttp.ClientSession(web.url) as client, client.get("/healthz") as answer:
        assert (200, {"status": "alive", "state": "running"}) == (answer.status, await answer.json())
    await web.close()


async def test_who_proves_it_is_answered(worker: StillWorker, policy: Policy) -> None:
    """By user as by token, as without any guard."""
    web = await start_web(worker, policy, access=Access("u", "p", "t"))
    async with aiohttp.ClientSession(web.url) as client:
        for header in (basic("u", "p"), "Bearer t"):
            async with client.get("/api/at-risk", headers={"Authorization": header}) as answer:
                assert (200, 4) == (answer.status, len(await answer.json()))
    await web.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that signs the server's certificate."""
    return Authority(tmp_path)


async def test_it_speaks_https(worker: StillWorker, policy: Policy, authority: Authority) -> None:
    """A client that trusts the authority is answered, one that does not is not, and HTTP is none."""
    pair = authority.sign("web", "IP:127.0.0.1")
    web = await start_web(worker, policy, access=Access(cert_file=str(pair.cert), key_file=str(pair.key)))
    assert f"https://127.0.0.1:{web.port}" == web.url
    trusting = ssl.create_default_context(cafile=str(authority.pair.cert))
    async with aiohttp.ClientSession(web.url) as client:
        async with client.get("/readyz", ssl=trusting) as answer:
            assert 200 == answer.status
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await client.get("/readyz", ssl=ssl.create_default_context())
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"http://127.0.0.1:{web.port}/readyz")
    await web.close()


def unusable(folder: Path, authority: Authority) -> dict[str, tuple[Access, str]]:
    """Certificates that cannot be used, each with words of what is said of it."""
    pair, other = authority.sign("web"), authority.sign("other")
    text, locked = folder / "text", folder / "locked.key"
    text.write_text("no certificate")
    command = ["openssl", "pkey", "-in", str(pair.key), "-aes128", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True)
    nowhere = folder / "nowhere"
    return {
        "no file": (Access(cert_file=str(nowhere)), f"--web-cert-file {nowhere}: No such file"),
        "no key file": (
            Access(cert_file=str(pair.cert), key_file=str(nowhere)), f"--web-key-file {nowhere}: No such file"
        ),
        "a folder": (Access(cert_file=str(folder)), f"--web-cert-file {folder}: Is a directory"),
        "text": (Access(cert_file=str(text)), "expected a certificate in PEM"),
        "no key": (Access(cert_file=str(pair.cert)), "expected a certificate in PEM with its private key"),
        "another's key": (Access(cert_file=str(pair.cert), key_file=str(other.key)), "KEY_VALUES_MISMATCH"),
        "a locked key": (Access(cert_file=str(pair.cert), key_file=str(locked)), "the key is encrypted"),
    }  # fmt: skip


def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path, authority: Authority) -> None:
    """One line with the option, the file, the reason; nobody is asked for the password of a key."""
    for name, (access, words) in unusable(tmp_path, authority).items():
        with pytest.raises(UsageError) as refused:
            access.context()
        assert (True, False) == (words in str(refused.value), "\n" in str(refused.value)), (name, str(refused.value))


@pytest.mark.parametrize(
    ("host", "inside"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
async def test_it_knows_whether_others_reach_it(worker: StillWorker, policy: Policy, host: str, inside: bool) -> None:
    """Loopback in each of its spellings; every address is more than that."""
    web = await start_web(worker, policy, host)
    assert inside is web.is_loopback
    await web.close()


@pytest.mark.parametrize("guard", [Access(), Access(token="t")], ids=["open", "guarded"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["http", "https"])
async def test_the_health_check_of_a_container_works(
    worker: StillWorker, policy: Policy, authority: Authority, guard: Access, encrypted: bool
) -> None:
    """`deskpulse health` needs no password and no certificate; where nothing answers it is exit code 1."""
    pair = authority.sign("web", "DNS:desk.example")
    files = (str(pair.cert), str(pair.key)) if encrypted else (None, None)
    web = await start_web(worker, policy, access=Access(None, None, guard.token, *files))
    assert (0, '{"status": "alive", "state": "running"}\n', "") == await health(web.port)
    await web.close()
    code, _, said = await health(web.port)
    assert (1, 1) == (code, len(said.splitlines()))
    assert f"127.0.0.1:{web.port}/healthz does not answer" in said


async def test_the_health_check_asks_every_process(worker: StillWorker, policy: Policy) -> None:
    """One of several workers that does not answer is one too many: its port is named, and it is exit code 1."""
    web = await start_web(worker, policy)
    code, out, said = await health(web.port, processes=2)
    assert (1, 1) == (code, len(out.splitlines()))
    assert f"127.0.0.1:{web.port + 1}/healthz does not answer" in said
    await web.close()


async def health(port: int, processes: int = 1) -> tuple[int | None, str, str]:
    """Run the health check of the image against a port; it is bound to every address there."""
    import asyncio

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "stream", "health", cwd=ROOT,
        env={
            "DESKPULSE_WEB_HOST": "0.0.0.0",
            "DESKPULSE_WEB_PORT": str(port),
            "DESKPULSE_PROCESSES": str(processes),
        },
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, said = await process.communicate()
    return process.returncode, out.decode(), said.decode()
