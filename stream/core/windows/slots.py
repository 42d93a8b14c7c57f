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

# Each by itself, as a number that a compiler can see: written as a row, they would be looked up at every use.
CREATED: Final = 0
SOLVED: Final = 1
REOPENED: Final = 2
ESCALATED: Final = 3
TRANSFERRED: Final = 4
MESSAGES: Final = 5
OFFERED: Final = 6
ANSWERED: Final = 7
ANSWERED_IN_TARGET: Final = 8
ABANDONED: Final = 9
ABANDONED_IN_TARGET: Final = 10
SHORT_ABANDONS: Final = 11
CALLBACKS: Final = 12
FLOW_OUTS: Final = 13
ANSWERED_WITHOUT_TARGET: Final = 14
ABANDONED_WITHOUT_TARGET: Final = 15
BEGUN: Final = 16
FIRST_SOLVED: Final = 17
HANDLED: Final = 18
FIRST_CONTACT_RESOLVED: Final = 19
BOT_ENDED: Final = 20
BOT_RESOLVED: Final = 21
BOT_HANDED_OVER: Final = 22
TIMES: Final = 35
ARRIVED: Final = 43
WEEK_BEFORE: Final = 44

STATES: Final = ("available", "busy", "wrap_up", "break")
"""States of an agent who is not offline; the order is the order of the slots of their levels and times."""
LEVELS: Final = 48
ONCE: Final = 4
"""From the slot of a queue's agents to that of all agents, each of whom counts once whatever their queues."""
MOMENT: Final = 2 * ONCE
"""From the slot of a level's changes to that of the same times their instants."""

OUTCOMES: Final = 64
MAX_TARGETS: Final = 1024
HISTOGRAMS: Final = 4096
HISTOGRAM_SIZE: Final = 1024
GROUP_SHIFT: Final = 14
SLOT_MASK: Final = (1 << GROUP_SHIFT) - 1

FIRST_RESPONSE: Final = HISTOGRAMS + 0 * HISTOGRAM_SIZE
FIRST_RESPONSE_OPEN: Final = HISTOGRAMS + 1 * HISTOGRAM_SIZE
NEXT_RESPONSE: Final = HISTOGRAMS + 2 * HISTOGRAM_SIZE
FIRST_RESOLUTION: Final = HISTOGRAMS + 3 * HISTOGRAM_SIZE
FULL_RESOLUTION: Final = HISTOGRAMS + 4 * HISTOGRAM_SIZE
WAIT: Final = HISTOGRAMS + 5 * HISTOGRAM_SIZE
ABANDON_WAIT: Final = HISTOGRAMS + 6 * HISTOGRAM_SIZE
HANDLE: Final = HISTOGRAMS + 7 * HISTOGRAM_SIZE
