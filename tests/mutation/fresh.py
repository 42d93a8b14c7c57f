"""One mutant in a process of its own: `python -m tests.mutation.fresh FILE NUMBER`; ends with 0 where it survives."""

from __future__ import annotations

import importlib.abc
import importlib.util
import resource
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.suite import ARGUMENTS, NoChance


class Broken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a change in it."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = ".".join(mutant.path.with_suffix("").parts).removesuffix(".__init__")
        self.mutant = mutant

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Say that the module is found here; others are not."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self.mutant.compile(), module.__dict__)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (180, 181))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    sys.meta_path.insert(0, Broken(mutants(Path(sys.argv[1]))[int(sys.argv[2])]))
    sys.exit(int(pytest.main([*ARGUMENTS, "-x"], plugins=[NoChance()])))
