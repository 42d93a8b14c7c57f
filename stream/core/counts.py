"""What a shard has read."""

from __future__ import annotations


class ShardCounts:
    """What a shard has read.

    Attributes:
        events: events applied or found to be repetitions.
        duplicates: events that their subject had already, and second creations.
        late: events whose pane had left the longest window; they changed their subject, and no window.
        too_late: events older than the history of their subject; they changed nothing.
    """

    __slots__ = ("duplicates", "events", "late", "too_late")

    def __init__(self, events: int = 0, duplicates: int = 0, late: int = 0, too_late: int = 0) -> None:
        self.events = events
        self.duplicates = duplicates
        self.late = late
        self.too_late = too_late
