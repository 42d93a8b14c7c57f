"""What happened: messages made of lines of a table, several to a line with `;` between them.

| about a ticket | about a contact |
| --- | --- |
| `created`, with labels | `started`, with labels |
| `customer writes`, `agent notes`: public, internal; also `bot`, `system` | the same |
| `open`, `new`, `pending`, `on_hold`, `solved`, `closed` | `queued`, with labels |
| `becomes high` | `offered to a1`, `missed by a1`, `accepted`, `accepted by a1` |
| `moved to tech`, `moved to tech for a1`, `given to a1`, `taken back` | `transferred to tech` |
| `escalated`, `merged`, `merged into T2` | `abandoned`, `callback` |
| `deleted`, `restored` | `ended`, `ended by agent`, `wrapped up`; also `wrapped up unresolved` |

Labels are words for a status, priority, tier or channel, and `in tech`, `to a1`, `opened by agent`, `with bot`. What is
created is an e-mail in `billing`, what is started a chat in `billing`, unless said otherwise: `without queue`.

`from acme` names the tenant, `(seq 3)` the sequence number; events have rising ones otherwise. `again` is the message
before it once more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.core.notation.times import Wall

Said = dict[str, Any]

STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
_WORDS: dict[str, Said] = {
    **{word: {"status": word} for word in STATUSES},
    **{word: {"priority": word} for word in ("low", "medium", "high", "urgent")},
    **{word: {"customer_tier": word} for word in ("gold", "silver")},
    **{word: {"channel": word} for word in ("email", "chat", "voice", "messaging")},
}
_PAIRS = {"in": "queue", "to": "agent_id"}
_PHRASES: dict[str, Said] = {
    "opened by agent": {"opened_by": "agent"},
    "with bot": {"handled_by": "bot"},
    "without queue": {"queue": None},
    "without channel": {"channel": None},
}
_RESOLVED = r"(?: (?P<resolved>resolved|unresolved))?"
_AUTHOR = r"(?P<author>customer|agent|bot|system)"
_MESSAGES = (
    (rf"{_AUTHOR} writes", "message", {"visibility": "public"}),
    (rf"{_AUTHOR} notes", "message", {"visibility": "internal"}),
)
_TICKET: tuple[tuple[str, str, Said], ...] = (
    (r"created(?P<labels>.*)", "created", {"queue": "billing", "channel": "email"}),
    *_MESSAGES,
    (rf"(?P<status>{'|'.join(STATUSES)})", "status_changed", {}),
    (r"becomes (?P<priority>\w+)", "priority_changed", {}),
    (r"moved to (?P<queue>\w+)(?: for (?P<agent_id>\w+))?", "assigned", {}),
    (r"given to (?P<agent_id>\w+)", "assigned", {}),
    (r"taken back", "assigned", {"agent_id": None}),
    (r"escalated", "escalated", {}),
    (r"merged(?: into (?P<into>\w+))?", "merged", {}),
    (r"deleted", "deleted", {}),
    (r"restored", "restored", {}),
)
_CONTACT: tuple[tuple[str, str, Said], ...] = (
    (r"started(?P<labels>.*)", "started", {"queue": "billing", "channel": "chat", "handled_by": "queue"}),
    (r"queued(?P<labels>.*)", "queued", {}),
    *_MESSAGES,
    (r"offered to (?P<agent_id>\w+)", "offered", {}),
    (r"missed by (?P<agent_id>\w+)", "missed", {}),
    (r"accepted(?: by (?P<agent_id>\w+))?", "accepted", {}),
    (r"transferred to (?P<queue>\w+)", "transferred", {}),
    (r"abandoned", "abandoned", {}),
    (r"callback", "callback_requested", {}),
    (rf"ended(?: by (?P<ended_by>\w+))?{_RESOLVED}", "ended", {}),
    (rf"wrapped up{_RESOLVED}", "wrapped_up", {}),
)
KINDS = {"ticket": ("ticket.", "ticket_id", _TICKET), "contact": ("chat.", "chat_id", _CONTACT)}
_SEQ = re.compile(r" \(seq (\d+)\)$")
_TENANT = re.compile(r" from (\w+)$")


class Teller:
    """Turns the lines of one row into messages, and gives them their numbers."""

    def __init__(self, zone: str) -> None:
        self._wall = Wall(zone)
        self._number = 0
        self._last = b""

    def tell(self, kind: str, subject: str, line: str) -> Iterator[bytes]:
        """Iterate over the messages of a line about a `ticket` or `contact`."""
        for text in line.split(";"):
            if text.strip() != "again":
                self._number += 1
                self._last = json.dumps(self._event(kind, subject, text.strip())).encode()
            yield self._last

    def _event(self, kind: str, subject: str, text: str) -> Said:
        moment, phrase = self._wall.read(text)
        extra: Said = {"seq": 100 + self._number}
        if found := _SEQ.search(phrase):
            extra["seq"], phrase = int(found[1]), phrase[: found.start()]
        if found := _TENANT.search(phrase):
            extra["tenant"], phrase = found[1], phrase[: found.start()]
        prefix, key, table = KINDS[kind]
        for pattern, name, fixed in table:
            if match := re.fullmatch(pattern, phrase):
                said = {field: value for field, value in match.groupdict().items() if value is not None}
                said = fixed | _labels(said.pop("labels", ""), phrase) | said
                if "resolved" in said:
                    said["resolved"] = said["resolved"] == "resolved"
                head = {"type": prefix + name, key: subject, "event_id": f"{subject}-{self._number}"}
                return head | {"occurred_at": moment.isoformat()} | said | extra
        raise ValueError(f"{text!r}: {phrase!r} is nothing that a {kind} can do")


def _labels(text: str, phrase: str) -> Said:
    said: Said = {}
    rest = text.strip()
    while rest:
        word, _, after = rest.partition(" ")
        value, _, later = after.partition(" ")
        long = next((words for words in _PHRASES if rest.startswith(words)), None)
        if long is not None:
            said |= _PHRASES[long]
            rest = rest[len(long) :].strip()
        elif word in _PAIRS and value:
            said[_PAIRS[word]] = value
            rest = later
        elif word in _WORDS:
            said |= _WORDS[word]
            rest = after
        else:
            raise ValueError(f"{phrase!r}: {word!r} is no label that is known")
    return said
