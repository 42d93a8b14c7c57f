"""Folds: what the outcome of a subject's facts is handed to, with the rules that it follows from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from stream.core.clocks import NEVER
from stream.core.windows.slots import OUTCOMES

if TYPE_CHECKING:
    from stream.core.clocks import Clock
    from stream.core.desk.case import Case
    from stream.core.desk.groups import Groups, People
    from stream.core.desk.rules import Rules
    from stream.core.desk.subject import Subject
    from stream.core.policy import Target
    from stream.core.windows import Books

Take = Callable[[int, int, int], None]
"""Takes a contribution: instant, key, amount."""

Step = tuple[str, str, int, int, int, str]
"""A step of a clock: what happened, kind of the clock, cycle, instant, deadline (or `NEVER`), name of the target."""

Tell = Callable[[str, str, Step, "Subject"], None]
"""Is told of a step: `clock.…`, for a retraction what is retracted (else empty), the step, whose clock it is."""

IMMINENT: Final = "clock.imminent"
BREACHED: Final = "clock.breached"
MET: Final = "clock.met"
RETRACTED: Final = "clock.retracted"


class Fold:
    """A fold whose contributions nobody counts; others below do.

    Attributes:
        rules: the policy's.
        groups, people: give numbers to groups and agents; `nowhere` is that of the group without any label.
        trace: whether subjects keep what an explanation needs.
    """

    def __init__(self, rules: Rules, groups: Groups, people: People, *, trace: bool = False) -> None:
        self.rules = rules
        self.groups = groups
        self.people = people
        self.nowhere: int = groups.base(None, None, None)
        self.trace = trace

    def add(self, at: int, key: int, amount: int) -> None:
        """Take a count of a group."""

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Take a duration in microseconds under the key of its histogram; a sign of -1 takes it back."""

    def change(self, at: int, key: int, amount: int) -> None:
        """Take a change of a level."""

    def arrive(self, at: int, key: int, amount: int) -> None:
        """Take an arrival; its key is that of the group."""

    def credit(self, at: int, key: int, amount: int) -> None:
        """Take a count of an agent."""

    def tell(self, what: str, at: int, clock: Clock, case: Case) -> None:
        """Hear that a clock of a subject became imminent, failed or was met."""

    def judge(self, at: int, group: int, target: Target, breached: int) -> None:
        """Count an outcome of a target; one that the policy no longer has counts nowhere."""
        if target.index >= 0:
            self.add(at, group + OUTCOMES + 2 * target.index + breached, 1)


