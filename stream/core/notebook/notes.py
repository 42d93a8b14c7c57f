"""What a shard has to write down: collected while it works, handed over page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stream.core.clocks import NEVER
from stream.core.desk.packing import pack
from stream.core.desk.prefetch import in_parts, prefetch_histories
from stream.core.notebook import form
from stream.core.notebook.residue import KeptResidue
from stream.core.notebook.transition import Transition, encode_transition
from stream.core.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stream.core.desk.case import Case
    from stream.core.desk.fold import Step
    from stream.core.desk.groups import Groups, People
    from stream.core.desk.record import Record
    from stream.core.windows import Books


class Page(NamedTuple):
    """What belongs into one transaction.

    Attributes:
        records: keys and values of the state topic; a value of None takes the key away.
        transitions: ids of subjects and steps of their clocks, for the topic of SLA events.
    """

    records: list[tuple[bytes, bytes | None]]
    transitions: list[tuple[bytes, bytes]]


class Notes:
    """What changed in a shard since its last page.

    Attributes:
        dirty: records with facts that are not written down, and
        keys: under what they are.
        transitions: steps of clocks that nobody was told of.
        residue: contributions of facts that were let go of.
    """

    def __init__(self, books: Books, period: Books, groups: Groups, people: People) -> None:
        self.dirty: list[Record] = []
        self.keys: list[bytes] = []
        self.residue = KeptResidue((books, period))
        self._hours = books.hours
        self._hours.changed = set()
        self._groups = groups
        self._people = people
        self._named = (0, 0)
        self._gone: dict[bytes, None] = {}
        self.transitions: list[Transition] = []
        self._policies: dict[bytes, bytes | None] = {}

    @property
    def has_news(self) -> bool:
        """Whether anything waits to be written down."""
        return bool(self.dirty or self._gone or self.transitions or self._policies)

    def note(self, record: Record, subject_id: str) -> None:
        """Note a record whose facts have to be written down; who has just read of it has its id at hand."""
        record.dirty = True
        self.dirty.append(record)
        self.keys.append(key_of(record, subject_id))

    def forget(self, record: Record) -> None:
        """Note that a subject was let go of."""
        self._gone[key_of(record, record.id)] = None
        record.dirty = record.unwritten = False

    def policy(self, number: int, text: str | None, until: int | None) -> None:
        """Note the policy of an era and until when it held; None for the text takes it away."""
        value = None if text is None else form.encode({"text": text, "until": until})
        self._policies[form.numbered(form.POLICY, number)] = value

    def written(self) -> None:
        """Note that hours and residue are as they were written down."""
        self._hours.changed = set()
        self.residue.changed.clear()

    def known(self) -> None:
        """Note that the policy of now is written down already."""
        self._policies.clear()

    def turn(self, shard: Mapping[str, Any]) -> Page:
        """Return all that changed since the last page, with what the shard says of itself, and begin a new one."""
        gone = self._gone
        records: list[tuple[bytes, bytes | None]] = []
        keys = iter(self.keys)
        for part in in_parts(self.dirty, prefetch_histories):
            for record in part:
                key = next(keys)
                if record.dirty:
                    record.dirty = record.unwritten = False
                    if gone:
                        gone.pop(key, None)
                    records.append((key, value_of(record)))
        records.extend([(key, None) for key in gone])
        self.residue.advance()
        records.extend(self._counted(self._hours.changed or (), form.HOUR, self._hours.of))
        records.extend(self._counted(self.residue.changed, form.MINUTE, self.residue.minute))
        records.extend(self._policies.items())
        named = (len(self._groups.labels), len(self._people.names))
        if named != self._named:
            self._named = named
            names = {"by": self._groups.names, "groups": self._groups.labels, "people": self._people.names}
            records.append((form.NAMES, form.encode(names)))
        records.append((form.SHARD, form.encode(shard)))
        transitions = [(each.subject.encode(), encode_transition(each)) for each in self.transitions]
        self.dirty, self.keys, self._gone, self.transitions, self._policies = [], [], {}, [], {}
        self._hours.changed = set()
        self.residue.changed.clear()
        return Page(records, transitions)

    @staticmethod
    def _counted(changed: Iterable[int], prefix: bytes, of: Any) -> list[tuple[bytes, bytes | None]]:
        found = []
        for number in changed:
            value = of(number)
            found.append((form.numbered(prefix, number), None if value is None else form.encode(value)))
        return found


def key_of(record: Record, subject_id: str) -> bytes:
    """Return the key under which a subject is written down; its id is the record's, which may be farther away."""
    return record.shelf.letter + subject_id.encode()


def value_of(record: Record) -> bytes:
    """Return a subject as it is written down."""
    if record.base is None:
        return record.history.raw
    cut = form.encode([record.dropped, record.base_era, pack(record.base), record.base_at])
    return form.CUT + len(cut).to_bytes(4, "big") + cut + record.history.raw


def transition(what: str, retracts: str, step: Step, case: Case) -> Transition:
    """Return the message of a step of a clock of a ticket or contact."""
    _, clock, cycle, at, due, target = step
    return Transition(
        what,
        case.id,
        case.KIND,
        clock,
        cycle,
        target,
        rfc3339(at),
        None if due == NEVER else rfc3339(due),
        retracts or None,
        case.queue,
        case.channel,
        case.priority,
        case.tier,
        case.agent,
        case.tenant,
    )
