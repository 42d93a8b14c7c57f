"""Every alert fires when it should, not a step sooner, and for nothing else; played with `promtool test rules`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stream.core.policy import default_policy
from stream.tools.rules import RuleTables
from tests.rules.film import STEP_S, Ago, Cut, Scene
from tests.rules.promtool import Groups, Shot, firing, needed, never, play, scene_test
from tests.rules.stories import DARK, HEALTH, Story, silent_source, stories

pytestmark = pytest.mark.slow

STORIES = list(stories(default_policy()))
each_story = pytest.mark.parametrize("story", STORIES, ids=str)
each_desk_story = pytest.mark.parametrize("story", [one for one in STORIES if one.watches_desk], ids=str)
CALM_S = 300
WEEK_S = 7 * 86_400
COARSE_S = 30
"""Seconds between two samples where nothing happens: the shortest time that any alert waits."""


def well(story: Story) -> Scene:
    """A healthy monitor and a desk without trouble."""
    return {**HEALTH, **story.good}


def ill(story: Story) -> Scene:
    """The trouble that makes the alert fire."""
    return {**HEALTH, **story.bad}


def test_every_alert_has_its_stories(tables: RuleTables) -> None:
    """No rule is without a story of its own, and no story is of an alert that there is not."""
    told = {
        (alert.name, tuple(sorted(alert.all_labels().items())))
        for alert in tables.alerts()
        for story in STORIES
        if alert.name == story.alert
        and all(text == alert.all_labels().get(name, text) for name, text in story.labels.items())
    }
    rules = {(alert.name, tuple(sorted(alert.all_labels().items()))) for alert in tables.alerts()}
    apart = {"DeskpulseWatchdog", "DeskpulseSourceSilent"}
    assert apart == {name for name, _ in rules - told}
    assert {story.alert for story in STORIES} <= {name for name, _ in rules}


@each_story
def test_it_fires_in_time_and_resolves(story: Story, rules: Groups, tmp_path: Path) -> None:
    """It fires when its condition has held for its time, not a step sooner, and ends when all has been well for its."""
    onset, offset = story.onset
    length = story.wait + onset + 300
    bad, good = CALM_S, CALM_S + length
    end = good + offset + story.keep
    cuts = [Cut(CALM_S, well(story)), Cut(length, ill(story)), Cut(offset + story.keep + 600, well(story))]
    shots = [Shot(bad - STEP_S, fires=False), Shot(bad + story.wait - STEP_S, fires=False)]
    shots += [
        Shot(bad + onset + story.wait, fires=True),
        Shot(good - STEP_S, fires=True),
        Shot(end + STEP_S, fires=False),
    ]
    if story.keep:
        shots.append(Shot(good + story.keep - STEP_S, fires=True))
    expected = [firing(story.alert, story.labels, shot) for shot in shots]
    play(needed(rules, story.alert), [scene_test(str(story), cuts, expected)], tmp_path)


@each_story
def test_it_is_silent_for_anything_else(story: Story, rules: Groups, tmp_path: Path) -> None:
    """It never fires without traffic, with a short window that has recovered, nor below the minimum of events."""
    scenes = {"no traffic": {}, "all is well": story.good, **story.quiet}
    play(needed(rules, story.alert), _never(story, scenes), tmp_path, COARSE_S)


@each_story
def test_a_restart_makes_no_alert(story: Story, rules: Groups, tmp_path: Path) -> None:
    """A worker that is gone for twenty seconds and counts from zero again changes nothing at a desk that is well."""
    if story.alert == "DeskpulseWorkerGone":
        gone: Scene = dict.fromkeys(HEALTH)
    else:
        gone = DARK
    scene = {name: value for name, value in well(story).items() if name not in DARK}
    cuts = [Cut(1_200, well(story)), Cut(STEP_S, {**dict.fromkeys(scene), **gone}), Cut(1_200, well(story))]
    end = 2_400
    play(needed(rules, story.alert), [scene_test(str(story), cuts, [never(story.alert, story.labels, end)])], tmp_path)


@each_desk_story
def test_blindness_neither_fires_nor_resolves(story: Story, rules: Groups, tmp_path: Path) -> None:
    """What an incomplete or old picture shows makes no alert; one that fires goes on while the worker is gone."""
    half = {**ill(story), "deskpulse_partitions_ready": 2}
    old = {**ill(story), 'deskpulse_data_timestamp_seconds{partition="9"}': Ago(900)}
    play(needed(rules, story.alert), _never(story, {"half": half, "old": old}), tmp_path, COARSE_S)
    length = story.wait + 120
    away = story.keep - 2 * STEP_S
    lost = {**dict.fromkeys(ill(story)), **DARK}
    cuts = [Cut(length, ill(story)), Cut(away, lost), Cut(300, ill(story))]
    shots = [Shot(at, fires=True) for at in (length, length + away - STEP_S, length + away, length + away + 285)]
    expected = [firing(story.alert, story.labels, shot) for shot in shots]
    play(needed(rules, story.alert), [scene_test("gone", cuts, expected)], tmp_path)


def test_the_watchdog_always_fires(rules: Groups, tmp_path: Path) -> None:
    """It fires with a desk, without one, and without a worker."""
    expected = [firing("DeskpulseWatchdog", {}, Shot(at, fires=True)) for at in (0, 285, 585)]
    cuts = [Cut(300, HEALTH), Cut(300, DARK)]
    play(needed(rules, "DeskpulseWatchdog"), [scene_test("watchdog", cuts, expected)], tmp_path)


@pytest.mark.parametrize(
    ("week_before", "fires"),
    [(Ago(60), True), (Ago(840), True), (Ago(960), False)],
    ids=["busy", "slow", "silent"],
)
def test_a_source_is_missed_only_where_it_is_never_silent(
    week_before: Ago, fires: bool, rules: Groups, tmp_path: Path
) -> None:
    """Half an hour without an event is an alert if a week before it was never silent for a quarter of one."""
    step = 300
    before, after = silent_source(week_before)
    cuts = [Cut(WEEK_S, {**HEALTH, **before}), Cut(3_600, {**HEALTH, **after}), Cut(600, {**HEALTH, **before})]
    silent = WEEK_S + 1_800 + 300
    shots = [
        Shot(silent - step, fires=False),
        Shot(silent + 2 * step, fires=fires),
        Shot(WEEK_S + 3_600 + 540, fires=False),
    ]
    labels = {"topic": "support.tickets", "source": "zendesk"}
    expected = [firing("DeskpulseSourceSilent", labels, shot) for shot in shots]
    play(needed(rules, "DeskpulseSourceSilent"), [scene_test("silence", cuts, expected, step)], tmp_path, step)


def _never(story: Story, scenes: Mapping[str, Scene]) -> list[dict[str, Any]]:
    """Scenes that stay as they are for ten minutes longer than the alert would wait, in which it never fires."""
    length = story.wait + story.onset[0] + 600
    return [
        scene_test(
            name, [Cut(length + COARSE_S, {**HEALTH, **scene})], [never(story.alert, story.labels, length)], COARSE_S
        )
        for name, scene in scenes.items()
    ]
