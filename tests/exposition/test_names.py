"""The table of names: complete, well formed, and what the documents and the exporter say."""

from __future__ import annotations

import re

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from stream.core.policy import Policy
from stream.core.shard import Shard
from stream.edge.exposition import DeskpulseCollector
from stream.edge.exposition.names import Kind, Name, every_name
from stream.edge.exposition.reference import reference
from stream.edge.pipeline import Reading
from tests.conftest import ROOT
from tests.core.build import at, chat
from tests.exposition.worker import StillWorker

BY_FAMILY = {name.family: name for name in every_name()}
SOME = {("support.tickets", "x"): 1}


def exported(policy: Policy, desk: tuple[Shard, ...]) -> list[Metric]:
    """Return the families of a worker where everything has happened."""
    waiting = Shard(policy, len(desk))
    for each in (chat("started", "09:00", channel="voice", handled_by="queue"), chat("queued", "09:00", queue="tech")):
        waiting.apply(each)
    waiting.advance(at("09:00"))
    worker = StillWorker(
        (*desk, waiting),
        reads=[Reading("support.tickets", 0, 1, 2)],
        events_total=SOME,
        rejected_total=SOME,
        last_events=SOME,
    )
    return list(DeskpulseCollector(worker, policy, with_process=False).collect())


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


def test_what_is_exported_stands_in_the_table(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """Family, type, help, series and labels of everything exported are those of the table, and all of it can appear."""
    seen = set()
    for family in exported(policy, desk):
        name = BY_FAMILY[family.name]
        assert (name.kind.value, name.text, name.unit) == (family.type, family.documentation, family.unit)
        assert {sample.name for sample in family.samples} == set(name.series)
        assert all(labels_of(sample) == set(name.labels(policy.group_by)) for sample in family.samples), name
        seen.add(family.name)
    assert seen == set(BY_FAMILY)


def test_no_label_names_a_person_or_a_subject(policy: Policy, desk: tuple[Shard, ...]) -> None:
    """Nothing that grows with the number of tickets, agents or customers is a label."""
    known = {"queue", "channel", "priority", "window", "clock", "state", "status", "outcome", "target", "le"}
    known |= {"topic", "type", "reason", "partition", "source", "schedule", "formula", "version", "policy"}
    found = {label for family in exported(policy, desk) for sample in family.samples for label in sample.labels}
    assert found <= known


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


def test_no_other_module_spells_a_name() -> None:
    """A metric's name stands in one module only, so that it can be changed there."""
    spelled = {
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "stream").rglob("*.py")
        if path.name not in {"names.py", "reference.py"}
        for found in re.findall(r"\bdeskpulse_[a-z_]+", path.read_text("utf-8"))
        if any(found.startswith(name) for name in BY_FAMILY)
    }
    assert spelled == set()


def test_units_are_told_where_the_name_has_one() -> None:
    """Seconds and records are units, a count has none."""
    assert "seconds" == Name("deskpulse_x_seconds", Kind.GAUGE, next(iter(BY_FAMILY.values())).section, "X.").unit
    assert "" == BY_FAMILY["deskpulse_tickets"].unit
    assert "records" == BY_FAMILY["deskpulse_lag_records"].unit
