"""Every error that Deskpulse raises on purpose.

    DeskpulseError            the base: one line that names the value, the place and the remedy
     ├─ UsageError            a command was used wrongly: an option, a path, an address (exit code 2)
     ├─ PolicyError           the policy file is invalid; holds every problem found
     ├─ EventError            a message is no event: it becomes a dead letter
     ├─ StateError            what was written down cannot be read: another format, another partition, damaged
     └─ BrokerError           Kafka is out of reach, or is not set up as it must be
         ├─ TopicError        topics are missing, or are not set up as they must be
         └─ CommitError       a transaction is not on record: its shard is opened again

A command ends with the class's `exit_code`: 1 where the thing looked at is bad, 2 where it was used wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class DeskpulseError(Exception):
    """The base of all errors that are meant for people; its text is one line."""

    exit_code: ClassVar[int] = 1


class UsageError(DeskpulseError):
    """A command was used wrongly: an option, a path, an address."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a policy file.

    Attributes:
        line: number of the line, from 1; None where the file as a whole is meant.
        key: path of the key, such as `targets[0].within`; empty for the file as a whole.
        message: what was found and what was expected.
        hint: what was probably meant; None where nothing is near.
    """

    line: int | None
    key: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.key}: {self.message}{hint}" if self.key else f"{self.message}{hint}"


class PolicyError(DeskpulseError):
    """The policy file is invalid; its text has one line per problem, `origin:line: key: message`."""

    def __init__(self, origin: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(origin, problems)
        self.origin = origin
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(
            f"{self.origin}: {problem}" if problem.line is None else f"{self.origin}:{problem.line}: {problem}"
            for problem in self.problems
        )


class EventError(DeskpulseError):
    """A message is no event.

    Attributes:
        reason: one of `stream.core.events.REASONS`.
        field: path of the field at fault; None where it is the message as a whole.
        detail: what was found there and what was expected.
    """

    def __init__(self, reason: str, field: str | None, detail: str) -> None:
        super().__init__(reason, field, detail)
        self.reason = reason
        self.field = field
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}" if self.field else self.detail


class StateError(DeskpulseError):
    """What a worker wrote down cannot be read by this one: another format, another partition, or damaged."""


class BrokerError(DeskpulseError):
    """Kafka is out of reach, or is not set up as it must be."""


class TopicError(BrokerError):
    """Topics are missing, or are not set up as they must be."""


class CommitError(BrokerError):
    """A transaction is not on record, or nobody knows: its shard is dropped and opened again."""
