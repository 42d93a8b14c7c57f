"""What a schedule answers: how much of a stretch is open, and when an amount of open time has passed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator


class Schedule(ABC):
    """When a desk is open; all instants and durations are int microseconds.

    Attributes:
        name: as the policy calls it.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @abstractmethod
    def open_between(self, start: int, end: int) -> int:
        """Return how much of `[start, end)` is open; `start` is not after `end`."""

    @abstractmethod
    def deadline(self, start: int, amount: int) -> int:
        """Return the earliest instant at which `amount` of open time has passed since `start`.

        One that falls exactly on closing time is the closing instant; without an amount it is `start` itself.
        """

    @abstractmethod
    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is open of `[start, end)`, in order; no two intervals touch."""


class Always(Schedule):
    """Open around the clock."""

    __slots__ = ()

    def open_between(self, start: int, end: int) -> int:
        """Return the whole stretch."""
        return end - start

    def deadline(self, start: int, amount: int) -> int:
        """Return `start` and the amount on top."""
        return start + amount if amount > 0 else start

    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the whole stretch."""
        if start < end:
            yield start, end


ALWAYS: Schedule = Always("24x7")
"""The schedule of a target that names none."""
