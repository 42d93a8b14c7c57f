"""The policy's windows by the part that they play in alerts, and durations in words."""

from __future__ import annotations

from dataclasses import dataclass

from stream.core.policy import Policy, Window
from stream.core.times import HOUR, duration_text


@dataclass(frozen=True, slots=True)
class Spans:
    """Three windows, of which two may be the same.

    Attributes:
        short: the shortest: what is over is no longer in it.
        middle: the longest but one, of an hour by default.
        long: the longest.
    """

    short: Window
    middle: Window
    long: Window


def spans_of(policy: Policy) -> Spans:
    """Return the windows of a policy; its only one plays every part."""
    windows = policy.windows
    return Spans(windows[0], windows[max(len(windows) - 2, 0)], windows[-1])


def whole_hours(policy: Policy) -> Window | None:
    """Return the shortest window that is compared with the week before: of 1 h to 24 h; None where there is none."""
    return next((window for window in policy.windows if HOUR <= window.length <= 24 * HOUR), None)


def matching(window: Window) -> str:
    """Return the matcher of a window."""
    return f'window="{window.name}"'


def in_words(micros: int) -> str:
    """Return a duration as it is written in a policy."""
    return duration_text(micros)
