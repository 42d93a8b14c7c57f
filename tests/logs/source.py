"""What all mappings share: where the logs lie, how a row is read, how events are numbered and printed."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Event = dict[str, Any]
"""One event as the JSON object of its message."""
Row = dict[str, str]
"""One row of a log by the names of its columns; what is missing is empty."""


def default_folder() -> Path:
    """Return where the logs are looked for: $DESKPULSE_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("DESKPULSE_DATA") or Path(__file__).parents[3] / "shared" / "data")


def rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a gzipped CSV file: all columns, or some, whose values are then kept once each."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        if columns is None:
            yield from csv.DictReader(file)
            return
        lines = csv.reader(file)
        header = next(lines)
        places = [(name, header.index(name)) for name in columns]
        for line in lines:
            yield {name: sys.intern(line[place]) for name, place in places}


def numbered(subject: str, events: Iterable[Event]) -> Iterator[Event]:
    """Give the events of one subject, in their order, an `event_id` and a `seq` each.

    Logs know only seconds or minutes, so many events of a subject share a time: `seq` keeps their order
    whatever order they are read in.
    """
    for number, event in enumerate(events):
        yield {**event, "event_id": f"{subject}-{number}", "seq": number}


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return the events as a live desk would send them: by time, those of one subject by `seq`."""
    return sorted(events, key=lambda event: (event["occurred_at"], event["seq"]))


def print_events(events: Iterable[Event]) -> None:
    """Print one JSON object a line; a reader that has seen enough may close the pipe."""
    try:
        for event in events:
            sys.stdout.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
