"""Recovery: a shard as it was, from what it wrote down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stream.core.desk import Customer, Rules
from stream.core.desk.fold import Reposting
from stream.core.desk.history import History
from stream.core.desk.record import Record
from stream.core.desk.shelf import Era
from stream.core.notebook import form
from stream.core.policy import load_policy
from stream.core.times import HOUR
from stream.core.windows.slots import GROUP_SHIFT, HISTOGRAMS, OUTCOMES, SLOT_MASK
from stream.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stream.core.notebook.notes import Notes
    from stream.core.policy import Policy, Target
    from stream.core.shard import Shard

AT_A_TIME: Final = 500
MOST_ERAS: Final = 8
"""So many policies of before are remembered; what is older is folded by the oldest of them."""
RETIRED: Final = -1
"""The index of a target that the policy of now no longer has: its outcomes count nowhere."""


class Recovery:
    """Reads the records of a state partition, in order, and then folds them into an empty shard.

    Args:
        shard: made with `notes`, nothing applied yet.

    Attributes:
        cursors: by source topic: the next offset to apply and the newest event time in microseconds (or None);
            true after `fold`, empty where there was no state.
        policy_changed: whether the state was written under another policy; true after `fold`.
    """

    def __init__(self, shard: Shard) -> None:
        self.cursors: dict[str, tuple[int, int | None]] = {}
        self.policy_changed = False
        self._shard = shard
        self._values: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        """Return how many records are there to be folded."""
        return len(self._values)

    def take(self, key: bytes, value: bytes | None) -> None:
        """Take the next record; one of the same key that came before is void."""
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value

    def take_all(self, records: Iterable[Any]) -> None:
        """Take the next records, which have `key` and `value`."""
        for record in records:
            self.take(record.key, record.value)

    def fold(self) -> Iterator[int]:
        """Fold everything, and yield now and then how many records are done.

        Raises:
            StateError: what was written down is of another format or partition, or is damaged.
        """
        values = self._values
        if not values:
            return
        said = self._shard_record()
        shard = self._shard
        notes = shard.notes
        if notes is None:
            raise ValueError("a shard without notes cannot go on with what was written down; make it with notes=True")
        done = 0
        try:
            old = self._eras(said, notes)
            rekey = self._names(old)
            shard.now, shard.newest = said["now"], said["newest"]
            counts = shard.counts
            counts.events, counts.duplicates, counts.late, counts.too_late = said["counts"]
            self._catch_up()
            for key, value in values.items():
                if key.startswith(form.HOUR):
                    self._hour(key, form.decode(value), rekey)
                elif key.startswith(form.MINUTE):
                    notes.residue.restore(form.number_of(form.MINUTE, key), form.decode(value), rekey)
            if not self.policy_changed:
                notes.written()
            folds = {
                kind: Reposting(shard.rules, shard.groups, shard.people, books)
                for kind, books in (
                    (kind, shard.period if kind == Customer.KIND else shard.books) for kind in form.KINDS.values()
                )
            }
            # What is done is let go of, so that its memory holds what is made of it.
            left = list(values.items())
            values.clear()
            left.reverse()
            while left:
                key, value = left.pop()
                if key[:1] == b"!":
                    continue
                record = self._subject(key, value, folds[form.KINDS[key[:2]]], rekey)
                if self.policy_changed and record.base is not None:
                    # What it was cut to has the groups' numbers of now, and those of before are gone with this page.
                    record.unwritten = True
                    notes.note(record, record.id)
                done += 1
                if done % AT_A_TIME == 0:
                    self._catch_up()
                    yield done
            self._catch_up()
        except (KeyError, ValueError, TypeError, IndexError, msgspec.DecodeError) as error:
            raise StateError(
                f"partition {shard.number}: what was written down cannot be read ({error!r}); "
                f"name a new topic with --state-topic to begin anew from the sources"
            ) from error
        self.cursors = {topic: (offset, newest) for topic, (offset, newest) in said["cursors"].items()}
        yield done

    def _catch_up(self) -> None:
        """Let the books follow the shard's time, so that what no window holds any more takes no memory."""
        self._shard.books.advance(self._shard.now)
        self._shard.period.advance(self._shard.now)

    def _shard_record(self) -> dict[str, Any]:
        value = self._values.get(form.SHARD)
        number = self._shard.number
        if value is None:
            raise StateError(
                f"partition {number}: {len(self._values)} records, but none of the shard itself; "
                f"this topic was not written by Deskpulse, or somebody deleted from it: name another with --state-topic"
            )
        said: dict[str, Any] = form.decode(value)
        if said["format"] != form.FORMAT:
            raise StateError(
                f"partition {number} was written in format {said['format']}, this version reads format {form.FORMAT}; "
                f"run the version that wrote it, or name a new topic with --state-topic to begin anew from the sources"
            )
        if said["partition"] != number:
            raise StateError(
                f"partition {number} holds the state of partition {said['partition']}; "
                f"its topic was copied wrongly: name another with --state-topic"
            )
        return said

    def _eras(self, said: dict[str, Any], notes: Notes) -> Policy | None:
        """Tell the shard which rules held when; return the policy of before where it is another than that of now."""
        shard, values = self._shard, self._values
        written: dict[int, dict[str, Any]] = {
            form.number_of(form.POLICY, key): form.decode(value)
            for key, value in values.items()
            if key.startswith(form.POLICY)
        }
        number = max(written)
        before = None
        notes.known()
        self.policy_changed = said["fingerprint"] != shard.policy.fingerprint
        if self.policy_changed:
            before = load_policy(written[number]["text"], "the state")
            written[number]["until"] = said["now"]
            notes.policy(number, before.text, said["now"])
            number += 1
            notes.policy(number, shard.policy.text, None)
        ended = sorted(each for each in written if each < number)
        for old in ended[:-MOST_ERAS]:
            notes.policy(old, None, None)
        eras = [
            Era(each, written[each]["until"], _rules(load_policy(written[each]["text"], "the state"), shard))
            for each in ended[-MOST_ERAS:]
        ]
        for shelf in shard.shelves.values():
            shelf.eras, shelf.reopened = eras, said["now"]
        return before

    def _names(self, old: Policy | None) -> _Rekey:
        """Give groups and agents their numbers; return how keys of before are translated."""
        shard = self._shard
        named = form.decode(self._values[form.NAMES])
        groups = [shard.groups.seat(named["by"], labels) for labels in named["groups"]]
        for name in named["people"]:
            shard.people.base(name)
        return _Rekey(groups, None if old is None else _renumbered(old, shard.policy))

    def _hour(self, key: bytes, counts: dict[int, int], rekey: _Rekey) -> None:
        hours, hour = self._shard.books.hours, form.number_of(form.HOUR, key)
        for group, amount in counts.items():
            hours.add(hour * HOUR, rekey.group(group), amount)

    def _subject(self, key: bytes, value: bytes, fold: Reposting, rekey: _Rekey) -> Record:
        cut, raw = form.pages_of(value)
        shelf = self._shard.shelves[form.KINDS[key[:2]]]
        subject_id = key[2:].decode()
        record = shelf.records[subject_id] = Record(shelf, subject_id, History(raw), None)
        if cut is not None:
            dropped, era, packed, at = cut
            record.cut(dropped, era, rekey.packed(packed) if self.policy_changed else packed, at)
            for level, amount in record.levels():
                fold.books.levels[level] = fold.books.levels.get(level, 0) + amount
        record.reopen(fold)
        self._shard.take_back(record)
        return record


