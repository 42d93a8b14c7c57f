"""Ratios as PromQL, made of the formulas of the core: nobody writes them a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream.edge.exposition.names import COUNTS, PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stream.core.formulas import Formula

_COMMON = PREFIX + "window_"


def ratio_expression(ratio: Formula, window: str, by: str = "queue") -> str:
    """Return a ratio over one window: summed part by part, and no sample where there is nobody to serve.

    Args:
        ratio: a row of `stream.core.formulas.FORMULAS`.
        window: the policy's name of the window.
        by: labels that are kept, parted by commas; empty: one figure for all.
    """
    return f"{_sum(ratio.numerator, window, by)} / ({_sum(ratio.denominator, window, by)} > 0)"


def _sum(terms: Sequence[tuple[int, str]], window: str, by: str) -> str:
    added = [counter for sign, counter in terms if sign > 0]
    taken = [counter for sign, counter in terms if sign < 0]
    sums = _selected(added, window, by)
    return f"({sums} - {_selected(taken, window, by)})" if taken else sums


def _selected(counters: Sequence[str], window: str, by: str) -> str:
    families = [COUNTS[counter].family for counter in counters]
    grouping = f"sum by ({by}) " if by else "sum"
    if len(families) == 1:
        return f'{grouping}({families[0]}{{window="{window}"}})'
    # A queue without contacts has no `offered`: added up with `+` it would have no sample at all.
    joined = "|".join(family.removeprefix(_COMMON) for family in families)
    return f'{grouping}({{__name__=~"{_COMMON}({joined})", window="{window}"}})'
