"""A secret is in no text: log, metric, answer, error, help, command line."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from stream.edge.pipeline import Connection, Settings
from stream.edge.web import Access
from stream.tools.cli.options import read_secret
from tests.commands import run, running
from tests.pipeline.build import created
from tests.pipeline.process import until
from tests.security.broker import OWNER, PASSWORD, GuardedBroker

WEB_PASSWORD = "the wall's own"
TOKEN = "t0ken-of-prometheus"
SECRETS = {
    "DESKPULSE_KAFKA_PASSWORD": PASSWORD,
    "DESKPULSE_WEB_PASSWORD": WEB_PASSWORD,
    "DESKPULSE_WEB_TOKEN": TOKEN,
}


def told(text: str) -> list[str]:
    """Return the secrets that a text tells, as they are, as Python writes them, or in base 64."""
    pairs = (f"\0{OWNER}\0{PASSWORD}", f"wall:{WEB_PASSWORD}")
    coded = [base64.b64encode(secret.encode()).decode() for secret in (*SECRETS.values(), *pairs)]
    return [secret for secret in (*SECRETS.values(), repr(WEB_PASSWORD)[1:-1], *coded) if secret in text]


def ask(address: str, authorization: str | None) -> tuple[int, str]:
    """Return status, headers and body of an answer."""
    request = urllib.request.Request(address, headers={"Authorization": authorization} if authorization else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, f"{answer.headers}{answer.read().decode()}"
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, f"{refused.headers}{refused.read().decode()}"


@pytest.mark.parametrize("command", ["worker", "produce", "generate"])
def test_help_tells_no_secret_of_the_environment(command: str) -> None:
    """Neither as a default nor otherwise; it tells the names of the variables."""
    said = run(command, "--help", given=b"", **SECRETS)
    assert (0, [], True) == (said.returncode, told(said.stdout), "DESKPULSE_KAFKA_PASSWORD" in said.stdout)


def test_settings_do_not_show_their_secrets() -> None:
    """What a log or a debugger prints of them has the user, and not the password."""
    settings = Settings(("k:1",), protocol="SASL_SSL", user="deskpulse", password=PASSWORD)
    connection = Connection(("k:1",), protocol="SASL_SSL", user="deskpulse", password=PASSWORD)
    access = Access(user="wall", password=WEB_PASSWORD, token=TOKEN)
    for shown in (settings, connection, access):
        assert [] == told(f"{shown!r} {shown}")
    assert ("'deskpulse'" in repr(settings), "'wall'" in repr(access)) == (True, True)


@pytest.mark.kafka
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_worker_tells_no_secret(guarded: GuardedBroker, tmp_path: Path, mechanism: str) -> None:
    """Not in its log with --verbose, its command line, its metrics and its answers, be they errors.

    PLAIN sends the password as it is, in a request that aiokafka would log at its lowest level.
    """
    log = tmp_path / "log"
    typed = ["--brokers", guarded.login, "--kafka-security-protocol", "SASL_SSL", "--kafka-user", OWNER]
    typed += ["--kafka-ca-file", str(guarded.authority.pair.cert), "--kafka-sasl-mechanism", mechanism]
    typed += ["--verbose", "--web-port", "0", "--web-user", "wall"]
    wrong = "Basic " + base64.b64encode(f"wall:{WEB_PASSWORD}?".encode()).decode()
    with running(log, "worker", *typed, **SECRETS) as process:
        until(lambda: "ready: 4 of 4 partitions" in log.read_text(), "the worker is ready")
        guarded.cluster.produce("support.tickets", [created(1), b"no event"])
        until(lambda: len(guarded.cluster.read("support.dead")) == 1, "the dead letter is written")
        found = re.search(r"(http://127\.0\.0\.1:\d+)/metrics", log.read_text())
        assert found is not None
        answers = []
        for path in ("/", "/metrics", "/healthz", "/readyz", "/api/at-risk", "/api/kpis", "/api/agents", "/nothing"):
            answers += [ask(found[1] + path, given) for given in (f"Bearer {TOKEN}", None, wrong)]
        typed_line = Path(f"/proc/{process.pid}/cmdline")
        shown = typed_line.read_text() if typed_line.exists() else ""
    assert {200, 401, 404} == {status for status, _ in answers}
    assert [] == told("".join(text for _, text in answers))
    assert [] == told(shown)
    assert [] == told(log.read_text())
    assert "aiokafka" in log.read_text()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "one line that is not empty"),
        (b"\n", "one line that is not empty"),
        (b"first\nsecond\n", "one line that is not empty"),
        (b"x" * 4_097, "at most 4096 bytes"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_without_its_content(tmp_path: Path, content: bytes, words: str) -> None:
    """The line names the option, the file and what is expected."""
    path = tmp_path / "secret"
    path.write_bytes(content)
    ran = run("worker", "--brokers", "k:1", "--kafka-password-file", str(path))
    assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines()))
    assert f"--kafka-password-file {path}: " in ran.stderr
    assert words in ran.stderr
    assert all(word not in ran.stderr for word in ("first", "second", "xxxx"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """One that is not there, and a folder."""
    for path, reason in ((tmp_path / "nowhere", "No such file"), (tmp_path, "Is a directory")):
        ran = run("worker", "--brokers", "k:1", "--web-token-file", str(path))
        assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines()))
        assert f"--web-token-file {path}: {reason}" in ran.stderr


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    """File and variable together are an error, because one of them would be ignored."""
    path = tmp_path / "secret"
    path.write_text(PASSWORD)
    ran = run("worker", "--brokers", "k:1", "--kafka-password-file", str(path), given=b"", **SECRETS)
    assert (2, []) == (ran.returncode, told(ran.stderr))
    assert "--kafka-password-file and DESKPULSE_KAFKA_PASSWORD are both given" in ran.stderr


def test_a_secret_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blanks at its rim belong to it, a line end does not; an empty variable is none."""
    path = tmp_path / "secret"
    path.write_bytes(" pässword \r\n".encode())
    monkeypatch.setenv("DESKPULSE_X", "")
    assert " pässword " == read_secret("DESKPULSE_X", "--x-file", str(path))
    assert read_secret("DESKPULSE_X", "--x-file", None) is None


def test_no_option_takes_a_secret_itself(tmp_path: Path) -> None:
    """Neither on the command line nor in a file of options; what was given is not repeated."""
    ran = run("worker", "--brokers", "k:1", "--kafka-password", PASSWORD)
    assert (2, []) == (ran.returncode, told(ran.stderr))
    config = tmp_path / "worker.yaml"
    config.write_text(json.dumps({"kafka-password": PASSWORD}))
    ran = run("worker", "--brokers", "k:1", "--config", str(config))
    assert (2, []) == (ran.returncode, told(ran.stderr))
    assert "there is no option 'kafka-password'" in ran.stderr
