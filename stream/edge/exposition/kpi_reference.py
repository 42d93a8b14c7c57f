"""The reference of all figures: `python -m stream.edge.exposition.kpi_reference > docs/kpis.md`."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final

from stream.core.formulas import BY_KEY, FORMULAS, Scope, Unit
from stream.edge.exposition import names
from stream.edge.exposition.parts import PARTS
from stream.edge.exposition.promql import channel_share, expression, factor_of, labels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.formulas import Formula, Terms
    from stream.edge.exposition.metric import Name

WINDOW: Final = "1h"

_HEAD: Final = f"""\
# Every figure

What each figure is made of, who defines it so, and how Prometheus computes it. This page is made from the table of
formulas (`python -m stream.edge.exposition.kpi_reference > docs/kpis.md`), as `replay` is, and a test compares both.
What the parts count in detail says [semantics.md](semantics.md); [metrics.md](metrics.md) has every series.

- The key is the figure's name in `replay`, and in the `bands` of [the policy](policy.md).
- **Parts are added up before they are divided**: over groups, over shards, over workers. Never average figures.
- **An empty denominator gives no figure**: `null` in `replay`, no sample in Prometheus.
- The PromQL is by queue, over the window `{WINDOW}`. Write another window or, in `by`, other labels of those that are
  named; without `by (…)` it is one figure for all. Agents of several queues count in each, so that the figure of all
  needs other series and is written out. `replay` has every figure of a window for each group as well.
- A part that has no series is 0. `or 0 * …` stands where there may be none.
"""

_UNITS: Final = {
    Unit.RATIO: "ratio",
    Unit.SECONDS: "seconds",
    Unit.SCORE: "score",
    Unit.CURRENCY: "the policy's currency",
    Unit.PERIODS: "periods",
}
_NUMBERS: Final = {"agent_hour": "cost.agent_hour", "lifespan": "customers.lifespan"}
"""Where the policy says the numbers that formulas ask for."""

_OLDEST: Final = f"scalar(max({names.DATA_TIME.family})) - min by (queue) ({{}})"
_LIVE: Final = (
    ("longest wait", "seconds", _OLDEST.format(names.OLDEST_WAITING.family)),
    ("waiting contacts", "count", f"sum by (queue) ({names.WAITING.family})"),
    ("oldest unanswered ticket", "seconds", _OLDEST.format(names.OLDEST_UNANSWERED.family)),
    ("unanswered tickets", "count", f"sum by (queue) ({names.UNANSWERED.family})"),
    ("unassigned tickets", "count", f"sum by (queue) ({names.UNASSIGNED.family})"),
    ("unsolved tickets by status", "count", f"sum by (queue, status) ({names.TICKETS.family})"),
    ("open clocks by state", "count", f"sum by (queue, clock, state) ({names.CLOCKS.family})"),
    ("agents of a queue by state", "count", f"sum by (queue, state) ({names.AGENTS.family})"),
    ("all agents by state, each once", "count", f"sum by (state) ({names.ALL_AGENTS.family})"),
)


def kpi_reference() -> str:
    """Return the whole page."""
    return "\n".join(
        (
            _HEAD,
            "## Over a window\n",
            *_formulas(Scope.WINDOW),
            *_share(),
            "## Customers, over the policy's period\n",
            *_formulas(Scope.PERIOD),
            "## Durations\n",
            *_durations(),
            "## Now\n",
            *_now(),
            "## Parts\n",
            *_parts(),
        )
    )


def _formulas(scope: Scope) -> Iterator[str]:
    for key, rows in groupby((row for row in FORMULAS if row.scope is scope), lambda row: row.key):
        yield f"### `{key}`\n"
        for row in rows:
            yield from _formula(row)


def _formula(row: Formula) -> Iterator[str]:
    if row.member:
        yield f"#### `{row.member}`\n"
    yield f"{row.text[0].upper()}{row.text[1:]}.\n"
    yield f"- in parts: {_in_parts(row)}"
    yield f"- unit: {_UNITS[row.unit]}; better is: {row.better.value}; source: {row.source}"
    labels = ", ".join(f"`{label}`" for label in sorted(labels_of(row)))
    yield f"- by: {labels}\n" if labels else ""
    lines = [expression(row, WINDOW)]
    if any(PARTS[name].once for _, name in row.numerator):
        lines += ["# of all, everybody once", expression(row, WINDOW, by="")]
    yield from _promql(*lines)


def _in_parts(row: Formula) -> str:
    factor = factor_of(row)
    text = _terms(row.numerator) if factor.numerator == 1 else f"{factor.numerator} x {_terms(row.numerator)}"
    if row.denominator:
        text += f" / {_terms(row.denominator)}"
    if factor.denominator != 1:
        text += f" / {factor.denominator}"
    text = f"`{text}`"
    if row.rate:
        text += f" x `{_NUMBERS[row.rate]}` of the policy; no figure without it"
    if row.times:
        text += f" x [`{row.times}`](#{BY_KEY[row.times, ''].key})"
    if row.given:
        text = f"`{_NUMBERS[row.given]}` of the policy where it says so, else {text}"
    return text


def _terms(terms: Terms) -> str:
    first, *others = terms
    text = first[1] + "".join(f" {'+' if sign > 0 else '-'} {name}" for sign, name in others)
    return f"({text})" if others else text


def _share() -> Iterator[str]:
    yield "### `channel_share`\n"
    yield "What came in a channel / what came in all.\n"
    yield "- in parts: `(created + offered)` of the channel `/ (created + offered)` of all"
    yield "- unit: ratio; better is: neither; source: Zendesk Explore\n"
    yield from _promql(channel_share(WINDOW))


def _durations() -> Iterator[str]:
    yield "In seconds. `replay` has count, sum, maximum and quantiles; here are the mean and, of some, a quantile.\n"
    for key, name in names.DURATIONS.items():
        bucket, count, total = name.series
        window = f'{{window="{WINDOW}"}}'
        yield f"### `{key}`\n"
        yield f"{name.text}\n"
        lines = [f"sum by (queue) ({total}{window}) / sum by (queue) ({count}{window})"]
        if key in names.WITH_BOUNDS:
            lines.append(f"histogram_quantile(0.9, sum by (queue, le) ({bucket}{window}))")
        yield from _promql(*lines)


def _now() -> Iterator[str]:
    yield "As of the time of the data, which stands still while nothing is read.\n"
    yield "| figure | unit | PromQL |"
    yield "| --- | --- | --- |"
    yield from (f"| {what} | {unit} | `{promql}` |" for what, unit, promql in _LIVE)
    yield ""


def _parts() -> Iterator[str]:
    yield "Times are in seconds here, scores and money in their own unit.\n"
    yield "| part | what | series |"
    yield "| --- | --- | --- |"
    used = dict.fromkeys(name for row in FORMULAS for _, name in (*row.numerator, *row.denominator))
    for part in used:
        found = PARTS[part]
        picked = ", ".join(f'{label}="{value}"' for label, value in found.picked)
        yield f"| `{part}` | {_text(found.name)} | `{found.series}{f'{{{picked}}}' if picked else ''}` |"


def _text(name: Name) -> str:
    return name.text.removesuffix(".")


def _promql(*expressions: str) -> Iterator[str]:
    yield "\n".join(("```promql", *expressions, "```", ""))


if __name__ == "__main__":
    sys.stdout.write(kpi_reference().rstrip("\n") + "\n")