class _Rekey:
    """Translates keys of contributions: their groups and targets may have other numbers now."""

    def __init__(self, groups: list[int], targets: dict[int, int] | None) -> None:
        self._groups = groups
        self._targets = targets

    def group(self, group: int) -> int:
        """Return the shifted number of a group of before."""
        return self._groups[group >> GROUP_SHIFT]

    def packed(self, packed: dict[str, Any]) -> dict[str, Any]:
        """Return a packed subject whose groups have the numbers of now."""
        found = dict(packed)
        if "group" in found:
            found["group"] = self.group(found["group"])
        for name in ("first_contact", "handle"):
            if found.get(name) is not None:
                at, group, *rest = found[name]
                found[name] = (at, self.group(group), *rest)
        if found.get("concluded") is not None:
            at, keys = found["concluded"]
            found["concluded"] = (at, [self.group(key) + (key & SLOT_MASK) for key in keys])
        if "counted" in found:
            found["counted"] = [self.group(key) + (key & SLOT_MASK) for key in found["counted"]]
        return found

    def __call__(self, key: int) -> int | None:
        """Return a key as it is now, None where nothing counts it any more."""
        slot = key & SLOT_MASK
        if self._targets is not None and OUTCOMES <= slot < HISTOGRAMS:
            target, breached = divmod(slot - OUTCOMES, 2)
            index = self._targets[target]
            if index == RETIRED:
                return None
            slot = OUTCOMES + 2 * index + breached
        return self.group(key) + slot


def _renumbered(old: Policy, new: Policy) -> dict[int, int]:
    """Return by index of an old target that of the new one with the same clock and name, else `RETIRED`."""
    indexes = {(target.clock, target.name): target.index for target in new.targets}
    return {target.index: indexes.get((target.clock, target.name), RETIRED) for target in old.targets}


def _rules(old: Policy, shard: Shard) -> Rules:
    """Return the rules of an old policy, whose outcomes count where the policy of now has such a target."""
    numbers = _renumbered(old, shard.policy)
    targets: dict[int, Target] = {target.index: replace(target, index=numbers[target.index]) for target in old.targets}
    return Rules(old, shard.groups, targets)
