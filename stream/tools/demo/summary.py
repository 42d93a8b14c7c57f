"""What is left to say when the demo is over."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from stream.tools.demo.board import Board, Mark, Row
from stream.tools.demo.desk import DESK
from stream.tools.demo.table import Frame, Signs, percent


def summary(board: Board, frame: Frame, began_s: float, longest: str, breaches: int | None) -> list[str]:
    """Return the last board in a few lines.

    Args:
        board: the last one.
        frame: what stood around it.
        began_s: when the demo began at the desk, seconds since the Unix epoch.
        longest: name of the longest window.
        breaches: SLA clocks that were breached in it; None where nobody could say.
    """
    read = (
        f"{board.events:,} events read: {board.duplicates:,} came twice, {board.late:,} too late for every window, "
        f"{board.rejected:,} became dead letters."
    )
    told = [f"The desk's day went on from {_clock(began_s)} to {_clock(board.at_s)}.", read]
    if breaches is not None:
        told.append(f"{breaches:,} SLA clocks were breached in the last {longest}.")
    told.append(f"Over the last {frame.window}:")
    told += [f"  {_line(row, frame.signs)}" for row in (*board.rows, board.total)]
    return told


def _line(row: Row, signs: Signs) -> str:
    parts = []
    for name, share in (("service level", row.service_level), ("SLA met", row.attainment)):
        if share.value is not None:
            aim = "" if share.objective is None else f" of {percent(share.objective)}"
            parts.append(f"{name} {percent(share.value):>4}{aim}")
    mark = signs.marks[row.mark if parts else Mark.NONE]
    return f"{mark} {row.queue:<10} {', '.join(parts) or 'nothing happened'}"


def _clock(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC).astimezone(ZoneInfo(DESK.zone)):%a %H:%M}"
