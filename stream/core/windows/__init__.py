"""Windows: counts and durations over sliding stretches of event time."""

from stream.core.windows.books import Books, full_hours
from stream.core.windows.histogram import at_most, bucket_of, fine_bounds, quantile, representative
from stream.core.windows.panes import SlidingWindow, Windows

__all__ = [
    "Books",
    "SlidingWindow",
    "Windows",
    "at_most",
    "bucket_of",
    "fine_bounds",
    "full_hours",
    "quantile",
    "representative",
]
