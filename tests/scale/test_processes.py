"""Several workers under one parent, with a real Kafka: whole figures, no silence about a death, no orphan."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.commands import running
from tests.kafka import Cluster
from tests.pipeline.process import until
from tests.scale.crew import PARTITIONS, Crew

pytestmark = pytest.mark.kafka

TICKETS = 4_000


@contextmanager
def crew(desk: Cluster, folder: Path, **variables: str) -> Iterator[Crew]:
    """Run three workers, and leave none behind."""
    told = ("worker", "--processes", "3", "--web-port", "0", "--session-timeout", "4")
    log = folder / "log"
    with running(log, *told, DESKPULSE_BROKERS=desk.bootstrap, **variables) as process:
        found = Crew(process, log)
        children: list[psutil.Process] = []
        try:
            until(lambda: len(found.addresses()) == 3, "three workers tell their addresses")
            children += found.children()
            yield found
        finally:
            children += found.children()
            for child in children:
                if child.is_running():
                    child.kill()


def test_three_processes_share_the_partitions_and_end_together(desk: Cluster, tmp_path: Path) -> None:
    """Each has some, the sum of their figures is that of all, and SIGTERM to the parent ends all in order."""
    with crew(desk, tmp_path) as three:
        until(lambda: three.share(PARTITIONS), "they share all partitions")
        assert TICKETS == sum(three.shown("deskpulse_tickets"))
        children = three.children()
        three.process.send_signal(signal.SIGTERM)
        assert 0 == three.process.wait(10)
        _, alive = psutil.wait_procs(children, 0)
        assert (3, []) == (len(children), alive)
        assert "Traceback" not in three.said()


def test_a_killed_process_is_told_of_and_comes_back(desk: Cluster, tmp_path: Path) -> None:
    """One line says which it was, how it ended and what it said last; then the sum is right again."""
    with crew(desk, tmp_path) as three:
        until(lambda: three.share(PARTITIONS), "they share all partitions")
        victim = three.children()[1]
        victim.kill()
        until(lambda: "worker 2 ended by itself" in three.said(), "the parent tells of it")
        (line,) = [line for line in three.said().splitlines() if "ended by itself" in line]
        assert re.search(
            r"worker 2 ended by itself with signal 9 \(Killed\); its last lines: .+; it is started again", line
        )
        until(lambda: three.share(PARTITIONS), "it is back and has its share")
        assert TICKETS == sum(three.shown("deskpulse_tickets"))
        assert victim.pid not in {child.pid for child in three.children()}
        three.process.send_signal(signal.SIGINT)
        assert 0 == three.process.wait(10)


def test_workers_whose_parent_was_killed_end_by_themselves(desk: Cluster, tmp_path: Path) -> None:
    """They leave the group and are gone, although nobody could tell them."""
    with crew(desk, tmp_path) as three:
        children = three.children()
        three.process.kill()
        _, alive = psutil.wait_procs(children, 15)
        assert (3, []) == (len(children), alive)


def test_what_a_person_must_mend_ends_all_with_its_exit_code(kafka: Cluster, tmp_path: Path) -> None:
    """Source topics that do not fit each other: no worker is started again, and the exit code is the worker's."""
    kafka.create_topic("support.tickets", 2)
    kafka.create_topic("support.chats", 3)
    log = tmp_path / "log"
    told = ("worker", "--processes", "2", "--web-port", "0", "--brokers", kafka.bootstrap)
    with running(log, *told) as process:
        assert 1 == process.wait(60)
    assert "source topics must have equally many partitions" in log.read_text()
    assert "ended by itself with exit code 1" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert "started again" not in log.read_text()


def test_a_secret_reaches_every_process_and_no_command_line(desk: Cluster, tmp_path: Path) -> None:
    """It comes by the environment as it was given: none answers without it, and no list of processes shows it."""
    with crew(desk, tmp_path, DESKPULSE_WEB_TOKEN="a-token-nobody-sees") as three:
        assert [401] * 3 == three.statuses("/metrics")
        shown = " ".join(word for child in three.children() for word in child.cmdline())
        assert "--session-timeout 4" in shown
        assert "a-token-nobody-sees" not in shown + three.said()
