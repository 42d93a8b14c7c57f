"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stream.core.policy import Policy, default_policy, load_policy
from stream.core.times import parse_duration, parse_rfc3339
from stream.errors import UsageError

if TYPE_CHECKING:
    from stream.errors import EventError


class Instant(click.ParamType):
    """An RFC 3339 time with an offset, as microseconds since the epoch."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the time or say what is expected."""
        try:
            return value if isinstance(value, int) else parse_rfc3339(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Span(click.ParamType):
    """A duration such as 90m, as microseconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the duration or say what is expected."""
        try:
            micros = value if isinstance(value, int) else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if micros <= 0:
            self.fail(f"{value!r} is no time at all; expected more than 0", param, ctx)
        return micros


def read_policy(path: str | None) -> Policy:
    """Return the policy in a file (`-`: standard input), or the default one.

    Raises:
        UsageError: the file cannot be read.
        PolicyError: it is no valid policy.
    """
    if path is None:
        return default_policy()
    try:
        with click.open_file(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; expected a policy file") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8; expected a policy file in YAML") from None
    return load_policy(text, path)


def tell_refused(path: str, shown: int = 5) -> Any:
    """Return a function that says on standard error which lines are no events: the first few, one line each."""
    told = 0

    def tell(number: int, error: EventError) -> None:
        nonlocal told
        told += 1
        if told <= shown:
            click.echo(f"{path}:{number}: {error}", err=True)
        elif told == shown + 1:
            click.echo(f"{path}:{number}: and more; only their number is shown from here on", err=True)

    return tell
