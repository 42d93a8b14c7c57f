"""The recount is worth something only as long as it is somebody else's."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
MEETING = {"test_recount.py", "explained.py"}
"""Where the two are compared."""


def test_the_recount_shares_no_code_with_core() -> None:
    """No module of the recount imports anything of Deskpulse."""
    borrowed = []
    for path in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            borrowed += [f"{path.name}: {name}" for name in names if name.split(".")[0] == "stream"]
    assert [] == [each for each in borrowed if each.split(":")[0] not in MEETING]
    assert borrowed
