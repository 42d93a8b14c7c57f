"""The life of a clock in stretches of whole seconds: what is told line by line, and what adds up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final

from stream.tools.wording import span, whole_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 10
"""More stretches than these are told by what they have in common."""
_MOST_TERMS: Final = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a clock's life, in whole seconds since the epoch.

    Times are cut to the second before they are subtracted, so that what is shown adds up.

    Attributes:
        kind: open, closed, paused or stopped.
        parts: the lengths of the segments that count in it; several where segments were joined.
        late: whether it lies after the breach.
    """

    start: int
    end: int
    kind: str
    parts: tuple[int, ...]
    late: bool

    @property
    def counted(self) -> int:
        """Seconds that count."""
        return sum(self.parts)

    @property
    def is_joined(self) -> bool:
        """Whether it is more than one segment."""
        return len(self.parts) > 1


def stretches(clock: dict[str, Any]) -> list[Stretch]:
    """Return the segments of a clock as it is explained, cut in two where it was breached; many are joined."""
    found = list(_cut(clock))
    return list(_joined(found)) if len(found) > _MOST else found


def sum_text(clock: dict[str, Any], found: list[Stretch]) -> str:
    """Return the time that counts, added up and compared with the goal: `1 h + 30 min = 1 h 30 min of 4 h`."""
    terms = [each.counted for each in found if each.counted]
    total, goal = sum(terms), int(clock["target_s"])
    shown = f"{span(total)} of {span(goal)}"
    if total > goal:
        shown = f"{span(total)}, {span(total - goal)} over the goal of {span(goal)}"
    return f"{' + '.join(map(span, terms))} = {shown}" if len(terms) > 1 else shown


def parts_text(stretch: Stretch) -> str:
    """Return what a joined stretch is made of: such as 30 min and twelve times 8 h; nothing where it is one piece."""
    if not stretch.is_joined:
        return ""
    runs = [(length, len(list(same))) for length, same in groupby(stretch.parts)]
    if len(runs) > _MOST_TERMS:
        return f"in {len(stretch.parts)} parts, closed in between"
    return " + ".join(f"{times} \u00d7 {span(length)}" if times > 1 else span(length) for length, times in runs)


def _cut(clock: dict[str, Any]) -> Iterator[Stretch]:
    breach = None if clock["breached_at"] is None else whole_seconds(clock["breached_at"])
    for segment in clock["segments"]:
        start, end, kind = whole_seconds(segment["from"]), whole_seconds(segment["to"]), segment["kind"]
        edges = [start, *([breach] if breach is not None and start < breach < end else []), end]
        for left, right in pairwise(edges):
            parts = (right - left,) if kind == "open" else ()
            yield Stretch(left, right, kind, parts, breach is not None and left >= breach)


def _joined(found: list[Stretch]) -> Iterator[Stretch]:
    """Join what is alike but for closed hours in between: a clock that runs for weeks fits on a few lines."""
    kind = next((each.kind for each in found if each.kind != "closed"), "closed")
    labelled: list[tuple[tuple[str, bool], Stretch]] = []
    for each in found:
        kind = kind if each.kind == "closed" else each.kind
        labelled.append(((kind, each.late), each))
    for (kind, late), pairs in groupby(labelled, key=lambda pair: pair[0]):
        same = [each for _, each in pairs]
        parts = tuple(part for each in same for part in each.parts)
        yield Stretch(same[0].start, same[-1].end, kind, parts, late)
