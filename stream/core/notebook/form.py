"""The form of what is written down: keys and values of the state topic.

```
  t:ID  c:ID  s:ID  a:ID  u:ID   a ticket, contact, subject of surveys, agent or customer:
                                 history                       or
                                 1, length of what follows, [dropped, era, packed base, its last instant],
                                 history
  !shard                         the shard itself, in every page: format, time, counts, source offsets, policy
  !names                         groups and agents in the order of their numbers
  !policy:N                      the text of the policy of era N, and until when it held; that of now has the last N
  !hour:H                        arrivals by group in hour H since 1970
  !minute:M                      contributions of facts that were let go of, in minute M since 1970
```

All values are MessagePack; no history begins with 1. A subject's key begins with its kind and a colon, so it is
never one of the others.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from stream.core.desk.history import BEGINNING
from stream.core.desk.shelf import LETTERS

FORMAT: Final = 2
"""Version of all this. A state of another version is refused; see docs/state.md for how it is moved on."""

SHARD: Final = b"!shard"
NAMES: Final = b"!names"
POLICY: Final = b"!policy:"
HOUR: Final = b"!hour:"
MINUTE: Final = b"!minute:"

KINDS: Final = {letter: kind for kind, letter in LETTERS.items()}

CUT: Final = b"\x01"

encode: Final = msgspec.msgpack.Encoder().encode
decode: Final = msgspec.msgpack.Decoder().decode


def numbered(prefix: bytes, number: int) -> bytes:
    """Return the key of an hour, a minute or a policy."""
    return prefix + str(number).encode()


def number_of(prefix: bytes, key: bytes) -> int:
    """Return the number in such a key."""
    return int(key[len(prefix) :])


def pages_of(value: bytes) -> tuple[Any, bytes]:
    """Return what a subject's history was cut to (or None) and the history itself."""
    if value[:1] == BEGINNING:
        return None, value
    end = 5 + int.from_bytes(value[1:5], "big")
    return decode(value[5:end]), value[end:]
