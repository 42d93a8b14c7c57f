"""Scores of surveys: what an answer on any scale counts."""

from __future__ import annotations

from typing import Final

from stream.core.windows.slots import SLOT

Answer = tuple[tuple[int, int], ...]
"""Slots and amounts."""

MILLION: Final = 1_000_000
_SATISFIED: Final = 750_000  # the top two of five boxes
_CES_MIN, _CES_SPAN = 1, 6


def answer_of(kind: str, score: float, scale_min: float, scale_max: float) -> Answer:
    """Return what an answer counts; scores are scaled by their own scale, in whole millionths.

    Args:
        kind: `csat`, `nps`, `ces`, `qa` or `enps`.
        score: on the scale from `scale_min` to `scale_max`.
    """
    share = round((score - scale_min) / (scale_max - scale_min) * MILLION)
    counts = {"answers": 1}
    if kind == "csat":
        counts["satisfied"] = int(share >= _SATISFIED)
    elif kind == "ces":
        counts["score"] = _CES_MIN * MILLION + _CES_SPAN * share
    elif kind == "qa":
        counts["score"] = share
    else:
        counts["promoters"], counts["detractors"] = int(score >= 9), int(score <= 6)
    return tuple((SLOT[f"{kind}_{name}"], count) for name, count in counts.items() if count)
