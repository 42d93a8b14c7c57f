"""Every client of Deskpulse reaches a broker by SASL and TLS, and says in one line why it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import run, running
from tests.pipeline.build import created
from tests.pipeline.process import until
from tests.security.authority import Authority
from tests.security.broker import OWNER, PASSWORD, GuardedBroker

pytestmark = pytest.mark.kafka

EVENTS = b"\n".join(created(number) for number in range(20))


def login(guarded: GuardedBroker, *more: str, at: str | None = None, user: str = OWNER) -> list[str]:
    """Return the options of a client that logs in over TLS."""
    options = ["--brokers", at or guarded.login, "--kafka-security-protocol", "SASL_SSL", "--kafka-user", user]
    return [*options, "--kafka-ca-file", str(guarded.authority.pair.cert), *more]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_events_are_sent_by_every_mechanism(guarded: GuardedBroker, mechanism: str) -> None:
    """Topics are created and events arrive; the password comes from the environment."""
    options = login(guarded, "--kafka-sasl-mechanism", mechanism)
    ran = run("produce", "--events", "-", *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (0, 20) == (ran.returncode, len(guarded.cluster.read("support.tickets"))), ran.stderr


def test_a_broker_that_wants_a_certificate_gets_one(guarded: GuardedBroker, password_file: Path) -> None:
    """The certificate and its key come from files, as the password does."""
    pair = guarded.authority.sign("client")
    files = ["--kafka-cert-file", str(pair.cert), "--kafka-key-file", str(pair.key)]
    options = login(guarded, "--kafka-password-file", str(password_file), *files, at=guarded.mutual)
    ran = run("produce", "--events", "-", *options, given=EVENTS)
    assert (0, 20) == (ran.returncode, len(guarded.cluster.read("support.tickets"))), ran.stderr


def test_a_certificate_may_be_all_that_is_wanted(guarded: GuardedBroker, tmp_path: Path) -> None:
    """TLS without any password; the certificate and its key may be one file."""
    pair, both = guarded.authority.sign("client"), tmp_path / "both.pem"
    both.write_text(pair.cert.read_text() + pair.key.read_text())
    options = ["--brokers", guarded.certified, "--kafka-security-protocol", "SSL", "--kafka-cert-file", str(both)]
    options += ["--kafka-ca-file", str(guarded.authority.pair.cert)]
    ran = run("produce", "--events", "-", *options, given=EVENTS)
    assert (0, 20) == (ran.returncode, len(guarded.cluster.read("support.tickets"))), ran.stderr


def test_a_password_in_the_clear_is_said(guarded: GuardedBroker, tmp_path: Path) -> None:
    """A worker that sends it unencrypted works, and says so once."""
    log = tmp_path / "log"
    options = ["--brokers", guarded.clear, "--kafka-security-protocol", "SASL_PLAINTEXT", "--kafka-user", OWNER]
    options += ["--kafka-sasl-mechanism", "PLAIN", "--web-port", "0"]
    with running(log, "worker", *options, DESKPULSE_KAFKA_PASSWORD=PASSWORD):
        until(lambda: "ready: 4 of 4 partitions" in log.read_text(), "the worker is ready")
    assert 1 == log.read_text().count("the password of Kafka's user owner goes over the network as it is")


def test_the_invented_desk_is_sent(guarded: GuardedBroker, password_file: Path, tmp_path: Path) -> None:
    """`generate` takes the same options, and what it is told in the environment."""
    log = tmp_path / "log"
    told = {
        "DESKPULSE_BROKERS": guarded.login,
        "DESKPULSE_KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
        "DESKPULSE_KAFKA_USER": OWNER,
        "DESKPULSE_KAFKA_PASSWORD_FILE": str(password_file),
        "DESKPULSE_KAFKA_CA_FILE": str(guarded.authority.pair.cert),
    }
    with running(log, "generate", "--history", "1h", **told):
        until(lambda: "events of the past are sent" in log.read_text(), "the past is sent")


def test_a_host_may_have_another_name_where_that_is_wanted(guarded: GuardedBroker) -> None:
    """The certificate is for 127.0.0.1: asked for as localhost the broker is refused, unless told otherwise."""
    options = login(guarded, at=guarded.login.replace("127.0.0.1", "localhost"))
    ran = run("produce", "--events", "-", *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (1, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert "is for another host" in ran.stderr
    assert "--no-kafka-verify-hostname" in ran.stderr
    options.append("--no-kafka-verify-hostname")
    ran = run("produce", "--events", "-", *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert 0 == ran.returncode, ran.stderr


@pytest.mark.parametrize("command", ["worker", "produce", "generate"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_wrong_password_is_said_at_once(guarded: GuardedBroker, command: str, mechanism: str) -> None:
    """One line names broker, user and mechanism, and neither the wrong password nor the right one."""
    options = login(guarded, "--kafka-sasl-mechanism", mechanism)
    options += {"worker": ["--web-port", "0", "--verbose"], "produce": ["--events", "-"], "generate": []}[command]
    ran = run(command, *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD="wrong-" + PASSWORD)
    assert (1, "") == (ran.returncode, ran.stdout), ran.stderr
    last = ran.stderr.splitlines()[-1]
    assert f"{guarded.login} refuses the Kafka user 'owner' with {mechanism}: the name or the password" in last
    assert PASSWORD not in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_sender_that_creates_nothing_says_it_too(guarded: GuardedBroker) -> None:
    """Without a look at the topics the sender's own connection is the first, and is refused in the same words."""
    options = login(guarded, "--no-create-topics", user="nobody")
    ran = run("generate", *options, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert (1, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert "refuses the Kafka user 'nobody'" in ran.stderr


def test_what_else_a_broker_refuses_is_named(guarded: GuardedBroker, tmp_path: Path) -> None:
    """An authority that nobody knows, a mechanism that is not offered, a certificate that is missing or foreign."""
    other = Authority(tmp_path, "other")
    pair, foreign = guarded.authority.sign("client"), other.sign("foreign")
    ours = ["--kafka-cert-file", str(pair.cert), "--kafka-key-file", str(pair.key)]
    theirs = ["--kafka-cert-file", str(foreign.cert), "--kafka-key-file", str(foreign.key)]
    cases: tuple[tuple[list[str], str, str, str], ...] = (
        (["--kafka-ca-file", str(other.pair.cert)], guarded.login, "is not trusted", "--kafka-ca-file"),
        (["--kafka-sasl-mechanism", "PLAIN", *ours], guarded.mutual, "does not offer PLAIN", "--kafka-sasl-mechanism"),
        ([], guarded.mutual, "refuses this client's certificate", "--kafka-cert-file"),
        (theirs, guarded.mutual, "refuses this client's certificate", "--kafka-cert-file"),
        (
            ["--kafka-security-protocol", "SASL_PLAINTEXT", "--no-kafka-verify-hostname"],
            guarded.login,
            "options for Kafka's certificates are given",
            "SASL_SSL",
        ),
    )
    for more, address, fault, remedy in cases:
        options = login(guarded, *more, at=address)
        ran = run("produce", "--events", "-", *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
        assert (True, 1) == (ran.returncode in {1, 2}, len(ran.stderr.splitlines())), ran.stderr
        assert fault in ran.stderr
        assert remedy in ran.stderr


def test_a_port_without_a_guard_is_named(guarded: GuardedBroker) -> None:
    """Who brings a password to a listener that wants none is told so, before any event is sent."""
    options = ["--brokers", guarded.cluster.bootstrap, "--kafka-security-protocol", "SASL_PLAINTEXT"]
    options += ["--kafka-user", OWNER, "--kafka-sasl-mechanism", "PLAIN"]
    ran = run("produce", "--events", "-", *options, given=EVENTS, DESKPULSE_KAFKA_PASSWORD=PASSWORD)
    assert 1 == ran.returncode
    assert "wants no password at this port" in ran.stderr.splitlines()[-1]
    assert set() == guarded.cluster.topics()
