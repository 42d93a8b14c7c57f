"""What a request asks for: its parameters, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aiohttp import web

    from stream.core.policy import Policy

LIMIT: Final = 50
LARGEST_LIMIT: Final = 1_000
LONGEST: Final = 256
"""Characters of an id or a label: no event may have a longer one."""


class Refused(Exception):  # noqa: N818  it is the request that errs
    """A parameter is not what is expected; the message names it, and says what is."""


def bounded(name: str, given: str) -> str:
    """Return a label or an id as it is.

    Raises:
        Refused: it is longer than that of any event.
    """
    if len(given) > LONGEST:
        raise Refused(f"{name}: {len(given)} characters; at most {LONGEST} are expected, as no event has more")
    return given


def limit_of(request: web.Request) -> int:
    """Return how many rows are asked for.

    Raises:
        Refused: it is no whole number from 1 to `LARGEST_LIMIT`.
    """
    given = request.query.get("limit") or str(LIMIT)
    # isdecimal() alone takes digits of every script, and int() a number of any length.
    limit = int(given) if given.isascii() and given.isdecimal() and len(given) <= 9 else 0
    if not 1 <= limit <= LARGEST_LIMIT:
        raise Refused(f"limit: {cut(given)!r}; a whole number from 1 to {LARGEST_LIMIT} is expected")
    return limit


def window_of(request: web.Request, policy: Policy) -> int:
    """Return which of the policy's windows is asked for, the longest where none is.

    Raises:
        Refused: the policy has no such window.
    """
    names = [window.name for window in policy.windows]
    given = request.query.get("window") or names[-1]
    if given not in names:
        raise Refused(f"window: {cut(given)!r}; {' or '.join(names)} is expected")
    return names.index(given)


def cut(given: str) -> str:
    """Return the beginning of what was asked for, which is enough for an answer that repeats it."""
    return given if len(given) <= LONGEST else given[:LONGEST] + "…"
