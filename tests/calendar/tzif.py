"""The changes of a zone as its file lists them: read here byte by byte, so that nothing of the calendar is used.

Source: RFC 9636, "The Time Zone Information Format (TZif)".
"""

from __future__ import annotations

import struct
from importlib import resources
from itertools import pairwise

HEADER = struct.Struct(">4sc15x6l")


def listed(name: str) -> list[tuple[int, int, int]]:
    """Return (instant in seconds, offset before, offset after) of every change that the file of a zone lists."""
    data = (resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).read_bytes()
    # The first block has 32-bit instants; the second says the same and more in 64 bits.
    _, _, is_ut, is_standard, leaps, times, types, letters = HEADER.unpack_from(data)
    begin = HEADER.size + 5 * times + 6 * types + letters + 8 * leaps + is_standard + is_ut
    _, _, _, _, _, times, types, _ = HEADER.unpack_from(data, begin)
    begin += HEADER.size
    instants = struct.unpack_from(f">{times}q", data, begin)
    begin += 8 * times
    indexes = data[begin : begin + times]
    begin += times
    offsets = [struct.unpack_from(">lbb", data, begin + 6 * place)[0] for place in range(types)]
    held = [(instant, offsets[index]) for instant, index in zip(instants, indexes, strict=True)]
    return [(at, before, after) for (_, before), (at, after) in pairwise(held) if before != after]
