"""The history of a subject: its last facts, as bytes.

A history is MessagePack: one fact after the other, each followed by the id of its event. So whether an event is known
is a search for the bytes of its id, a new fact is appended as it is, and what is written down is what is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from mypy_extensions import mypyc_attr

from stream.core.desk.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable

Entry = tuple[Fact, bytes]
"""A fact and the encoded id of its event."""

encode: Final = msgspec.msgpack.Encoder().encode
"""Return the bytes of a fact, or of the id of an event."""
_decode: Final = msgspec.msgpack.Decoder(list[Any]).decode
_Plain = str | int | float | bool | None
_Said = tuple[_Plain | tuple[_Plain, ...], ...] | _Plain
_decode_usual: Final = msgspec.msgpack.Decoder(list[tuple[int, int, int, int, str | None, _Said] | str]).decode
"""Return facts and ids in turns, with tuples where MessagePack has arrays; it takes only ids that are text."""

BEGINNING: Final = b"\xdd"
"""How a history begins: MessagePack's mark of an array of up to 2 ** 32 items, whose number follows in four bytes."""
_HEADER: Final = 5
_LOOSE: Final = 64
"""With so many facts they are held one by one: to search and copy them all for each event would cost too much."""


def _head(count: int) -> bytes:
    """Return what stands before so many facts, each of which has its id beside it."""
    return BEGINNING + (2 * count).to_bytes(4, "big")


_HEADS: Final = [_head(count) for count in range(_LOOSE)]
_EMPTY: Final = _HEADS[0]


@mypyc_attr(acyclic=True)
class History:
    """The facts of one subject, in order; the one that created it comes first.

    Args:
        raw: what was written down of it.

    Attributes:
        count: how many there are.
    """

    __slots__ = ("_loose", "_raw", "count")

    def __init__(self, raw: bytes = _EMPTY) -> None:
        self._raw = raw
        self._loose: dict[bytes, bytes] | None = None
        self.count: int = 0 if raw is _EMPTY else int.from_bytes(raw[1:_HEADER], "big") // 2

    @property
    def raw(self) -> bytes:
        """All of it as it is written down: an array of facts and ids in turns."""
        return self._raw if self._loose is None else _joined(self._loose)

    def knows(self, event_id: bytes) -> bool:
        """Return whether an event is among the facts."""
        if self._loose is not None:
            return event_id in self._loose
        # The bytes of an id may stand elsewhere by chance: what is found is looked at.
        # `in` would first try whether they are a number.
        return self._raw.find(event_id) >= 0 and any(known == event_id for _, known in self.entries())

    def sample(self) -> int:
        """Read a byte here and there; see `prefetch`."""
        raw = self._raw
        size = len(raw)
        return raw[0] + raw[size >> 1] + raw[size - 1]

    def append(self, fact: bytes, event_id: bytes) -> None:
        """Put a fact behind all others."""
        if self._loose is None and self.count + 1 >= _LOOSE:
            self._loose = {known: encode(each) for each, known in self.entries()}
            self._raw = _EMPTY
        self.count += 1
        if self._loose is None:
            self._raw = b"".join([_HEADS[self.count], self._raw[_HEADER:], fact, event_id])
        else:
            self._loose[event_id] = fact

    def facts(self) -> list[Fact]:
        """Return all facts."""
        facts: list[Fact] = _items(self.raw)[::2]
        return facts

    def entries(self) -> list[Entry]:
        """Return all facts with the ids of their events."""
        items = _items(self.raw)
        return [(fact, encode(event_id)) for fact, event_id in zip(items[::2], items[1::2], strict=True)]

    def replace(self, entries: Iterable[Entry]) -> None:
        """Hold other facts than before."""
        loose = {event_id: encode(fact) for fact, event_id in entries}
        self.count = len(loose)
        if self.count < _LOOSE:
            self._raw, self._loose = _joined(loose), None
        else:
            self._raw, self._loose = _EMPTY, loose

    def pop_first(self) -> Fact:
        """Let go of the first fact, and return it."""
        if self._loose is None:
            entries = self.entries()
            self.replace(entries[1:])
            return entries[0][0]
        event_id = next(iter(self._loose))
        self.count -= 1
        return _fact(_decode(self._loose.pop(event_id)))


def _joined(loose: dict[bytes, bytes]) -> bytes:
    """Return facts by id as they are written down."""
    return _head(len(loose)) + b"".join([fact + event_id for event_id, fact in loose.items()])


def _items(raw: bytes) -> list[Any]:
    """Return facts and ids in turns."""
    try:
        items: list[Any] = _decode_usual(raw)
    except msgspec.ValidationError:
        # The id of a survey's answer says that it is one.
        items = _decode(raw)
        items[::2] = [_fact(row) for row in items[::2]]
    return items


def _fact(row: list[Any]) -> Fact:
    at, seq, arrival, code, tenant, said = row
    return at, seq, arrival, code, tenant, _as_said(said) if isinstance(said, list) else said


def _as_said(row: list[Any]) -> tuple[Any, ...]:
    """Return what an event says as it was before MessagePack made lists of its tuples."""
    return tuple([_as_said(each) if isinstance(each, list) else each for each in row])
