"""Shard: the whole state of one partition number over all source topics, and its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stream.core.clocks import NEVER
from stream.core.counts import ShardCounts
from stream.core.desk import Agent, Answers, Case, Contact, Customer, Fold, Groups, Live, People, Posting, Rules, Ticket
from stream.core.desk.explain import at_risk, explain
from stream.core.desk.facts import CODE, SURVEY, fact_of, id_of
from stream.core.desk.fold import Tapped
from stream.core.desk.live import AT_RISK_BITS, NOWHERE
from stream.core.desk.prefetch import AT_ONCE, in_parts, prefetch, prefetch_states
from stream.core.desk.record import APPLIED, TOO_LATE, Record, begin
from stream.core.desk.shelf import HISTORY, Shelf
from stream.core.events import AgentStateChanged, ContactEvent, SurveyAnswered, TicketEvent
from stream.core.notebook.form import FORMAT
from stream.core.notebook.notes import Notes, transition
from stream.core.policy import Window
from stream.core.timers import Timers
from stream.core.times import SECOND
from stream.core.windows import Books, fine_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stream.core.desk.fold import Step, Take
    from stream.core.desk.subject import Subject
    from stream.core.events import Event
    from stream.core.notebook.notes import Page
    from stream.core.notebook.transition import Transition
    from stream.core.policy import Policy

# An event's class names its topic: comparing these is far cheaper than `isinstance` of a pydantic model.
_TICKETS = TicketEvent.topic
_CONTACTS = ContactEvent.topic
_SURVEYS = SurveyAnswered.topic
_AGENTS = AgentStateChanged.topic
_PANES = 60
_AT_A_TIME: Final = 1_000

COMPILED: Final = not __file__.endswith(".py")
"""Whether the hot path runs as C; its figures are the same, at several times the speed."""


class Shard:
    """The unit of assignment, recovery, fencing, memory and export. It shares nothing with other shards.

    Args:
        policy: targets, windows and groups.
        number: the partition number.
        history: how many of its last facts a subject keeps.
        forget: whether what ended long ago is let go of, as the policy's `reopen_days` allow.
        notes: whether it notes what has to be written down, to be had by `turn_page`.
        tap: is told of every contribution to the windows by instant, key and amount, corrections too.
        tell: is told of every step of a clock, retractions too.

    Attributes:
        now: the shard's time in microseconds; `-NEVER` before the first `advance`.
        newest: the largest `occurred_at` seen, or None.
        counts: what it has read.
        books: the windowed figures, those of agents and of volume, and
        period: those of customers, in the one window that the policy has for them, and
        live: the live figures of tickets and contacts; all are true after `settle`.
        groups: the labels of the groups, and
        people: the names of the agents.
        rules: what the policy demands.
        shelves: everything that it holds, by kind.
        notes: what has to be written down, or None.
    """

    def __init__(
        self,
        policy: Policy,
        number: int = 0,
        *,
        history: int = HISTORY,
        forget: bool = True,
        notes: bool = False,
        tap: Take | None = None,
        tell: Callable[[Transition], None] | None = None,
    ) -> None:
        self.policy = policy
        self.number = number
        self.now: int = -NEVER
        self.newest: int | None = None
        self.counts = ShardCounts()
        self.bounds = fine_bounds(policy.bounds)
        self.books = Books(policy.windows, self.bounds)
        self.windows = self.books.windows
        period = policy.customers.period
        self.period = Books((Window("period", period, max(period // SECOND // _PANES, 1) * SECOND),), ())
        self.groups = Groups(policy)
        self.people = People()
        self.rules = Rules(policy, self.groups)
        self.live = Live()
        self._tell = tell
        told = self._told if notes or tell is not None else None
        fold = Posting(self.rules, self.groups, self.people, self.books, told)
        if tap is not None:
            fold = Tapped(self.rules, self.groups, self.people, self.books, told, tap)
        hold = max(policy.reopen, self.windows.longest.length) if forget else NEVER
        self._tickets = Shelf(Ticket, fold, self.windows, hold, history, told)
        self._contacts = Shelf(Contact, fold, self.windows, hold, history, told)
        self._answers = Shelf(Answers, fold, self.windows, hold, history)
        self._agents = Shelf(Agent, fold, self.windows, hold, history)
        by_customer = Posting(self.rules, self.groups, self.people, self.period)
        longer = max(hold, period) if forget else NEVER
        self._customers = Shelf(Customer, by_customer, self.period.windows, longer, history)
        every = (self._tickets, self._contacts, self._answers, self._agents, self._customers)
        self.shelves: dict[str, Shelf] = {shelf.kind: shelf for shelf in every}
        self.notes: Notes | None = None
        if notes:
            self.notes = Notes(self.books, self.period, self.groups, self.people)
            self.notes.policy(0, policy.text, None)
            for shelf in every:
                shelf.residue = self.notes.residue.of(int(shelf is self._customers))
        self._at_risk: set[str] = set()
        self._timers = Timers()
        self._touched: list[Record] = []

    @property
    def next_timer(self) -> int | None:
        """The earliest instant at which something changes by time alone, or None."""
        self._refresh_touched()
        return self._timers.first()

    def __len__(self) -> int:
        """Return the number of tickets and contacts held."""
        return len(self._tickets.records) + len(self._contacts.records)

    def apply(self, event: Event, at: int | None = None) -> None:
        """Take one event in: in any order, any number of times. The shard's time stays as it is.

        `at` is `event.at`, for a caller who has computed it already.
        """
        if at is None:
            at = event.at
        shelf, key = self._place_of(event)
        if shelf is None:
            shelf = self._shelf_of(event, at)
        self._take(event, at, shelf, key, shelf.records.get(key))

    def apply_all(self, events: Sequence[Event], instants: Sequence[int]) -> None:
        """Take events in one after the other, as `apply` does with one.

        Where a shard holds many subjects it is faster: what some events are about is brought into the processor's
        cache together.

        Args:
            events: in their order.
            instants: `at` of each.
        """
        for start in range(0, len(events), AT_ONCE):
            part = events[start : start + AT_ONCE]
            places = [self._place_of(event) for event in part]
            records = [None if shelf is None else shelf.records.get(key) for shelf, key in places]
            prefetch(records)
            for number, event in enumerate(part):
                at = instants[start + number]
                shelf, key = places[number]
                if shelf is None:
                    self.apply(event, at)
                else:
                    self._take(event, at, shelf, key, records[number])

    def _place_of(self, event: Event) -> tuple[Shelf | None, str]:
        """Return the id of an event's subject, and where it is held where that is told by the event alone."""
        topic = event.topic
        if topic is _TICKETS:
            return self._tickets, event.ticket_id  # type: ignore[attr-defined]  # the topic tells the class
        if topic is _CONTACTS:
            return self._contacts, event.chat_id  # type: ignore[attr-defined]
        return None, event.key

    def _take(self, event: Event, at: int, shelf: Shelf, key: str, record: Record | None) -> None:
        """Take an event in whose subject had this record, if any, at most a few events ago."""
        counts = self.counts
        counts.events += 1
        if self.newest is None or at > self.newest:
            self.newest = at
        if record is None or record.state.ended_at is not None:
            record = self._open(shelf, key, at)
        fact = fact_of(event, at, counts.events)
        outcome = record.take(fact, id_of(event, fact[CODE]), self.now)
        if outcome is APPLIED:
            if at < shelf.windows.late_before:
                counts.late += 1
        elif outcome is TOO_LATE:
            counts.too_late += 1
        else:
            counts.duplicates += 1
        self._touch(record, key)

    def _touch(self, record: Record, subject_id: str) -> None:
        """Note that a record may have changed: for those who look at it, and for those who write it down."""
        if record.state.changed and not record.touched:
            record.touched = True
            self._touched.append(record)
        if record.unwritten and not record.dirty and self.notes is not None:
            self.notes.note(record, subject_id)

    def _shelf_of(self, event: Event, at: int) -> Shelf:
        """Return where an event belongs that is not about a ticket or contact of its own."""
        if event.topic is not _SURVEYS:
            return self._agents if event.topic is _AGENTS else self._customers
        for shelf in (self._tickets, self._contacts):
            record = shelf.records.get(event.key)
            if record is not None and not _is_forgotten(record, at):
                return shelf
        return self._answers

    def _open(self, shelf: Shelf, subject_id: str, at: int) -> Record:
        """Return the record of a subject: a new one where there is none, or it ended too long ago."""
        record = shelf.records.get(subject_id)
        if record is not None:
            if not _is_forgotten(record, at):
                return record
            self._forget(record)
        record = shelf.records[subject_id] = begin(shelf, subject_id)
        if shelf is self._tickets:
            self._adopt(record, self._contacts)
            self._adopt(record, self._answers)
        elif shelf is self._contacts:
            self._adopt(record, self._answers)
        return record

    def _adopt(self, record: Record, shelf: Shelf) -> None:
        """Let the answers to surveys about a subject that is known from now on be its own."""
        other = shelf.records.get(record.id)
        if other is None:
            return
        for fact, event_id in other.release(SURVEY, self.now):
            record.take_encoded(fact, event_id, self.now)
        if shelf is self._answers:
            self._forget(other)
        else:
            self._touch(other, other.id)

    def advance(self, now: int) -> None:
        """Move the shard's time: fire the deadlines up to it, let panes enter and leave. It never goes back."""
        if now < self.now:
            return
        self.now = now
        self._refresh_touched()
        while due := self._timers.take_due(now):
            for record in due:
                if _is_forgotten(record, now):
                    self._forget(record)
                else:
                    record.tick(now)
                    self._refresh(record)
        self.books.advance(now)
        self.period.advance(now)

    @property
    def has_news(self) -> bool:
        """Whether anything waits to be written down."""
        return self.notes is not None and self.notes.has_news

    def turn_page(self, cursors: Mapping[str, tuple[int, int | None]]) -> Page:
        """Return all that has changed since the last page, for one transaction; it begins a new one.

        Args:
            cursors: by source topic: the next offset to apply and the newest event time in microseconds (or None).
        """
        if self.notes is None:
            raise ValueError("a shard without notes has nothing to write down; make it with notes=True")
        counts = self.counts
        return self.notes.turn({
            "format": FORMAT,
            "partition": self.number,
            "fingerprint": self.policy.fingerprint,
            "now": self.now,
            "newest": self.newest,
            "counts": [counts.events, counts.duplicates, counts.late, counts.too_late],
            "cursors": dict(cursors),
        })  # fmt: skip

    def dissolve(self) -> Iterator[None]:
        """Let go of everything, some subjects at a time: who drops a shard must, or its memory stays taken.

        A shelf knows its subjects and each of them its shelf, so nothing of this is freed by itself; and to have the
        interpreter look for such cycles among a million objects would hold everything up.
        """
        self._touched.clear()
        self._timers = Timers()
        for shelf in self.shelves.values():
            shelf.told = None
            if isinstance(shelf.fold, Posting):
                shelf.fold.told = None
            records = shelf.records
            while records:
                for _ in range(min(len(records), _AT_A_TIME)):
                    records.popitem()
                yield

    def take_back(self, record: Record) -> None:
        """Show a record that was filled with what had been written down; it sleeps unless people will look at it."""
        self._refresh(record)
        if not record.shown[0] & AT_RISK_BITS:
            record.sleep()

    def _told(self, what: str, retracts: str, step: Step, subject: Subject) -> None:
        if not isinstance(subject, Case):
            return
        message = transition(what, retracts, step, subject)
        if self.notes is not None:
            self.notes.transitions.append(message)
        if self._tell is not None:
            self._tell(message)

    def settle(self) -> None:
        """Bring windows and live figures up to date; to be called before they are read."""
        self._refresh_touched()
        self.books.settle()
        self.period.settle()

    def at_risk(self, queue: str | None, limit: int) -> list[dict[str, Any]]:
        """Return the clocks that are imminent or breaching, soonest due first, at most `limit`."""
        self._refresh_touched()
        subjects = (self._among(shown_id)[shown_id[1:]].state for shown_id in self._at_risk)
        states = [state for state in subjects if isinstance(state, Case)]
        return at_risk(states, self.now, queue, limit, self.policy.ticket_url)

    def explain(self, subject_id: str) -> list[dict[str, Any]]:
        """Return the story of a ticket and of a contact of that id, as `deskpulse explain` prints it."""
        shelves = (self._tickets, self._contacts)
        found = [shelf.records[subject_id] for shelf in shelves if subject_id in shelf.records]
        tracing = Fold(self.rules, self.groups, self.people, trace=True)
        told = [(record.retold(tracing, self.now), record.dropped) for record in found]
        return [explain(state, self.now, dropped) for state, dropped in told if isinstance(state, Case)]

    def explain_all(self) -> Iterator[dict[str, Any]]:
        """Iterate over the stories of everything held, in order of id."""
        for subject_id in sorted({*self._tickets.records, *self._contacts.records}):
            yield from self.explain(subject_id)

    def _among(self, shown_id: str) -> dict[str, Record]:
        return (self._tickets if shown_id[0] == Ticket.KIND[0] else self._contacts).records

    def _refresh_touched(self) -> None:
        """Look once at what many events of a batch may have changed."""
        for part in in_parts(self._touched, prefetch_states):
            for record in part:
                record.touched = False
                self._refresh(record)
        self._touched.clear()

    def _refresh(self, record: Record) -> None:
        """Bring the live figures and the timer into line with a subject that may have changed."""
        state = record.state
        state.changed = False
        now = self.now
        shown = state.show(now)
        if shown != record.shown:
            self.live.change(state.KIND, record.shown, shown)
            if (shown[0] | record.shown[0]) & AT_RISK_BITS:
                # A ticket and a contact may have the same id.
                shown_id = state.KIND[0] + state.id
                if shown[0] & AT_RISK_BITS:
                    self._at_risk.add(shown_id)
                else:
                    self._at_risk.discard(shown_id)
            record.shown = shown
        wakes = state.wakes(now)
        if state.ended_at is not None and state.ended_at + record.shelf.hold < wakes:
            wakes = state.ended_at + record.shelf.hold
        if wakes < record.timer:
            # A timer that comes too early is set again when it fires: most never have to be moved.
            self._timers.set(record, wakes)

    def _forget(self, record: Record) -> None:
        """Let go of a subject that ended long ago: what it contributed stays."""
        kind, records = record.shelf.kind, record.shelf.records
        if record.shown[0]:
            self.live.change(kind, record.shown, NOWHERE)
            self._at_risk.discard(kind[0] + record.id)
            record.shown = NOWHERE
        record.timer = NEVER
        if records.get(record.id) is record:
            del records[record.id]
            if self.notes is not None:
                self.notes.forget(record)


def _is_forgotten(record: Record, at: int) -> bool:
    ended_at = record.state.ended_at
    return ended_at is not None and ended_at + record.shelf.hold <= at
