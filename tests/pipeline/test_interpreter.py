"""What Python and its memory are set up for."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

from stream.edge.pipeline.interpreter import LEAST, enlarge_pages

_KERNEL_CAN = Path("/sys/kernel/mm/transparent_hugepage")


def test_what_was_allocated_is_asked_for_in_large_pages() -> None:
    """The kernel notes it of the region where a large object lies, and what is in there stays as it was."""
    block = bytearray(b"deskpulse") * (2 * LEAST // 9)
    before = bytes(block)
    assert enlarge_pages() >= LEAST
    assert _is_advised(ctypes.addressof(ctypes.c_char.from_buffer(block)) + LEAST) is _KERNEL_CAN.exists()
    assert block == before


def _is_advised(address: int) -> bool:
    """Say whether the memory at an address is marked for large pages (`hg` of its flags)."""
    for region in re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text()):
        start, end = (int(bound, 16) for bound in region.split(" ", 1)[0].split("-"))
        if start <= address < end:
            return "hg" in re.findall(r"VmFlags:(.*)", region)[0].split()
    raise AssertionError(f"nothing is at {address:x}")
