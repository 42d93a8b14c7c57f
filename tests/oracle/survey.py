"""What the answer to a survey counts as."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

MILLION = 1_000_000


def answered(says: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Return what an answer is counted as: names, and the share of its scale in millionths where that is summed."""
    kind, score = says["kind"], Fraction(says["score"])
    least, most = Fraction(says["scale_min"]), Fraction(says["scale_max"])
    share = round((score - least) / (most - least) * MILLION)
    found: list[tuple[str, int | None]] = [(f"{kind}_answers", None)]
    if kind == "csat" and share >= 3 * MILLION // 4:
        found.append(("csat_satisfied", None))
    if kind in {"nps", "enps"} and score >= 9:
        found.append((f"{kind}_promoters", None))
    if kind in {"nps", "enps"} and score <= 6:
        found.append((f"{kind}_detractors", None))
    if kind in {"ces", "qa"}:
        found.append((f"{kind}_share", share))
    return found
