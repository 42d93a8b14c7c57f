"""What was judged in a mutation run is still there to be judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.__main__ import judged
from tests.mutation.mutants import mutants


def test_every_judged_survivor_is_a_mutant_of_the_code_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that was changed or deleted is judged anew: no entry outlives the line that it speaks of."""
    monkeypatch.chdir(Path(__file__).parents[2])
    known = judged()
    there = {mutant.name for file in {name[0] for name in known} for mutant in mutants(Path(file))}
    assert [name for name in known if name not in there] == []
