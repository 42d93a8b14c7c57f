"""Python and the memory it works on, set up for a loop that computes all the time over many objects."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import mmap
import platform
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("deskpulse.worker")

GC_THRESHOLDS: Final = (1_500, 20, 1_000_000)
"""Shards hold a million long-lived objects without cycles: looking through all of them finds nothing and costs much.
New ones are looked at while the processor's cache still holds them (a hundred times as many at once cost three times as
much each, and hold the loop up for a tenth of a second), and what is left of those once more: a request over a
connection of its own makes a cycle of seven objects, which may be alive at the first look."""

SWITCH_S: Final = 0.002
"""A thread that waits for the interpreter asks for it after this long. It must be shorter than a slice: who computes
gives it up between slices and takes it again at once, and at Python's 5 ms a scrape's thread has waited for seconds.
It must not be much shorter: a thread that waits wakes up so often, and takes the core from another worker there."""

SLICE_NS: Final = 20_000_000
"""So long a worker wants to compute before another process of its core does. Each of them finds its part of the cache
taken by the others, and fetches it again: with the kernel's own slice of one to three milliseconds four workers on one
core take a fifth more processor time than one does for the same events, with this one a tenth."""

LOOK_S: Final = 2.0
LEAST: Final = 32 << 20
"""A region of memory below this many bytes stays as it is: the stacks of threads are such."""
FIRST: Final = 400 << 20
"""A process with less memory finds it quickly enough; to copy it would cost more than it gains."""
GROWN: Final = 1.25
"""How much more memory there must be before the kernel is asked again."""
GROWS: Final = 1.05
"""While memory grows by more than this from one look to the next, the kernel is not asked: who loads has other work."""

_MAPS: Final = Path("/proc/self/maps")
_STATM: Final = Path("/proc/self/statm")
_OURS: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0\s*(?:\[heap\])?$", re.MULTILINE)
_LARGE: Final = 2 << 20
_MADV_HUGEPAGE: Final = 14
_MADV_COLLAPSE: Final = 25
_SCHED_CALLS: Final = {"x86_64": (314, 315), "aarch64": (274, 275)}
"""Numbers of the system calls `sched_setattr` and `sched_getattr`, for which the C library has no functions."""
_SCHED_OTHER: Final = 0


class _Scheduling(ctypes.Structure):
    """How a thread is scheduled: `struct sched_attr` of Linux, as its manual page sched_setattr(2) has it."""

    _fields_: ClassVar = [
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime", ctypes.c_uint64),
        ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    ]


def tune_interpreter() -> None:
    """Set Python up for such a loop, beside threads that must not starve and other processes."""
    gc.set_threshold(*GC_THRESHOLDS)
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    if not lengthen_slice():
        log.debug("how long a worker computes at a time is the system's to say: it was not, or could not be, asked")


def lengthen_slice() -> bool:
    """Ask for slices of `SLICE_NS` for this thread and those that it starts; return whether the system heard it.

    Linux does as it is asked from 6.12 on; whoever is content with shorter slices is let in before one is over.
    """
    if sys.platform != "linux" or platform.machine() not in _SCHED_CALLS:
        return False
    setting, getting = _SCHED_CALLS[platform.machine()]
    call = ctypes.CDLL(None).syscall
    found = _Scheduling()
    size = ctypes.sizeof(found)
    if call(getting, 0, ctypes.byref(found), size, 0) or found.policy != _SCHED_OTHER:
        return False  # whoever has chosen another policy knows better
    found.size, found.flags, found.runtime = size, 0, SLICE_NS
    return bool(call(setting, 0, ctypes.byref(found), 0) == 0)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Look for no cycles while a million objects are made that stay, nor ever among these."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


async def keep_pages_large() -> None:
    """Have this process's memory held in large pages, for ever, as it grows; where the system cannot, do nothing.

    A million tickets are touched in no order. With pages of 4 KiB the processor has to look up where each piece lies,
    again and again, and that grows with the memory that there is; with 2 MiB it knows. Kernels whose administrator
    lets programs ask for that (`/sys/kernel/mm/transparent_hugepage/enabled` is `madvise`, the default of many
    distributions) do nothing by themselves.
    """
    if not _MAPS.exists():
        return
    asked_at = resident = FIRST
    while True:
        await asyncio.sleep(LOOK_S)
        before, resident = resident, int(_STATM.read_text().split()[1]) * mmap.PAGESIZE
        if GROWN * asked_at < resident < GROWS * before:
            asked_at = resident
            # It copies what it joins, a gigabyte a second, without the interpreter's lock.
            asked = await asyncio.to_thread(enlarge_pages)
            log.debug("%d MB of memory are asked for in large pages", asked >> 20)


def enlarge_pages() -> int:
    """Ask Linux to hold all that was allocated in large pages; return for how many bytes, 0 on another system."""
    if not _MAPS.exists():
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    asked = 0
    for region in _OURS.finditer(_MAPS.read_text()):
        start, end = int(region[1], 16), int(region[2], 16)
        if end - start < LEAST:
            continue
        start, end = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        advise(start, end - start, _MADV_HUGEPAGE)
        # At once where the kernel knows how (Linux 6.1), by and by where it does not.
        advise(start, end - start, _MADV_COLLAPSE)
        asked += end - start
    return asked
