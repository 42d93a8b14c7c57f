"""Worked cases in words: tables that a team lead can read and check by hand.

A table is text. Its rows are set apart by empty lines; the first line of a row is its name, the others say what is
promised, what happened and what must be seen. A line that is indented further goes on with the one before it.

    10: medium (3 h) becomes high (2 h) after an hour
        promise: resolution 3h for priority medium
        promise: resolution 2h for priority high
        ticket:  Mon 10:00 created medium; 11:00 becomes high
        at 11:30: resolution pending, due 12:00, spent 1h30m; outcomes none

| line | says |
| --- | --- |
| `zone:` | the zone of all times and hours of the row; UTC without it |
| `hours NAME:` | `mon-fri 08-12 13-17; sat 10:30-14; off 2026-03-06 DE/NW; in UTC`; `office` is `mon-fri 09-17` |
| `promise:` | a row of the policy, see `promises` |
| `ticket:`, `contact:` | what is told next, in this order, see `events`; `ticket T2:` is about another one |
| `at TIME:` | the shard's time moves there, and this must be seen, see `expected` |

A day is `Mon` to `Sun` of the week of 2 March 2026, `next Mon` to `next Sun` of the week after, or a date. A time
without a day is on the day that was named last. `07:30Z` is UTC. Durations are `1h30m`, `90m`, `3601s`.

Every row is told three times: as it is written, as it happened, and backwards with all messages twice. The end must be
the same; what must be seen before it is looked at only in the first.
"""

from tests.core.notation.case import Case, cases, differences, told

__all__ = ["Case", "cases", "differences", "told"]
