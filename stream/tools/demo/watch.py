"""One look after the other at the worker: boards, and what only several of them tell."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Final

from stream.edge.exposition import names
from stream.tools.demo.board import Board, board_of
from stream.tools.demo.scrape import Unreachable, scrape
from stream.tools.processes import Process

STEP_S: Final = 300.0
"""Simulated seconds between two points of a queue's course."""
POINTS: Final = 24
RATE_S: Final = 5.0
"""Real seconds that events/s are taken over."""
AT_RISK: Final = 60


class Watch:
    """Looks at one worker.

    Args:
        address: `http://host:port`.
        window: name of the window that is shown.
        processes: none of which may end.

    Attributes:
        board: of the last look that had an answer.
        events_per_s: in real seconds.
        courses: service levels of the last looks, by queue.
        silent: the reason why the last look had no answer; empty where it had.
    """

    def __init__(self, address: str, window: str, processes: Sequence[Process] = ()) -> None:
        self.address = address
        self.window = window
        self.board: Board | None = None
        self.events_per_s = 0.0
        self.silent = ""
        self._processes = processes
        self._read: deque[tuple[float, int]] = deque()
        self._courses: defaultdict[str, deque[float | None]] = defaultdict(lambda: deque(maxlen=POINTS))
        self._next_point_s = 0.0

    @property
    def courses(self) -> Mapping[str, Sequence[float | None]]:
        """Points in order of time, the newest last."""
        return {queue: tuple(points) for queue, points in self._courses.items()}

    def look(self) -> Board | None:
        """Look once; the last board stays where there is no answer.

        Raises:
            ProcessDied: a process ended by itself.
        """
        for process in self._processes:
            process.check()
        try:
            board = board_of(scrape(self.address, self.window, AT_RISK))
        except Unreachable as reason:
            self.silent = str(reason)
            return self.board
        self.silent = ""
        self._count(board)
        if board.at_s >= self._next_point_s and board.is_complete:
            self._next_point_s = board.at_s + STEP_S
            for row in (*board.rows, board.total):
                self._courses[row.queue].append(row.service_level.value)
        self.board = board
        return board

    def breaches(self, window: str) -> int | None:
        """Return how many SLA clocks were breached in a window, or None where there is no answer."""
        try:
            outcomes = scrape(self.address, window, 1).of(names.OUTCOMES.family)
        except Unreachable:
            return None
        return int(sum(value for labels, value in outcomes if labels["outcome"] == "breached"))

    def _count(self, board: Board) -> None:
        if not board.is_complete:
            # What a worker reads while it starts says nothing of the desk's pace.
            self._read.clear()
            return
        now = time.monotonic()
        self._read.append((now, board.events))
        while now - self._read[0][0] > RATE_S:
            self._read.popleft()
        (first, events), (last, more) = self._read[0], self._read[-1]
        self.events_per_s = max(0, more - events) / (last - first) if last > first else 0.0
