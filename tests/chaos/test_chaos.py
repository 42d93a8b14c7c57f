"""Short runs of chaos, as `python -m tests.chaos` makes long ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.__main__ import tell
from tests.chaos.plan import LEAST, MOST, Act, plan
from tests.chaos.run import Run, play
from tests.chaos.story import Telling, story
from tests.kafka import Cluster, Way


@pytest.fixture(scope="module")
def three(kafka_way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of three brokers."""
    if kafka_way.most < 3:
        pytest.skip("three brokers need Java; Docker runs one")
    with Cluster(kafka_way, tmp_path_factory.mktemp("chaos"), nodes=3) as cluster:
        yield cluster


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_done_to_workers_and_brokers_every_figure_is_that_of_a_replay(
    three: Cluster, tmp_path: Path, seed: int
) -> None:
    """In every calm each worker shows what is true, at no time more than that, and the topics hold each thing once."""
    three.clear()
    run = Run(seed, events=20_000, segments=2, length=12.0)
    report = play(run, three, tmp_path)
    assert not report.differences, tell(run, report, tmp_path)
    assert report.counted["figures"] > 0
    assert report.counted["transitions"] > 0
    assert report.counted["dead_letters"] > 0


def test_a_plan_is_its_seed_alone() -> None:
    """The same seed gives the same plan and the same story, another one another."""
    assert plan(7, 3, 20.0) == plan(7, 3, 20.0) != plan(8, 3, 20.0)
    assert story(7, 500, Telling()) == story(7, 500, Telling()) != story(8, 500, Telling())


def test_a_plan_leaves_somebody_awake_and_ends_what_it_begins() -> None:
    """At every moment a worker is awake and two brokers are; at the end of a segment two to four workers are."""
    for seed in range(200):
        made = plan(seed, 3, 20.0)
        awake, asleep, broken = set(range(made.first)), set(), False
        for segment in made.segments:
            for _, act, who in segment:
                if act is Act.START:
                    awake.add(who)
                elif act in {Act.KILL, Act.LEAVE}:
                    awake.remove(who)
                elif act is Act.SLEEP:
                    awake.remove(who)
                    asleep.add(who)
                elif act is Act.WAKE:
                    asleep.remove(who)
                    awake.add(who)
                else:
                    ends = act in {Act.START_BROKER, Act.RECONNECT}
                    assert broken == ends, (seed, act)
                    broken = not ends
                assert awake, (seed, segment)
            assert LEAST <= len(awake) <= MOST
            assert not asleep
            assert not broken
