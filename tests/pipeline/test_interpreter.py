"""What Python and its memory are set up for."""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stream.edge.pipeline import interpreter
from stream.edge.pipeline.interpreter import FIRST, LEAST, SLICE_NS, enlarge_pages, keep_pages_large

_KERNEL_CAN = Path("/sys/kernel/mm/transparent_hugepage")


def test_what_was_allocated_is_asked_for_in_large_pages() -> None:
    """The kernel notes it of the region where a large object lies, and what is in there stays as it was."""
    block = bytearray(b"deskpulse") * (2 * LEAST // 9)
    before = bytes(block)
    assert enlarge_pages() >= LEAST
    assert _is_advised(ctypes.addressof(ctypes.c_char.from_buffer(block)) + LEAST) is _KERNEL_CAN.exists()
    assert block == before


class EnoughError(Exception):
    """Nobody looks any more."""


class Memory:
    """How much of it a process has at each look, in units of `FIRST`."""

    def __init__(self, *looks: float) -> None:
        self.now = 0.0
        self._looks = iter(looks)

    def read_text(self) -> str:
        """Return what Linux says at the next look."""
        looked = next(self._looks, None)
        if looked is None:
            raise EnoughError
        self.now = looked
        return f"0 {int(looked * FIRST / mmap.PAGESIZE)}"


async def test_the_kernel_is_asked_when_memory_has_grown_and_grows_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It copies a gigabyte a second, on the core of a worker that loads."""
    asked: list[float] = []
    memory = Memory(0.5, 0.5, 1, 1, 1.2, 1.2, 10, 20, 30, 31, 31.1, 32, 38, 45, 45.5, 46, 58, 58.1)
    monkeypatch.setattr(interpreter, "_STATM", memory)
    monkeypatch.setattr(interpreter, "LOOK_S", 0)

    def enlarge() -> int:
        asked.append(memory.now)
        return 0

    monkeypatch.setattr(interpreter, "enlarge_pages", enlarge)
    with pytest.raises(EnoughError):
        await keep_pages_large()
    assert asked == [31, 45.5, 58.1]


def _is_advised(address: int) -> bool:
    """Say whether the memory at an address is marked for large pages (`hg` of its flags)."""
    for region in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text()):
        start, end = (int(bound, 16) for bound in region.split(" ", 1)[0].split("-"))
        if start <= address < end:
            return "hg" in re.findall(r"VmFlags:(.*)", region)[0].split()
    raise AssertionError(f"nothing is at {address:x}")


def test_a_worker_asks_for_longer_slices_and_stays_as_nice_as_it_is() -> None:
    """Linux from 6.12 on gives them; before, and for who has chosen another policy, all is as it was."""
    asked = """
import ctypes, os, sys
from stream.edge.pipeline import interpreter
if sys.argv[1] == "batch":
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
heard = interpreter.lengthen_slice()
found = interpreter._Scheduling()
getting = interpreter._SCHED_CALLS[os.uname().machine][1]
assert ctypes.CDLL(None).syscall(getting, 0, ctypes.byref(found), ctypes.sizeof(found), 0) == 0
print(int(heard), found.runtime, os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0) == os.SCHED_BATCH)
"""

    def told(policy: str) -> list[str]:
        command = ["nice", "-n", "5", sys.executable, "-c", asked, policy]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    niceness = str(os.getpriority(os.PRIO_PROCESS, 0) + 5)
    major, minor = (int(part) for part in platform.release().split(".")[:2])
    given = str(SLICE_NS) if (major, minor) >= (6, 12) else "0"
    assert ["1", given, niceness, "False"] == told("usual")
    heard, _, *rest = told("batch")
    assert ["0", niceness, "True"] == [heard, *rest]
