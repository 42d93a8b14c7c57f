"""A run of pytest in which each mutant has a forked process of its own that stops at the first test that fails.

The tests are collected once. A change inside a function is put into the function that is there already, so that a
mutant costs a few milliseconds and no start of Python. Only the tests that call the function run, the quickest first.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from mmap import mmap
from types import CodeType, FrameType, FunctionType

import pytest

from tests.mutation.mutants import Mutant

KILLED, SURVIVED, UNFIT = 1, 0, 3
"""What a process ends with; unfit is what can only be changed before it is imported."""

Function = tuple[str, str, int]
"""A function: file, qualified name, first line."""


@dataclass
class Baseline:
    """What the tests do while nothing is broken: seconds of each, which of them call a function, and which fail."""

    took: list[float] = field(default_factory=list)
    calls: dict[Function, set[int]] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)


class Run:
    """Plugin of pytest: in place of the tests it runs the mutants.

    Attributes:
        verdicts: of each mutant: whether a test failed, or None where it has to be imported with the change.
        baseline: of the tests.
    """

    def __init__(self, mutants: Sequence[Mutant], jobs: int, tell: Callable[[Mutant, bool], None]) -> None:
        self.verdicts: dict[Mutant, bool | None] = {}
        self.baseline = Baseline()
        self._mutants = mutants
        self._files = {mutant.file for mutant in mutants}
        self._jobs = jobs
        self._tell = tell
        self._imported: set[Function] = set()
        self._failed = False
        self._kills: dict[Function, Counter[int]] = defaultdict(Counter)
        self._all_kills: Counter[int] = Counter()
        self._numbers = {mutant: number for number, mutant in enumerate(mutants)}
        self._killer = mmap(-1, 4 * len(mutants) + 4)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        """Note what is called while tests are imported: it is done before anything can be broken."""
        sys.settrace(self._tracer(self._imported.add))
        try:
            return (yield)
        finally:
            sys.settrace(None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test has failed."""
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once, then the mutants."""
        if session.testsfailed:
            return False
        self.baseline = self._measure(session.items)
        functions: dict[Function, list[FunctionType]] = defaultdict(list)
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in self._files:
                functions[_function(each.__code__)].append(each)
        # What is there already is looked at by no collection of garbage, so that no child has to copy it.
        gc.collect()
        gc.freeze()
        running: dict[int, Mutant] = {}
        for mutant in self._mutants:
            key = mutant.key
            chosen = self._order(mutant)
            if mutant.function is None or (not chosen and key in self._imported):
                self.verdicts[mutant] = None
                continue
            while len(running) >= self._jobs:
                self._reap(running)
            child = os.fork()
            if child == 0:
                items = [(place, session.items[place]) for place in chosen]
                _leave(partial(self._try, mutant, functions[key], items))
            running[child] = mutant
        while running:
            self._reap(running)
        for mutant, killed in self.verdicts.items():
            # It may have been called before it was broken: only a fresh process can tell.
            if killed is False and mutant.key in self._imported:
                self.verdicts[mutant] = None
        return True

    def _order(self, mutant: Mutant) -> list[int]:
        """Return the tests that call the function: first those that have killed often and take little time."""
        took, kills = self.baseline.took, self._kills[mutant.key]

        def promise(place: int) -> float:
            return (5 * kills[place] + self._all_kills[place] + 0.001) / (took[place] + 0.001)

        return sorted(self.baseline.calls.get(mutant.key, ()), key=promise, reverse=True)

    def _try(self, mutant: Mutant, functions: Sequence[FunctionType], items: Sequence[tuple[int, pytest.Item]]) -> int:
        """Break the functions and run tests until one fails."""
        for code in _codes(mutant.compile()):
            if (code.co_qualname, code.co_firstlineno) == mutant.function:
                for each in functions:
                    try:
                        each.__code__ = code
                    except ValueError:  # it holds other variables of its surroundings than before
                        return UNFIT
        for place, item in items:
            self._limit(self.baseline.took[place])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self._failed:
                where = 4 * self._numbers[mutant]
                self._killer[where : where + 4] = (place + 1).to_bytes(4, "little")
                return KILLED
        return SURVIVED

    def _measure(self, items: Sequence[pytest.Item]) -> Baseline:
        with tempfile.NamedTemporaryFile() as file:
            child = os.fork()
            if child == 0:
                _leave(lambda: self._measured(items, file.name))
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
                pytest.exit("the tests do not run although nothing is broken; run the suite to see why", returncode=2)
            baseline: Baseline = pickle.load(file)
        return baseline

    def _measured(self, items: Sequence[pytest.Item], path: str) -> int:
        found: dict[Function, set[int]] = {}
        took: list[float] = []
        failing: list[str] = []
        for place, item in enumerate(items):
            begun = time.process_time()
            called: set[Function] = set()
            sys.settrace(self._tracer(called.add))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            sys.settrace(None)
            took.append(time.process_time() - begun)
            if self._failed:
                failing.append(item.nodeid)
                self._failed = False
                continue
            for function in called:
                found.setdefault(function, set()).add(place)
        with open(path, "wb") as file:  # noqa: PTH123  it is open here already
            pickle.dump(Baseline(took, found, failing), file)
        return 0

    def _tracer(self, note: Callable[[Function], None]) -> Callable[[FrameType, str, object], None]:
        files = self._files

        def trace(frame: FrameType, _event: str, _arg: object) -> None:
            code = frame.f_code
            if code.co_filename in files:
                note(_function(code))

        return trace

    @staticmethod
    def _limit(usual: float) -> None:
        """Let a mutant that never ends, or that fills the memory, be killed; a test usually takes so many seconds."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + 2 + 5 * usual)
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    def _reap(self, running: dict[int, Mutant]) -> None:
        child, status = os.wait()
        mutant = running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        where = 4 * self._numbers[mutant]
        killer = int.from_bytes(self._killer[where : where + 4], "little")
        if killer:
            self._kills[mutant.key][killer - 1] += 1
            self._all_kills[killer - 1] += 1
        self.verdicts[mutant] = None if code == UNFIT else code != SURVIVED
        self._tell(mutant, code != SURVIVED)


def _leave(what: Callable[[], int]) -> None:
    """Do it where nobody hears it, and end this process."""
    code = KILLED
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for number in (1, 2):
            os.dup2(silence, number)
        code = what()
    finally:
        os._exit(code)


def _function(code: CodeType) -> Function:
    """Return the outermost function that a code belongs to; its line is known where it is that function itself."""
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)