class Posting(Fold):
    """Posts contributions into the books of a shard.

    Args:
        told: is told of every step of a clock, where somebody listens.
    """

    def __init__(self, rules: Rules, groups: Groups, people: People, books: Books, told: Tell | None = None) -> None:
        super().__init__(rules, groups, people)
        self.books = books
        self.told = told

    def add(self, at: int, key: int, amount: int) -> None:
        """Take a count of a group."""
        self.books.add(at, key, amount)

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Take a duration."""
        self.books.observe(at, key, duration, sign)

    def change(self, at: int, key: int, amount: int) -> None:
        """Take a change of a level."""
        self.books.change(at, key, amount)

    def arrive(self, at: int, key: int, amount: int) -> None:
        """Take an arrival."""
        self.books.arrive(at, key, amount)

    def credit(self, at: int, key: int, amount: int) -> None:
        """Take a count of an agent."""
        self.books.credit(at, key, amount)

    def tell(self, what: str, at: int, clock: Clock, case: Case) -> None:
        """Pass a step on."""
        if self.told is not None:
            self.told(what, "", step_of(what, at, clock), case)


class Tapped(Posting):
    """Posts contributions, and tells somebody of every count of a group."""

    def __init__(
        self, rules: Rules, groups: Groups, people: People, books: Books, told: Tell | None, tap: Take
    ) -> None:
        super().__init__(rules, groups, people, books, told)
        self.tap = tap

    def add(self, at: int, key: int, amount: int) -> None:
        """Take a count of a group."""
        self.books.add(at, key, amount)
        self.tap(at, key, amount)


class Reposting(Posting):
    """Posts what a shard had counted before into empty books: arrivals have records of their own, steps were told."""

    def arrive(self, at: int, key: int, amount: int) -> None:
        """Leave it out."""

    def tell(self, what: str, at: int, clock: Clock, case: Case) -> None:
        """Leave it out."""


class Giving(Fold):
    """Gives the counts of groups to somebody else; nothing else is counted."""

    def __init__(self, rules: Rules, groups: Groups, people: People, take: Take) -> None:
        super().__init__(rules, groups, people)
        self.take = take

    def add(self, at: int, key: int, amount: int) -> None:
        """Take a count of a group."""
        self.take(at, key, amount)


class Recording(Fold):
    """Notes contributions without counting them, to be compared or kept.

    A duration is noted as such: whatever its bucket, two that are equal are equal.

    Attributes:
        added, changed, arrived, credited: amounts by instant and key.
        observed: times by instant, key and duration.
        steps: times by step.
    """

    def __init__(self, rules: Rules, groups: Groups, people: People) -> None:
        super().__init__(rules, groups, people)
        self.added: dict[tuple[int, int], int] = {}
        self.changed: dict[tuple[int, int], int] = {}
        self.arrived: dict[tuple[int, int], int] = {}
        self.credited: dict[tuple[int, int], int] = {}
        self.observed: dict[tuple[int, int, int], int] = {}
        self.steps: dict[Step, int] = {}

    def add(self, at: int, key: int, amount: int) -> None:
        """Note a count of a group."""
        self.added[at, key] = self.added.get((at, key), 0) + amount

    def observe(self, at: int, key: int, duration: int, sign: int = 1) -> None:
        """Note a duration."""
        self.observed[at, key, duration] = self.observed.get((at, key, duration), 0) + sign

    def change(self, at: int, key: int, amount: int) -> None:
        """Note a change of a level."""
        self.changed[at, key] = self.changed.get((at, key), 0) + amount

    def arrive(self, at: int, key: int, amount: int) -> None:
        """Note an arrival."""
        self.arrived[at, key] = self.arrived.get((at, key), 0) + amount

    def credit(self, at: int, key: int, amount: int) -> None:
        """Note a count of an agent."""
        self.credited[at, key] = self.credited.get((at, key), 0) + amount

    def tell(self, what: str, at: int, clock: Clock, case: Case) -> None:  # noqa: ARG002  a step is the clock's
        """Note a step."""
        step = step_of(what, at, clock)
        self.steps[step] = self.steps.get(step, 0) + 1

    def correct(self, wrong: Recording, fold: Fold) -> None:
        """Contribute what is noted here and was not noted there, and take back what was noted there alone."""
        for (at, key), amount in _difference(self.added, wrong.added):
            fold.add(at, key, amount)
        for (at, key), amount in _difference(self.changed, wrong.changed):
            fold.change(at, key, amount)
        for (at, key), amount in _difference(self.arrived, wrong.arrived):
            fold.arrive(at, key, amount)
        for (at, key), amount in _difference(self.credited, wrong.credited):
            fold.credit(at, key, amount)
        for (at, key, duration), times in _difference(self.observed, wrong.observed):
            for _ in range(abs(times)):
                fold.observe(at, key, duration, 1 if times > 0 else -1)

    def retell(self, wrong: Recording, told: Tell, case: Subject) -> None:
        """Tell the steps that are noted here alone, after retracting those that were noted there alone."""
        for step, times in _difference(wrong.steps, self.steps):
            for _ in range(times):
                told(RETRACTED, step[0], step, case)
        for step, times in _difference(self.steps, wrong.steps):
            for _ in range(times):
                told(step[0], "", step, case)


def step_of(what: str, at: int, clock: Clock) -> Step:
    """Return a step of a clock that has a target."""
    target = clock.target
    due = at if clock.due_shown == NEVER else clock.due_shown
    return what, clock.kind, clock.cycle, at, due, "" if target is None else target.name


def _difference(right: dict, wrong: dict) -> Iterator:  # type: ignore[type-arg]  # of any key, and a compiler likes it plain
    for key in {**right, **wrong}:
        amount = right.get(key, 0) - wrong.get(key, 0)
        if amount:
            yield key, amount
