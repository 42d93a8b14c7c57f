"""The table as a picture."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

from rich.console import Console

from stream.tools.demo.board import Board
from stream.tools.demo.table import Frame, render

_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def draw(board: Board, frame: Frame, file: Path) -> None:
    """Write a board as SVG."""
    paper = Console(
        width=frame.width,
        height=frame.height,
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
    )
    paper.print(render(board, frame))
    svg = paper.export_svg(title="deskpulse demo", unique_id="deskpulse")
    # A picture loads nothing from elsewhere, and keeps the blanks at the beginning of a text in every viewer.
    svg = _FONTS.sub("", svg).replace("<svg ", '<svg xml:space="preserve" ', 1)
    file.write_text(svg, encoding="utf-8")
