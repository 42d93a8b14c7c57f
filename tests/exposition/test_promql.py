"""Formulas as PromQL: what cannot be asked is refused, rather than answered wrongly."""

from __future__ import annotations

import pytest

from stream.core.formulas import BY_KEY, FORMULAS, Better, Formula, Scope, Unit
from stream.edge.exposition.parts import PARTS
from stream.edge.exposition.promql import expression, labels_of


def made_of(*numerator: tuple[int, str], denominator: str = "solved") -> Formula:
    """Return a formula that nobody has."""
    return Formula("x", "x", Unit.RATIO, Better.MORE, "nobody", numerator, ((1, denominator),))


def test_every_part_of_every_formula_has_a_series() -> None:
    """Whatever a row of the table names, Prometheus can find."""
    assert {name for row in FORMULAS for _, name in (*row.numerator, *row.denominator)} <= set(PARTS)


@pytest.mark.parametrize("row", FORMULAS, ids=lambda row: f"{row.key} {row.member}".strip())
def test_a_figure_is_had_by_the_labels_that_all_of_its_parts_have(row: Formula) -> None:
    """Each of these labels gives an expression, and any other one is refused."""
    whole = expression(row, "1h", by="")
    if row.scope is Scope.PERIOD:
        assert whole == expression(row, "1h")
        return
    of_agents = any(PARTS[name].once for _, name in row.numerator)
    for label in ("queue", "channel", "priority"):
        if label in labels_of(row):
            assert f"sum by ({label}) (" in expression(row, "1h", by=label)
        else:
            with pytest.raises(ValueError, match=f"has no label {label}"):
                expression(row, "1h", by=label)
    assert not of_agents or labels_of(row) == {"queue"}


def test_without_queue_agents_count_once() -> None:
    """By queue an agent counts in each queue; over all queues the family that counts everybody once is asked."""
    row = BY_KEY["occupancy", ""]
    assert "deskpulse_window_agent_seconds" in expression(row, "1h")
    assert "deskpulse_window_all_agent_seconds" in expression(row, "1h", by="")
    assert "all_agent" not in expression(row, "1h")


def test_all_windows_can_be_asked_at_once() -> None:
    """Without a window the label tells them apart."""
    row = BY_KEY["reopen_rate", ""]
    assert expression(row, "", by="queue, window") == (
        "sum by (queue, window) (deskpulse_window_reopened) / (sum by (queue, window) (deskpulse_window_solved) > 0)"
    )
    assert 'state=~"busy|wrap_up"})' in expression(BY_KEY["occupancy", ""], "", by="window")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (made_of((1, "created"), (-1, "offered")), "there would be no difference"),
        (made_of((1, "created"), (1, "resolution_met")), "no one selector takes"),
        (made_of((1, "wait_met"), (1, "resolution_breached")), "no one selector takes"),
    ],
)
def test_a_sum_that_no_selector_takes_is_refused(row: Formula, reason: str) -> None:
    """What PromQL would add up wrongly, or leave out, is an error when the expression is made."""
    with pytest.raises(ValueError, match=reason):
        expression(row, "1h")
