"""Shard: the whole state of one partition number over all source topics, and its time."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from stream.core.clocks import NEVER
from stream.core.desk import Contact, Fold, Groups, Live, Ticket, fact_of
from stream.core.desk.explain import at_risk, explain
from stream.core.desk.fold import HISTORY, Nobody
from stream.core.desk.live import AT_RISK_BITS, NOWHERE
from stream.core.desk.record import APPLIED, TOO_LATE, Record
from stream.core.events import ContactEvent, TicketEvent
from stream.core.windows import Windows, fine_bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stream.core.desk.live import Shown
    from stream.core.events import Event
    from stream.core.policy import Policy

# An event's class names its topic: comparing these is far cheaper than `isinstance` of a pydantic model.
_TICKETS = TicketEvent.topic
_CONTACTS = ContactEvent.topic


@dataclass(slots=True)
class ShardCounts:
    """What a shard has read.

    Attributes:
        events: events applied or found to be repetitions.
        duplicates: events that their subject had already, and second creations.
        late: events whose pane had left the longest window; they changed their subject, and no window.
        too_late: events older than the history of their subject; they changed nothing.
    """

    events: int = 0
    duplicates: int = 0
    late: int = 0
    too_late: int = 0


class Shard:
    """The unit of assignment, recovery, fencing, memory and export. It shares nothing with other shards.

    Args:
        policy: targets, windows and groups.
        number: the partition number.
        history: how many of its last facts a subject keeps.
        forget: whether what ended long ago is let go of, as the policy's `reopen_days` allow.

    Attributes:
        now: the shard's time in microseconds; `-NEVER` before the first `advance`.
        newest: the largest `occurred_at` seen, or None.
        counts: what it has read.
        windows: the windowed figures, and
        live: the live figures; both are true after `settle`.
        groups: the labels of the groups.
    """

    def __init__(self, policy: Policy, number: int = 0, *, history: int = HISTORY, forget: bool = True) -> None:
        self.policy = policy
        self.number = number
        self.now = -NEVER
        self.newest: int | None = None
        self.counts = ShardCounts()
        self.bounds = fine_bounds(policy.bounds)
        self.windows = Windows(policy.windows, self.bounds)
        self.groups = Groups(policy)
        self.live = Live(self._shown)
        self._fold = Fold(policy, self.groups, self.windows, history=history)
        self._silent = Fold(policy, self.groups, Nobody())
        self._tickets: dict[str, Record] = {}
        self._contacts: dict[str, Record] = {}
        self._at_risk: set[str] = set()
        self._timers: list[tuple[int, int, Record]] = []
        self._timer_count = 0
        self._touched: list[Record] = []
        self._hold = max(policy.reopen, self.windows.longest.length) if forget else NEVER

    @property
    def next_timer(self) -> int | None:
        """The earliest instant at which something changes by time alone, or None."""
        self._refresh_touched()
        return self._timers[0][0] if self._timers else None

    def __len__(self) -> int:
        """Return the number of tickets and contacts held."""
        return len(self._tickets) + len(self._contacts)

    def apply(self, event: Event, at: int | None = None) -> None:
        """Take one event in: in any order, any number of times. The shard's time stays as it is.

        `at` is `event.at`, for a caller who has computed it already.
        """
        counts = self.counts
        counts.events += 1
        if at is None:
            at = event.at
        if self.newest is None or at > self.newest:
            self.newest = at
        topic = event.topic
        if topic is _TICKETS:
            record = self._tickets.get(event.ticket_id)  # type: ignore[attr-defined]  # the topic tells the class
        elif topic is _CONTACTS:
            record = self._contacts.get(event.chat_id)  # type: ignore[attr-defined]
        else:
            return
        if record is None or record.state.ended_at is not None:
            record = self._open(event, at, record)
        outcome = record.take(fact_of(event, at, counts.events), self._fold, self._silent, self.now)
        if outcome is APPLIED:
            if at < self.windows.late_before:
                counts.late += 1
        elif outcome is TOO_LATE:
            counts.too_late += 1
        else:
            counts.duplicates += 1
        if record.state.changed and not record.touched:
            record.touched = True
            self._touched.append(record)

    def _open(self, event: Event, at: int, record: Record | None) -> Record:
        """Return the record of the event's subject: a new one where there is none, or it ended too long ago."""
        if record is not None:
            if not self._is_forgotten(record, at):
                return record
            self._forget(record)
        subject_id = event.key
        if event.topic is _TICKETS:
            record = self._tickets[subject_id] = Record(Ticket, subject_id, self._fold)
        else:
            record = self._contacts[subject_id] = Record(Contact, subject_id, self._fold)
        return record

    def advance(self, now: int) -> None:
        """Move the shard's time: fire the deadlines up to it, let panes enter and leave. It never goes back."""
        if now < self.now:
            return
        self.now = now
        self._refresh_touched()
        timers = self._timers
        while timers and timers[0][0] <= now:
            due, _, record = heappop(timers)
            if record.timer != due:
                continue
            record.timer = NEVER
            if self._is_forgotten(record, now):
                self._forget(record)
                continue
            record.tick(now, self._fold)
            self._refresh(record)
        self.windows.advance(now)

    def settle(self) -> None:
        """Bring windows and live figures up to date; to be called before they are read."""
        self._refresh_touched()
        self.windows.settle()

    def at_risk(self, queue: str | None, limit: int) -> list[dict[str, Any]]:
        """Return the clocks that are imminent or breaching, soonest due first, at most `limit`."""
        self._refresh_touched()
        states = [self._among(shown_id)[shown_id[1:]].state for shown_id in self._at_risk]
        return at_risk(states, self.now, queue, limit, self.policy.ticket_url)

    def explain(self, subject_id: str) -> list[dict[str, Any]]:
        """Return the story of a ticket and of a contact of that id, as `deskpulse explain` prints it."""
        found = [records[subject_id] for records in (self._tickets, self._contacts) if subject_id in records]
        tracing = Fold(self.policy, self.groups, Nobody(), trace=True)
        return [explain(record.retold(tracing, self.now), self.now, record.dropped) for record in found]

    def explain_all(self) -> Iterator[dict[str, Any]]:
        """Iterate over the stories of everything held, in order of id."""
        for subject_id in sorted({*self._tickets, *self._contacts}):
            yield from self.explain(subject_id)

    def _among(self, shown_id: str) -> dict[str, Record]:
        return self._tickets if shown_id[0] == Ticket.KIND[0] else self._contacts

    def _shown(self, shown_id: str) -> Shown:
        record = self._among(shown_id).get(shown_id[1:])
        return record.shown if record is not None else NOWHERE

    def _refresh_touched(self) -> None:
        """Look once at what many events of a batch may have changed."""
        for record in self._touched:
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
            # A ticket and a contact may have the same id.
            shown_id = state.KIND[0] + state.id
            self.live.change(shown_id, record.shown, shown)
            record.shown = shown
            if shown[0] & AT_RISK_BITS:
                self._at_risk.add(shown_id)
            else:
                self._at_risk.discard(shown_id)
        wakes = state.wakes(now)
        if state.ended_at is not None and state.ended_at + self._hold < wakes:
            wakes = state.ended_at + self._hold
        if wakes < record.timer:
            # A timer that comes too early is set again when it fires: most never have to be moved.
            record.timer = wakes
            self._timer_count += 1
            heappush(self._timers, (wakes, self._timer_count, record))

    def _is_forgotten(self, record: Record, at: int) -> bool:
        ended_at = record.state.ended_at
        return ended_at is not None and ended_at + self._hold <= at

    def _forget(self, record: Record) -> None:
        """Let go of a subject that ended long ago: what it contributed stays."""
        state = record.state
        records = self._tickets if state.KIND == Ticket.KIND else self._contacts
        if record.shown[0]:
            shown_id = state.KIND[0] + state.id
            self.live.change(shown_id, record.shown, NOWHERE)
            self._at_risk.discard(shown_id)
            record.shown = NOWHERE
        record.timer = NEVER
        if records.get(state.id) is record:
            del records[state.id]
