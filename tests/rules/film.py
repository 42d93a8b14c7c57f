"""Series over time, as promtool reads them: scenes in which each series has a value, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEP_S = 15
"""Seconds between two samples and between two evaluations, as in prometheus.yml."""
START = 1_000_000
"""What clocks show at the beginning of a film."""


@dataclass(frozen=True)
class Ago:
    """A timestamp that is always so many seconds ago, by the worker's clock; by Prometheus' own where `start` is 0."""

    seconds: float
    start: int = START


@dataclass(frozen=True)
class Grows:
    """A number that grows by so much a second, from where it was, or from its own beginning."""

    by: float
    start: float | None = None


@dataclass(frozen=True)
class Stands:
    """A timestamp that stands still since its scene began."""

    start: int = START


Value = float | Ago | Grows | Stands | None
"""What a series shows; None: it is gone, as after a scrape without it."""
Scene = Mapping[str, Value]


@dataclass(frozen=True)
class Cut:
    """A scene and how long it lasts."""

    seconds: int
    scene: Scene


def film(cuts: Sequence[Cut], step: int = STEP_S) -> list[dict[str, str]]:
    """Return the input series of a promtool test."""
    names = dict.fromkeys(name for cut in cuts for name in cut.scene)
    return [{"series": name, "values": " ".join(_values(name, cuts, step))} for name in names]


def _values(name: str, cuts: Sequence[Cut], step: int) -> list[str]:
    found: list[str] = []
    now, last, there = 0, 0.0, False
    for cut in cuts:
        value = cut.scene.get(name)
        begun = now
        if isinstance(value, Grows) and value.start is not None:
            last = value.start
        for _ in range(cut.seconds // step):
            if value is None:
                found.append("stale" if there else "_")
                there = False
            else:
                last = _at(value, now, begun, last, step)
                found.append(f"{last:.10g}")
                there = True
            now += step
    return found


def _at(value: float | Ago | Grows | Stands, now: int, begun: int, last: float, step: int) -> float:
    if isinstance(value, Ago):
        return value.start + now - value.seconds
    if isinstance(value, Stands):
        return value.start + begun
    if isinstance(value, Grows):
        return last + value.by * step
    return float(value)
