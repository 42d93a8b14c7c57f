"""`deskpulse worker` and `deskpulse produce` as people type them."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from stream.core.events import decode
from tests.commands import run, running
from tests.kafka import Cluster, Message
from tests.pipeline.build import created
from tests.pipeline.process import until


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["worker"], "--brokers"),
        (["worker", "--brokers", "localhost"], "'localhost': host:port is expected"),
        (["worker", "--brokers", "localhost:1", "--policy", "nowhere.yaml"], "nowhere.yaml"),
        (["worker", "--brokers", "localhost:1", "--clock", "sun"], "'sun'"),
        (["worker", "--brokers", "localhost:1", "--config", "nowhere.toml"], "nowhere.toml"),
        (["produce", "--events", "nowhere.jsonl", "--brokers", "localhost:1"], "nowhere.jsonl"),
        (["produce", "--events", "-", "--brokers", "localhost"], "'localhost'"),
        (["produce", "--events", "-", "--brokers", "localhost:1", "--speed", "0"], "--speed"),
    ],
)
def test_wrong_use_is_one_line_that_names_the_fault(arguments: list[str], words: str) -> None:
    """Exit code 2, no traceback."""
    ran = run(*arguments, given=b"")
    assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert words in ran.stderr


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("o.yaml", "brokerz: localhost:1\n", "'brokerz'"),
        ("o.yaml", "- brokers\n", "option: value"),
        ("o.yaml", "a: [\n", "YAML or TOML"),
        ("o.toml", "brokers = \n", "YAML or TOML"),
    ],
)
def test_a_wrong_file_of_options_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    """The path and what was expected."""
    path = tmp_path / name
    path.write_text(text)
    ran = run("worker", "--config", str(path))
    assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines()))
    assert str(path) in ran.stderr
    assert words in ran.stderr


def test_a_port_that_is_taken_is_named() -> None:
    """Before any broker is looked for."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = run("worker", "--brokers", "127.0.0.1:1", "--web-port", port)
    assert ran.returncode == 2
    assert port in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr


def test_produce_without_a_broker_is_one_line(tmp_path: Path) -> None:
    """It names the address and what to do."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(created(1) + b"\n")
    ran = run("produce", "--events", str(path), "--brokers", "127.0.0.1:1")
    assert (1, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert "127.0.0.1:1" in ran.stderr


@pytest.mark.kafka
def test_a_worker_takes_its_options_from_anywhere_and_ends_on_a_signal(kafka: Cluster, tmp_path: Path) -> None:
    """The command line beats the environment, which beats the file; it says its address; Ctrl-C ends it with code 0."""
    config = tmp_path / "worker.toml"
    config.write_text('brokers = "127.0.0.1:1"\ngroup = "filed"\npartitions = 3\nweb-port = 0\n')
    log = tmp_path / "log"
    typed = ("worker", "--config", str(config), "--group", "typed")
    with running(log, *typed, DESKPULSE_BROKERS=kafka.bootstrap, DESKPULSE_GROUP="env") as process:
        until(lambda: "ready: 3 of 3 partitions" in log.read_text(), "the worker is ready")
        said = log.read_text()
        assert f"brokers {kafka.bootstrap}, group typed, live clock" in said
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found is not None
        with urllib.request.urlopen(found[0] + "readyz", timeout=5) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(3) == 0
    assert len(log.read_text().splitlines()) <= 10


@pytest.mark.kafka
def test_produce_sends_each_event_to_its_topic_and_key_and_names_bad_lines(kafka: Cluster, tmp_path: Path) -> None:
    """As they are, in order; bad lines and unknown types are told by number, and the exit code is 1."""
    chat: dict[str, Any] = {
        "type": "chat.started",
        "event_id": "c",
        "occurred_at": "2026-03-02T09:00:00Z",
        "chat_id": "C1",
    }
    chat |= {"channel": "chat", "queue": "billing", "handled_by": "queue", "extra": [1, 2]}
    lines = [created(1), json.dumps(chat).encode(), b"nonsense", b"", created(1, event_id="x"), b'{"type": "new.kind"}']
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines)))
    ran = run("produce", "--events", str(path), "--brokers", kafka.bootstrap)
    assert ran.returncode == 1
    assert f"{path}:3: " in ran.stderr
    assert f"{path}:6: " in ran.stderr
    assert "3 events sent" in ran.stderr
    tickets, chats = kafka.read("support.tickets"), kafka.read("support.chats")
    assert [(b"T1", lines[0]), (b"T1", lines[4])] == [(r.key, r.value) for r in tickets]
    assert [(b"C1", lines[1])] == [(r.key, r.value) for r in chats]
    assert len(kafka.partitions("support.tickets")) == 4


@pytest.mark.kafka
def test_produce_keys_as_kafkas_own_clients_do(kafka: Cluster, tmp_path: Path) -> None:
    """The partition of a key is the one that a Java or C client with murmur2 chooses."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(created(number) for number in range(200)))
    kafka.create_topic("other", 4)
    kafka.produce("other", [Message(created(number), f"T{number}".encode()) for number in range(200)])
    assert run("produce", "--events", str(path), "--brokers", kafka.bootstrap).returncode == 0
    places = [{(r.key, r.partition) for r in kafka.read(topic)} for topic in ("other", "support.tickets")]
    assert places[0] == places[1]
    assert len({partition for _, partition in places[0]}) == 4


@pytest.mark.kafka
def test_produce_from_standard_input_in_order_of_time_at_a_speed_and_from_now(kafka: Cluster) -> None:
    """With --now the first event is now and the others keep their distance; at speed 20 they come that much sooner."""
    lines = [created(number, seq=number) for number in (40, 0, 20)]
    with_now = ("produce", "--events", "-", "--brokers", kafka.bootstrap, "--speed", "20", "--now")
    ran = run(*with_now, given=b"\n".join(lines))
    assert ran.returncode == 0, ran.stderr
    assert float(re.findall(r"in ([\d.]+) s", ran.stderr)[0]) >= 2.0
    sent: list[Any] = [(decode(r.value), r.timestamp_ms) for r in kafka.read("support.tickets")]
    sent.sort(key=lambda pair: pair[0].at)
    assert [0, 20, 40] == [event.seq for event, _ in sent]
    assert [20_000_000, 20_000_000] == [sent[i + 1][0].at - sent[i][0].at for i in range(2)]
    assert [event.at // 1_000 for event, _ in sent] == [stamp for _, stamp in sent]
