"""The table of names: complete, well formed, and what the documents and the exporter say."""

from __future__ import annotations

import re

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from stream.core.formulas import FORMULAS, KEYS
from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.kpi_reference import kpi_reference
from stream.edge.exposition.metric import Kind, Name
from stream.edge.exposition.names import every_name
from stream.edge.exposition.reference import reference
from stream.edge.pipeline import Reading
from tests.conftest import ROOT
from tests.core.build import at, chat, created
from tests.exposition.busy import busy_events, busy_policy, spread
from tests.exposition.worker import StillWorker

BY_FAMILY = {name.family: name for name in every_name()}
SOME = {("support.tickets", "x"): 1}


COMPARED = {"rules", "dashboards"}
"""Rooms whose expressions are compared with the table by tests of their own."""
EVERYTHING = "{export: true, max: 3}"


def exported(policy: Policy, shards: tuple[Shard, ...]) -> list[Metric]:
    """Return the families of a worker where everything has happened."""
    waiting = Shard(policy, len(shards))
    for each in (chat("started", "10:30", channel="voice", handled_by="queue"), chat("queued", "10:30", queue="tech")):
        waiting.apply(each)
    waiting.apply(created("10:30"))
    waiting.advance(at("10:30"))
    worker = StillWorker(
        (*shards, waiting),
        reads=[Reading("support.tickets", 0, 1, 2)],
        events_total=SOME,
        rejected_total=SOME,
        last_events=SOME,
    )
    return list(DeskpulseCollector(worker, policy, with_process=False).collect())


@pytest.fixture(scope="module")
def families() -> tuple[Policy, list[Metric]]:
    """A policy that asks for everything, and all families under it."""
    policy = busy_policy(customers="{lifespan: 90d}", agents=EVERYTHING)
    return policy, exported(policy, spread(policy, busy_events(), 2))


def labels_of(sample: Sample) -> set[str]:
    """Return the names of a sample's labels, without a bucket's bound."""
    return set(sample.labels) - {"le"}


def test_each_name_stands_once() -> None:
    """No two metrics share a family or a series."""
    series = [series for name in every_name() for series in name.series]
    assert len(BY_FAMILY) == len(list(every_name()))
    assert len(series) == len(set(series))


def test_names_follow_the_conventions() -> None:
    """Prefix, characters, units and suffixes are as Prometheus asks for them; each has one sentence of help."""
    for name in every_name():
        assert re.fullmatch(r"deskpulse_[a-z][a-z_]*[a-z]", name.family), name.family
        assert name.kind is Kind.GAUGE_HISTOGRAM or not re.search(r"_(sum|count|bucket|total|info)$", name.family)
        assert re.fullmatch(r"[A-Z1].+\.", name.text), name.text
        assert all(re.fullmatch(r"[a-z]+", label) for label in name.labels(("queue", "channel", "priority")))


def test_what_is_exported_stands_in_the_table(families: tuple[Policy, list[Metric]]) -> None:
    """Family, type, help, series and labels of everything exported are those of the table, and all of it can appear."""
    policy, found = families
    seen = set()
    for family in found:
        name = BY_FAMILY[family.name]
        assert (name.kind.value, name.text, name.unit) == (family.type, family.documentation, family.unit)
        assert {sample.name for sample in family.samples} == set(name.series)
        assert all(labels_of(sample) == set(name.labels(policy.group_by)) for sample in family.samples), name
        seen.add(family.name)
    assert seen == set(BY_FAMILY)


def test_no_label_names_a_person_or_a_subject(families: tuple[Policy, list[Metric]]) -> None:
    """Nothing that grows with the number of tickets, agents or customers is a label, unless the policy asks for it."""
    known = {"queue", "channel", "priority", "window", "clock", "state", "status", "outcome", "target", "le"}
    known |= {"topic", "type", "reason", "partition", "source", "schedule", "formula", "version", "policy"}
    known |= {"kpi", "edge", "currency"}
    _, found = families
    assert {label for family in found for sample in family.samples for label in sample.labels} == {*known, "agent"}
    silent = busy_policy(agents="{export: false}")
    unasked = exported(silent, spread(silent, busy_events(), 2))
    assert {label for family in unasked for sample in family.samples for label in sample.labels} == known


def test_the_reference_is_what_the_table_generates() -> None:
    """docs/metrics.md is made again whenever a name changes."""
    written = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert reference().rstrip("\n") + "\n" == written, (
        "run: python -m stream.edge.exposition.reference > docs/metrics.md"
    )


def test_the_reference_tells_of_every_series() -> None:
    """Every series and every label of the table stands in the page."""
    page = reference()
    for name in every_name():
        assert all(f"`{series}`" in page for series in name.series)
        assert name.text in page


def test_the_reference_of_figures_is_what_the_table_generates() -> None:
    """docs/kpis.md is made again whenever a formula changes."""
    written = (ROOT / "docs" / "kpis.md").read_text("utf-8")
    assert kpi_reference().rstrip("\n") + "\n" == written, (
        "run: python -m stream.edge.exposition.kpi_reference > docs/kpis.md"
    )


def test_the_reference_of_figures_tells_of_every_figure_and_of_nothing_else() -> None:
    """Every key that may have a band has its heading, every part its row, and every series in it is exported."""
    page = kpi_reference()
    headings = re.findall(r"^### `(\w+)`$", page, re.MULTILINE)
    assert set(KEYS) <= set(headings)
    assert len(headings) == len(set(headings))
    for row in FORMULAS:
        assert f"{row.text[1:]}.\n" in page
        assert all(f"\n| `{part}` |" in page for _, part in (*row.numerator, *row.denominator))
    series = {one for name in every_name() for one in name.series}
    spelled = set(re.findall(r"\bdeskpulse_\w+", page)) - {"deskpulse_window_", "deskpulse_customers_"}
    assert spelled <= series


def test_no_other_module_spells_a_name() -> None:
    """A metric's name stands in one module only, so that it can be changed there."""
    spelled = {
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "stream").rglob("*.py")
        if path.name not in {"names.py", "reference.py", "kpi_reference.py"} and path.parent.name not in COMPARED
        for found in re.findall(r"\bdeskpulse_[a-z_]+", path.read_text("utf-8"))
        if any(found.startswith(name) for name in BY_FAMILY)
    }
    assert spelled == set()


def test_units_are_told_where_the_name_has_one() -> None:
    """Seconds and records are units, a count has none."""
    assert "seconds" == Name("deskpulse_x_seconds", Kind.GAUGE, next(iter(BY_FAMILY.values())).section, "X.").unit
    assert "" == BY_FAMILY["deskpulse_tickets"].unit
    assert "records" == BY_FAMILY["deskpulse_lag_records"].unit
