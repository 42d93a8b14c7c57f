"""What can be counted, and where each count stands: the address space of every window.

A contribution is `(instant, key, amount)`. Its key is the number of the group in the high bits and a slot in the
low ones:

```
      0 ..  63   counters, in the order of COUNTERS
     64 .. 2111  outcomes of target i: 64 + 2 i = met, 65 + 2 i = breached
   4096 .. +1024 per duration, in the order of DURATIONS: + 0 = sum in microseconds, + 1 + b = count of bucket b
```
"""

from __future__ import annotations

from typing import Final

COUNTERS: Final = (
    "created",
    "solved",
    "reopened",
    "escalated",
    "transferred",
    "messages",
    "offered",
    "answered",
    "answered_in_target",
    "abandoned",
    "abandoned_in_target",
    "short_abandons",
    "callbacks",
    "flow_outs",
    # Contacts that no service level covers: they count above, and in no service level.
    "answered_without_target",
    "abandoned_without_target",
)
"""Counters of a group; the order is the order of their slots."""

PUBLIC_COUNTERS: Final = COUNTERS[:14]
"""The counters that `replay` shows under `counts`."""

DURATIONS: Final = (
    "first_response",
    "first_response_open",
    "next_response",
    "first_resolution",
    "full_resolution",
    "wait",
    "abandon_wait",
    "handle",
)
"""Durations of a group; the order is the order of their slots."""

CREATED, SOLVED, REOPENED, ESCALATED, TRANSFERRED, MESSAGES, OFFERED, ANSWERED, ANSWERED_IN_TARGET = range(9)
ABANDONED, ABANDONED_IN_TARGET, SHORT_ABANDONS, CALLBACKS, FLOW_OUTS = range(9, 14)
ANSWERED_WITHOUT_TARGET, ABANDONED_WITHOUT_TARGET = range(14, 16)

OUTCOMES: Final = 64
MAX_TARGETS: Final = 1024
HISTOGRAMS: Final = 4096
HISTOGRAM_SIZE: Final = 1024
GROUP_SHIFT: Final = 14
SLOT_MASK: Final = (1 << GROUP_SHIFT) - 1

FIRST_RESPONSE, FIRST_RESPONSE_OPEN, NEXT_RESPONSE, FIRST_RESOLUTION, FULL_RESOLUTION, WAIT, ABANDON_WAIT, HANDLE = (
    HISTOGRAMS + HISTOGRAM_SIZE * _i for _i in range(len(DURATIONS))
)
