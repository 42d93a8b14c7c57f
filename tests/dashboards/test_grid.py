"""What can be said of the dashboards without looking at a figure."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from stream.core.policy import Band, default_policy
from stream.tools.dashboards import NAMES, palette
from stream.tools.dashboards.wall import ROWS
from tests.dashboards.panels import DASHBOARDS, every_panel

CELL, GAP, PADDING, SCREEN = 30, 8, 16, 1080
"""Pixels of Grafana 9.4 in kiosk mode: a row of the grid, between two, around the grid, and of a screen."""

PANELS = list(every_panel())
each_panel = pytest.mark.parametrize(("name", "panel"), PANELS, ids=[f"{name}-{panel['id']}" for name, panel in PANELS])
each_dashboard = pytest.mark.parametrize("name", sorted(DASHBOARDS))

TYPES = frozenset({"stat", "bargauge", "timeseries", "table", "heatmap"})
COLOURS = frozenset({"thresholds", "palette-classic", "fixed"})
TRANSFORMATIONS = frozenset({"merge", "organize"})
MATCHERS = frozenset({"byName", "byRegexp", "byFrameRefID"})
GROUNDS = frozenset({"background", "value", "none"})
"""What these dashboards use of Grafana, and 9.4 has."""


def test_the_six_dashboards_are_there_under_their_fixed_uids() -> None:
    """Links of alerts lead to `/d/deskpulse-<name>`, so each name has its file and its uid."""
    assert {name: f"deskpulse-{name}" for name in NAMES} == {
        name: dashboard["uid"] for name, dashboard in DASHBOARDS.items() if name in NAMES
    }


@each_dashboard
def test_panels_lie_side_by_side(name: str) -> None:
    """No panel leaves the 24 columns, and no two cover each other."""
    boxes = [panel["gridPos"] for panel in DASHBOARDS[name]["panels"]]
    assert [] == [box for box in boxes if box["x"] < 0 or box["x"] + box["w"] > 24]
    assert [] == [(one, other) for one, other in combinations(boxes, 2) if _overlap(one, other)]


@each_dashboard
def test_no_row_of_a_dashboard_has_a_hole(name: str) -> None:
    """The panels cover the whole rectangle from the first row to the last."""
    boxes = [panel["gridPos"] for panel in DASHBOARDS[name]["panels"]]
    assert 24 * max(box["y"] + box["h"] for box in boxes) == sum(box["w"] * box["h"] for box in boxes)


def test_the_wall_needs_no_scrolling() -> None:
    """At 1920x1080 in kiosk mode the lowest panel ends above the lower edge of the screen."""
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in DASHBOARDS["wall"]["panels"])
    assert rows == ROWS
    assert rows * (CELL + GAP) - GAP + 2 * PADDING <= SCREEN


def test_the_wall_has_five_to_seven_figures_each_with_its_goal_and_its_word() -> None:
    """Every large figure with a spark line has a goal and a verdict right below it, as wide as itself together."""
    panels = DASHBOARDS["wall"]["panels"]
    big = [panel for panel in panels if panel["type"] == "stat" and panel["options"]["graphMode"] == "area"]
    assert 5 <= len(big) <= 7
    for panel in big:
        box = panel["gridPos"]
        below = [
            other
            for other in panels
            if other["gridPos"]["y"] == box["y"] + box["h"] and box["x"] <= other["gridPos"]["x"] < box["x"] + box["w"]
        ]
        assert ["Goal", "Verdict"] == [other["title"] for other in below]
        assert box["w"] == sum(other["gridPos"]["w"] for other in below)
        assert [target["expr"] for target in panel["targets"]] == [target["expr"] for target in below[1]["targets"]]


@each_panel
def test_every_panel_explains_itself(name: str, panel: dict[str, Any]) -> None:
    """It has a title, a description with its formula, a unit, a text for no data, and asks the chosen source."""
    assert panel["title"]
    assert "Formula: " in panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["fieldConfig"]["defaults"]["noValue"]
    assert {"type": "prometheus", "uid": "${datasource}"} == panel["datasource"]
    assert [] == [target for target in panel["targets"] if target["datasource"] != panel["datasource"]]


@each_panel
def test_a_single_figure_is_never_an_old_one(name: str, panel: dict[str, Any]) -> None:
    """Without a spark line a figure is asked for as of now; on the wall one with a spark line says when it is blind."""
    if panel["type"] == "stat" and panel["options"]["graphMode"] == "none":
        assert [True] == [target["instant"] for target in panel["targets"]]
    if name == "wall" and panel["type"] == "stat" and panel["options"]["graphMode"] == "area":
        texts = [each["options"]["result"]["text"] for each in panel["fieldConfig"]["defaults"]["mappings"]]
        assert ["■ blind", panel["fieldConfig"]["defaults"]["noValue"]] == texts


@each_panel
def test_what_is_missing_is_neither_good_nor_bad(name: str, panel: dict[str, Any]) -> None:
    """Grafana paints a missing value like the lowest one, so that each figure and each coloured cell maps it away."""
    config = panel["fieldConfig"]
    painted = [config["defaults"]] if panel["type"] in {"stat", "bargauge"} else []
    given = [{each["id"]: each["value"] for each in override["properties"]} for override in config["overrides"]]
    painted += [cell for cell in given if "custom.cellOptions" in cell]
    for each in painted:
        (missing,) = [mapping["options"] for mapping in each["mappings"] if mapping["type"] == "special"]
        assert ("null+nan", each["noValue"]) == (missing["match"], missing["result"]["text"])
        assert missing["result"]["color"] not in {palette.GOOD, palette.FAIR, palette.BAD}


@each_panel
def test_the_value_of_a_table_has_its_heading(name: str, panel: dict[str, Any]) -> None:
    """Grafana names the value of a single query `Value`, and of several `Value #A` and so on."""
    if panel["type"] != "table":
        return
    letters = [target["refId"] for target in panel["targets"]]
    names = [f"Value #{letter}" for letter in letters] if len(letters) > 1 else ["Value"]
    (organized,) = [each["options"] for each in panel["transformations"] if each["id"] == "organize"]
    assert set(names) == {name for name in organized["renameByName"] if name.startswith("Value")}


@each_dashboard
def test_variables_of_a_dashboard_do_not_share_an_id(name: str) -> None:
    """Of several variables with one id Grafana 9.4 keeps the last, and no panel finds its source any more."""
    variables = DASHBOARDS[name]["templating"]["list"]
    assert len(variables) == len({each.get("id", each["name"]) for each in variables})


@each_dashboard
def test_an_event_is_a_line_and_no_ground(name: str) -> None:
    """An event has a sample at its beginning only: of several in a row Grafana makes a ground that hides the panel."""
    events = DASHBOARDS[name]["annotations"]["list"]
    assert events
    for event in events:
        now, before = event["expr"].split(" unless ")
        assert now == before.replace(" offset $__interval", "") != before


@each_panel
def test_a_panel_uses_nothing_that_grafana_9_4_lacks(name: str, panel: dict[str, Any]) -> None:
    """Its type, colour modes, grounds, matchers and transformations are of those that 9.4 has."""
    config = panel["fieldConfig"]
    assert panel["type"] in TYPES
    assert panel["options"].get("colorMode", "none") in GROUNDS
    assert config["defaults"]["color"]["mode"] in COLOURS
    assert {each["id"] for each in panel.get("transformations", [])} <= TRANSFORMATIONS
    assert {each["matcher"]["id"] for each in config["overrides"]} <= MATCHERS
    given = {each["id"]: each["value"] for override in config["overrides"] for each in override["properties"]}
    assert given.get("color", {"mode": "fixed"})["mode"] in COLOURS
    assert ("custom.displayMode" in given) == ("custom.cellOptions" in given)


@each_panel
def test_ranges_of_mappings_have_two_ends(name: str, panel: dict[str, Any]) -> None:
    """Grafana 9.4 takes an open end for 0, so that every range is closed."""
    found = [each for each in panel["fieldConfig"]["defaults"].get("mappings", []) if each["type"] == "range"]
    assert [] == [each for each in found if None in {each["options"].get("from"), each["options"].get("to")}]


@each_dashboard
def test_one_variable_names_the_source_and_its_default_is_provisioned(name: str) -> None:
    """The variable `datasource` is there once, and starts with the uid of the provisioned Prometheus."""
    variables = DASHBOARDS[name]["templating"]["list"]
    (source,) = [variable for variable in variables if variable["type"] == "datasource"]
    assert ("datasource", "prometheus") == (source["name"], source["current"]["value"])


@pytest.mark.parametrize(
    ("band", "value", "word"),
    [
        (Band(good=0.8, bad=0.7), 0.8, "▲ good"),
        (Band(good=0.8, bad=0.7), 0.79, "◆ fair"),
        (Band(good=0.8, bad=0.7), 0.69, "▼ bad"),
        (Band(good=20, bad=60), 19, "▲ good"),
        (Band(good=20, bad=60), 60, "▼ bad"),
        (Band(good=0.9, bad=0.9), 0.9, "▲ good"),
        (Band(good=50, bad=0), -20, "▼ bad"),
        (Band(good=50, bad=0), palette.BLIND, "■ blind"),
        (None, 5, "● no goal"),
    ],
)
def test_the_word_beside_a_colour(band: Band | None, value: float, word: str) -> None:
    """The first mapping whose range holds the value, as Grafana reads them, says the word of its band."""
    ranges: list[dict[str, Any]] = json.loads(json.dumps(palette.words(band), cls=JSONEncoder))
    first = next(each["options"] for each in ranges if each["options"]["from"] <= value <= each["options"]["to"])
    assert word == first["result"]["text"]


def test_colours_of_objectives_lie_between_the_lowest_and_the_highest() -> None:
    """Without a band of its own, attainment is good from the highest objective on and bad below the lowest."""
    policy = default_policy()
    found = palette.band_of(policy, "sla_attainment", "first_response")
    objectives = [target.objective for target in policy.targets if target.clock == "first_response"]
    assert Band(good=max(objectives), bad=min(objectives)) == found


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )
