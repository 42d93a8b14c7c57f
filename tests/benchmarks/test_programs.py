"""Each program runs, and what it measures was really done."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.desk import until_now
from benchmarks.growth import Desk
from benchmarks.latency import quantile
from benchmarks.limits import series_of
from benchmarks.measured import Measured
from benchmarks.worker_process import sum_of
from stream.core.events import decode
from tests.conftest import ROOT
from tests.kafka import Way

PROGRAMS = ("", ".calendar", ".growth", ".latency", ".limits", ".memory", ".recovery", ".scaleout", ".scrape")
SCRAPE = """\
# TYPE events gauge
events{queue="a",window="1h"} 1.5
events{queue="b",window="1h"} 2
events{queue="a",window="24h"} 4
events_timestamp_seconds{queue="a"} 7
lag 3
"""


def run(module: str, *arguments: str | Path) -> str:
    """Run a program to its end, which must be a good one, and return what it printed."""
    command = [sys.executable, "-m", f"benchmarks{module}", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, timeout=240, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("module", PROGRAMS)
def test_each_program_says_what_it_measures(module: str) -> None:
    """A program starts, and its help tells its options."""
    assert "--help" in run(module, "--help")


@pytest.mark.kafka
def test_contestants_read_every_event_and_count_it(kafka_way: Way, tmp_path: Path) -> None:
    """Each contestant in Python has read its share of the events, and the counts of its job add up to that."""
    written = tmp_path / "runs.json"
    run("", "--only", "job,worker-none,faust", "--events", "2000", "--rounds", "1", "--json", written)
    runs = json.loads(written.read_text())["runs"]
    assert {"bare": 2000, "job": 2000, "worker-none": 2000, "faust": 200} == {
        name: told["rounds"][0]["events"] for name, told in runs.items()
    }
    assert {"bare": 0, "job": 2000, "worker-none": 2000, "faust": 200} == {
        name: told["rounds"][0]["counted"] for name, told in runs.items()
    }


@pytest.mark.kafka
@pytest.mark.slow
def test_a_hot_ticket_gives_the_figures_of_replay(kafka_way: Way) -> None:
    """The program that compares a worker with `replay` finds no difference, and says so by its end."""
    assert "messages of one ticket" in run(".limits", "--only", "hot", "--events", "2000")


def test_a_growing_desk_keeps_its_number_of_open_tickets() -> None:
    """What comes next changes which tickets are open, and not their number, and no event comes twice."""
    desk = Desk(40, "none")
    cost = desk.cost(400)
    assert cost > 0
    assert 0 == desk.shard.counts.duplicates
    stories = [story for story in desk.shard.explain_all() if story["status"] != "solved"]
    assert 40 == len(stories)


def test_a_desk_until_now_ends_now() -> None:
    """The last event happens now and none later, so that a worker on the live clock rejects none."""
    before = datetime.now(UTC)
    times = [event.occurred_at for _, message in until_now(500) if (event := decode(message.value)) is not None]
    assert 500 == len(times)
    assert sorted(times) == times
    assert before - timedelta(seconds=1) <= times[-1] <= datetime.now(UTC)


def test_a_scrape_is_summed_by_labels() -> None:
    """Only series of that very name that have the labels count."""
    assert 7.5 == sum_of(SCRAPE, "events")
    assert 5.5 == sum_of(SCRAPE, "events", queue="a")
    assert 3 == sum_of(SCRAPE, "lag")


def test_folded_queues_are_compared_as_sums() -> None:
    """Queues are added up exactly, and times, which no sum makes sense of, are left out."""
    assert {'events{window="1h"}': Decimal("3.5"), 'events{window="24h"}': Decimal(4), "lag{}": Decimal(3)} == (
        series_of(SCRAPE, folded=True)
    )
    assert 5 == len(series_of(SCRAPE, folded=False))


def test_quantiles_are_those_of_the_list() -> None:
    """The nearest value of an ordered list, its last one at the end."""
    hundred = [float(number) for number in range(100)]
    assert (50.0, 99.0, 99.0) == tuple(quantile(hundred, share) for share in (0.5, 0.99, 1.0))


def test_what_a_contestant_tells_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    """The line of a run comes back as it was, whatever was printed before it."""
    told = Measured(100, 90, 0.5, 0.25, 12.5)
    told.tell()
    assert told == Measured.heard("something else\n" + capsys.readouterr().out)
    assert 200.0 == told.rate
