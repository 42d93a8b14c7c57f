"""What can be counted, and where each count stands: the address space of every window.

A contribution is `(instant, key, amount)`. Its key is the number of the group in the high bits and a slot in the
low ones:

```
      0 ..  47   counters, in the order of COUNTERS
     48 ..  55   changes of a level: how many agents came into a state (+) or left it (-)
     56 ..  63   the same, times the instant: what makes seconds of the changes (see stream.core.windows.books)
     64 .. 2111  outcomes of target i: 64 + 2 i = met, 65 + 2 i = breached
   4096 .. +1024 per duration, in the order of DURATIONS: + 0 = sum in microseconds, + 1 + b = count of bucket b
```

Sums of scores are kept in millionths, those of times in microseconds: whole numbers can be added and taken back.
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
    "begun",
    "first_solved",
    "handled",
    "first_contact_resolved",
    "bot_ended",
    "bot_resolved",
    "bot_handed_over",
    "csat_answers",
    "csat_satisfied",
    "nps_answers",
    "nps_promoters",
    "nps_detractors",
    "enps_answers",
    "enps_promoters",
    "enps_detractors",
    "ces_answers",
    "ces_score",
    "qa_answers",
    "qa_score",
    # The last eleven are not contributed but computed when a window is read: agents by queue, all agents once, volume.
    "available_time",
    "busy_time",
    "wrap_up_time",
    "break_time",
    "all_available_time",
    "all_busy_time",
    "all_wrap_up_time",
    "all_break_time",
    "arrived_full_hours",
    "arrived_week_before",
)
"""Counters of a group; the order is the order of their slots."""

SLOT: Final = {name: slot for slot, name in enumerate(COUNTERS)}
"""The slot of each counter."""

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
BEGUN, FIRST_SOLVED, HANDLED, FIRST_CONTACT_RESOLVED, BOT_ENDED, BOT_RESOLVED, BOT_HANDED_OVER = range(16, 23)
TIMES: Final = SLOT["available_time"]
ARRIVED, WEEK_BEFORE = SLOT["arrived_full_hours"], SLOT["arrived_week_before"]

STATES: Final = ("available", "busy", "wrap_up", "break")
"""States of an agent who is not offline; the order is the order of the slots of their levels and times."""
LEVELS: Final = 48
ONCE: Final = len(STATES)
"""From the slot of a queue's agents to that of all agents, each of whom counts once whatever their queues."""
MOMENT: Final = 2 * len(STATES)
"""From the slot of a level's changes to that of the same times their instants."""

OUTCOMES: Final = 64
MAX_TARGETS: Final = 1024
HISTOGRAMS: Final = 4096
HISTOGRAM_SIZE: Final = 1024
GROUP_SHIFT: Final = 14
SLOT_MASK: Final = (1 << GROUP_SHIFT) - 1

FIRST_RESPONSE, FIRST_RESPONSE_OPEN, NEXT_RESPONSE, FIRST_RESOLUTION, FULL_RESOLUTION, WAIT, ABANDON_WAIT, HANDLE = (
    HISTOGRAMS + HISTOGRAM_SIZE * _i for _i in range(len(DURATIONS))
)
