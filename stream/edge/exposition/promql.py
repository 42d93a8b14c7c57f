"""Formulas as PromQL, made of the table of the core: nobody writes them a second time."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Final

from stream.core.formulas import ARRIVED, BY_KEY, Scope
from stream.edge.exposition.metric import PREFIX
from stream.edge.exposition.parts import NUMBERS, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stream.core.formulas import Formula, Terms
    from stream.edge.exposition.parts import Part

_COMMON: Final = f"{PREFIX}window_"
_ONE: Final = "on () group_left ()"


def expression(row: Formula, window: str, by: str = "queue") -> str:
    """Return a figure summed part by part over all workers; where there is nobody to serve it has no sample.

    Args:
        row: of `stream.core.formulas.FORMULAS`. A figure of the policy's period has neither window nor group.
        window: the policy's name of the window; empty: all windows, which are told apart only by `window` in `by`.
        by: labels that are kept, parted by commas, of `labels_of` or `window`; empty: one figure for all.

    Raises:
        ValueError: the parts have no such label, or no one selector takes a sum's parts.
    """
    if row.scope is Scope.PERIOD:
        window = by = ""
    figure = _quotient(row, window, by)
    if row.rate:
        figure = f"{figure} * {_ONE} max({NUMBERS[row.rate].series[0]})"
    if row.times:
        figure = f"{figure} * ({expression(BY_KEY[row.times, ''], window, by)})"
    if row.given:
        figure = f"max({NUMBERS[row.given].series[0]}) or {figure}"
    return figure


def channel_share(window: str) -> str:
    """Return the share of each channel in all that came."""
    one, all_ = (_sum(ARRIVED, window, by) for by in ("channel", ""))
    return f"({one} > 0) / {_ONE} {all_}"


def labels_of(row: Formula) -> frozenset[str]:
    """Return the labels by which a figure can be had."""
    if row.scope is Scope.PERIOD:
        return frozenset()
    found = [PARTS[name].name.grouped.value for _, name in (*row.numerator, *row.denominator)]
    return frozenset.intersection(*found)


def factor_of(row: Formula) -> Fraction:
    """Return what the quotient of the series is multiplied by: they show base units, and the core counts millionths."""
    factor = Fraction(row.scale * _per(row.numerator), row.per)
    return factor / _per(row.denominator) if row.denominator else factor


def _quotient(row: Formula, window: str, by: str) -> str:
    above = _sum(row.numerator, window, by)
    factor = factor_of(row)
    if not row.denominator:
        return _times(factor, above)
    below = _sum(row.denominator, window, by)
    if row.inverse:
        above = f"({above} > 0)"
    elif not _is_shown(row.numerator, row.denominator):
        # Nothing of the numerator is a figure of 0, though its series is not there.
        above = f"({above} or 0 * {below})"
    times, parts = factor.numerator, factor.denominator
    divisor = f"({below} > 0)" if parts == 1 else f"({parts} * ({below} > 0))"
    return f"{_times(Fraction(times), above)} / {divisor}"


def _times(factor: Fraction, text: str) -> str:
    text = text if factor.numerator == 1 else f"{factor.numerator} * {text}"
    return text if factor.denominator == 1 else f"{text} / {factor.denominator}"


def _per(terms: Terms) -> int:
    """Return how many of the core's units make one of what the series of a sum show."""
    (per,) = {PARTS[name].per for _, name in terms}
    return per


def _is_shown(above: Terms, below: Terms) -> bool:
    """Say whether a numerator has a sample wherever its denominator is above 0."""
    showing = frozenset[str]().union(*(PARTS[name].shown_by for sign, name in above if sign > 0))
    return all(name in showing for sign, name in below if sign > 0)


def _sum(terms: Terms, window: str, by: str) -> str:
    added = [name for sign, name in terms if sign > 0]
    taken = [name for sign, name in terms if sign < 0]
    sums = _added(added, window, by)
    if not taken:
        return sums
    if not _is_shown(tuple((1, name) for name in taken), tuple((1, name) for name in added)):
        raise ValueError(f"{taken} may have no series where {added} have some, so there would be no difference")
    return f"({sums} - {_added(taken, window, by)})"


def _added(parts: Iterable[str], window: str, by: str) -> str:
    kept = {label.strip() for label in by.split(",") if label.strip()}
    found = [PARTS[name] for name in parts]
    if "queue" not in kept:
        found = [part.once or part for part in found]
    for part in found:
        missing = kept - part.name.grouped.value - {*part.name.own}
        if missing:
            raise ValueError(f"{part.series} has no label {', '.join(sorted(missing))}")
    return f"sum by ({by}) ({_selector(found, window)})" if by else f"sum({_selector(found, window)})"


def _selector(parts: Sequence[Part], window: str) -> str:
    """Return one selector of several parts: those are not added with `+`, since not every queue has all of them."""
    series = list(dict.fromkeys(part.series for part in parts))
    picked: dict[str, list[str]] = {}
    for label, value in dict.fromkeys(pair for part in parts for pair in part.picked):
        picked.setdefault(label, []).append(value)
    taken = len(series) * prod(map(len, picked.values()))
    if taken != len(parts) or any(len(part.picked) != len(picked) for part in parts):
        raise ValueError(f"no one selector takes {', '.join(series)} with {picked}")
    matchers = [f'{label}{"=" if len(values) == 1 else "=~"}"{"|".join(values)}"' for label, values in picked.items()]
    if window and "window" in parts[0].name.own:
        matchers.append(f'window="{window}"')
    if len(series) == 1:
        return f"{series[0]}{{{', '.join(matchers)}}}" if matchers else series[0]
    common = _COMMON if all(name.startswith(_COMMON) for name in series) else PREFIX
    names = "|".join(name.removeprefix(common) for name in series)
    return "{" + ", ".join((f'__name__=~"{common}({names})"', *matchers)) + "}"
