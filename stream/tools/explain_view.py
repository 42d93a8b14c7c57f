"""The story of one ticket or contact for people, made from what `deskpulse explain` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from rich.text import Text

from stream.core.calendar import OpenHours
from stream.core.figures.backtest import home_zone
from stream.tools.stretches import Stretch, parts_text, stretches, sum_text
from stream.tools.wording import day, hour, instant, local, span, whole_seconds, zone_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from rich.console import Console

    from stream.core.policy import Policy

_TITLES: Final = {
    "first_response": "First answer",
    "next_response": "Next answer",
    "resolution": "Solution",
    "ownership": "Time in the queue",
    "wait": "Wait",
}
_STARTS: Final = {
    "first_response": "the customer asked",
    "next_response": "the customer wrote again",
    "resolution": "the ticket was created",
    "ownership": "put in the queue",
    "wait": "put in the queue",
}
_ENDS: Final = {
    "first_response": "answered",
    "next_response": "answered",
    "resolution": "solved",
    "ownership": "left the queue",
    "wait": "answered",
}
_STYLES: Final = {
    "met": "green",
    "breached": "red",
    "breaching": "bold red",
    "imminent": "yellow",
    "paused": "cyan",
    "cancelled": "dim",
}
_MARKS: Final = {"met": "✓", "breached": "✗", "breaching": "✗", "cancelled": "\u2013"}

_Row = tuple[Text, ...]
_COLUMNS: Final[tuple[Literal["left", "right"], ...]] = ("left", "left", "left", "right", "left")


class StoryTeller:
    """Tells stories under a policy.

    Args:
        policy: whose schedules say in which zone a clock is read, and whose targets say what pauses it.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._home = home_zone(policy)

    def tell(self, story: dict[str, Any]) -> Iterator[Text]:
        """Yield the lines of a story, which is what `stream.core.desk.explain` makes."""
        yield from self._head(story)
        for clock in story["clocks"]:
            yield Text()
            yield from self._clock(clock, story)
        for place, note in enumerate(_notes(story)):
            if place == 0:
                yield Text()
            yield note

    def _head(self, story: dict[str, Any]) -> Iterator[Text]:
        name = f"{story['kind'].capitalize()} {story['subject']}"
        labels = [story["queue"], story["channel"], story["priority"] and f"priority {story['priority']}"]
        labels += [story["tier"] and f"tier {story['tier']}"]
        status = _words(story["status"] or "status unknown")
        yield Text.assemble((name, "bold"), *(f" · {word}" for word in (status, *labels) if word))
        yield from (Text(line) for line in _figures(story, self._home))
        times = [
            whole_seconds(segment[end])
            for clock in story["clocks"]
            for segment in clock["segments"]
            for end in ("from", "to")
        ]
        if times:
            offsets = {local(second, self._home).utcoffset() for second in (min(times), max(times))}
            zone = zone_text(self._home, local(times[0], self._home)) if len(offsets) == 1 else str(self._home)
            yield Text(f"Times are those of {zone}.", "dim")

    def _clock(self, clock: dict[str, Any], story: dict[str, Any]) -> Iterator[Text]:
        zone = self._zone(clock)
        style = _STYLES.get(clock["state"], "")
        title = _TITLES[clock["clock"]] + (f" {clock['cycle']}" if clock["cycle"] > 1 else "")
        mark = _MARKS.get(clock["state"], "…")
        yield Text.assemble((title, "bold"), "  ", (f"{mark} {_state(clock)}", style))
        yield Text(f"  {self._goal(clock, zone)}")
        found = stretches(clock)
        yield from (Text("  ").append_text(line) for line in _aligned(self._rows(clock, story, found, zone)))
        yield Text(f"  {sum_text(clock, found)}", "dim" if clock["state"] == "cancelled" else "")

    def _zone(self, clock: dict[str, Any]) -> tzinfo:
        schedule = self._policy.schedules.get(clock["schedule"] or "")
        return schedule.zone if isinstance(schedule, OpenHours) else self._home

    def _goal(self, clock: dict[str, Any], zone: tzinfo) -> str:
        always = not isinstance(self._policy.schedules.get(clock["schedule"] or ""), OpenHours)
        hours = "day and night" if always else f"in the hours of {clock['schedule']}"
        elsewhere = "" if zone == self._home else f" (times here are those of {zone})"
        due = "" if clock["due_at"] is None else f", due {instant(clock['due_at'], zone, year=True)}"
        return f"Goal {clock['target']}: {span(clock['target_s'])} {hours}{elsewhere}{due}."

    def _rows(self, clock: dict[str, Any], story: dict[str, Any], found: list[Stretch], zone: tzinfo) -> Iterator[_Row]:
        """Yield what happened line by line: day, time, what the clock did, for how long, why."""
        end = found[-1].end if found else whole_seconds(clock["started_at"])
        stamp = _Stamp(zone)
        before: Stretch | None = None
        for each in found:
            if each.late and not (before and before.late):
                yield stamp.mark(each.start, _breach(clock, story), "red")
            shown = span(each.counted) if each.kind == "open" else f"({span(each.end - each.start, days=True)})"
            style = {"open": "red" if each.late else "", "paused": "cyan"}.get(each.kind, "dim")
            why = self._why(each, before, clock, story)
            yield *stamp.stretch(each), Text(each.kind, style), Text(shown, style), Text(why, "dim")
            before = each
        if clock["breached_at"] is not None and not (before and before.late):
            yield stamp.mark(end, _breach(clock, story), "red")
        if clock["satisfied_at"] is not None:
            yield stamp.mark(end, _end(clock, story), _STYLES[clock["state"]])
        elif clock["state"] in {"cancelled", "breached"}:
            yield stamp.mark(end, _cancelled(clock, story), "dim")
        else:
            yield stamp.mark(end, "now", "dim")

    def _why(self, each: Stretch, before: Stretch | None, clock: dict[str, Any], story: dict[str, Any]) -> str:
        """Return why a stretch begins, or what it is made of."""
        if each.kind == "paused":
            return f"waiting: {self._pausing(clock)}"
        if each.kind == "stopped":
            return "solved" if each.start in _solved(story) else "no goal applied"
        if each.kind == "closed":
            return "closed hours"
        why = ""
        if before is None:
            why = _start(clock, story)
        elif before.kind == "stopped":
            why = "reopened" if before.start in _solved(story) else "a goal applies"
        elif before.kind == "paused":
            why = "goes on"
        return ", ".join(words for words in (why, parts_text(each)) if words)

    def _pausing(self, clock: dict[str, Any]) -> str:
        target = next((row for row in self._policy.targets if row.name == clock["target"]), None)
        return " or ".join(_words(status) for status in sorted(target.pause_on, reverse=True)) if target else ""


class _Stamp:
    """Writes times, and the day only where it is another one than in the line above."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._day = ""

    def stretch(self, each: Stretch) -> tuple[Text, Text]:
        """Return day and times of a stretch."""
        start, end = local(each.start, self._zone), local(each.end, self._zone)
        since, until = hour(start), hour(end)
        if start.utcoffset() != end.utcoffset() and not each.is_joined:
            # The clocks are changed in between: without the names of the offsets the difference would be wrong.
            since, until = f"{since} {start.tzname()}", f"{until} {end.tzname()}"
        first = self._new_day(day(start))
        if day(end) != day(start):
            until = f"{day(end)} {until}"
        return Text(first), Text(f"{since} \u2013 {until}")

    def mark(self, second: int, words: str, style: str) -> _Row:
        """Return the line of an instant."""
        moment = local(second, self._zone)
        return Text(self._new_day(day(moment))), Text(hour(moment)), Text(words, style)

    def _new_day(self, name: str) -> str:
        shown = "" if name == self._day else name
        self._day = name
        return shown


def print_story(story: dict[str, Any], teller: StoryTeller, console: Console) -> None:
    """Print a story, with a blank line after it."""
    for line in teller.tell(story):
        console.print(line, highlight=False, soft_wrap=not console.is_terminal)
    console.print()


def _aligned(rows: Iterable[_Row]) -> Iterator[Text]:
    """Yield the rows as lines whose columns stand under each other; the last one may be as long as it likes."""
    found = list(rows)
    whole = [row for row in found if len(row) == len(_COLUMNS)]
    widths = [max((row[place].cell_len for row in whole), default=0) for place in range(len(_COLUMNS))]
    widths[0] = max((row[0].cell_len for row in found), default=0)
    for row in found:
        line = Text()
        for place, cell in enumerate(row):
            last = place == len(row) - 1
            cell = cell.copy()  # noqa: PLW2901  what is padded is our own
            if not last:
                cell.align(_COLUMNS[place], widths[place])
            line.append_text(cell)
            if not last:
                line.append("  ")
        line.rstrip()
        yield line


def _state(clock: dict[str, Any]) -> str:
    """Return in words how a clock stands."""
    left = clock["remaining_s"] or 0
    over = span(left)
    if clock["state"] == "breached" and clock["satisfied_at"] is None:
        return "breached, then cancelled"
    return {
        "met": f"met with {over} to spare" if left else "met at the last second",
        "breached": f"breached, {over} late",
        "pending": f"running, {over} left",
        "imminent": f"running out, {over} left",
        "breaching": f"overdue by {over}, still open" if left else "overdue from this second on",
        "paused": f"paused, {over} left when it goes on",
        "cancelled": "cancelled",
    }[clock["state"]]


def _solved(story: dict[str, Any]) -> set[int]:
    """Return the seconds in which the ticket was solved."""
    times = (clock["satisfied_at"] for clock in story["clocks"] if clock["clock"] == "resolution")
    return {whole_seconds(at) for at in times if at is not None}


def _start(clock: dict[str, Any], story: dict[str, Any]) -> str:
    kind = clock["clock"]
    if kind == "first_response" and story["kind"] == "contact":
        return _STARTS["wait"]
    if kind == "resolution" and clock["cycle"] > 1 and not any(row["kind"] == "stopped" for row in clock["segments"]):
        return "reopened, from zero"
    return _STARTS[kind]


def _breach(clock: dict[str, Any], story: dict[str, Any]) -> str:
    passed = sum(each.counted for each in stretches(clock) if not each.late)
    if passed <= clock["target_s"]:
        return "deadline passed"
    changed = any(note.endswith(f" became {clock['target']}") for note in story["notes"])
    return "too late at once: the goal changed" if changed else "too late at once: the ticket came back"


def _end(clock: dict[str, Any], story: dict[str, Any]) -> str:
    """Return what satisfied a clock."""
    kind, at = clock["clock"], whole_seconds(clock["satisfied_at"])
    if kind == "first_response" and story["first_response_s"] is None:
        return "solved without an answer" if story["kind"] == "ticket" else "ended without an answer"
    if kind in {"next_response", "ownership"} and at in _solved(story):
        return "solved"
    return _ENDS[kind]


def _cancelled(clock: dict[str, Any], story: dict[str, Any]) -> str:
    """Return what ended a clock without satisfying it."""
    if story["status"] in {"merged", "deleted"}:
        return str(story["status"])
    if clock["clock"] == "wait":
        end = clock["segments"][-1]["to"] if clock["segments"] else clock["started_at"]
        if end == story["abandoned_at"]:
            return "the customer gave up"
        if any(row["clock"] == "wait" and row["started_at"] == end for row in story["clocks"]):
            return "put in another queue"
    return "no longer needed" if story["kind"] == "contact" else "no goal applies any more"


def _figures(story: dict[str, Any], zone: tzinfo) -> Iterator[str]:
    """Yield in sentences what was booked."""
    said = []
    first, first_open = story["first_response_s"], story["first_response_open_s"]
    if first is not None:
        of_it = "" if first_open in {None, first} else f", {span(first_open)} of it in open hours"
        said.append(f"First answer after {span(first, days=True)}{of_it}.")
    solved, last = story["first_resolution_s"], story["full_resolution_s"]
    if solved is not None:
        said.append(f"Solved after {span(solved, days=True)}.")
        if last != solved:
            said.append(f"Solved for the last time after {span(last, days=True)}.")
    if story["kind"] == "contact":
        said += _contact_figures(story, zone)
    if story["public_replies"]:
        said.append(
            "1 public answer." if story["public_replies"] == 1 else f"{story['public_replies']} public answers."
        )
    if story["reopens"]:
        said.append("Reopened once." if story["reopens"] == 1 else f"Reopened {story['reopens']} times.")
    if said:
        yield " ".join(said)


def _contact_figures(story: dict[str, Any], zone: tzinfo) -> Iterator[str]:
    if story["answered_at"] is not None:
        waited = "" if story["wait_s"] is None else f" after a wait of {span(story['wait_s'])}"
        yield f"Answered {instant(story['answered_at'], zone)}{waited}."
    if story["abandoned_at"] is not None:
        yield f"The customer gave up {instant(story['abandoned_at'], zone)}."
    if story["handle_s"] is not None:
        yield f"Handled for {span(story['handle_s'])}."


def _notes(story: dict[str, Any]) -> Iterator[Text]:
    for note in story["notes"]:
        kind, _, rest = note.partition(": ")
        words = rest.replace("not started, no target matches", "not measured, no goal applies")
        words = words.replace("target ", "the goal ", 1)
        yield Text(f"Note: {_TITLES[kind]}: {words}." if kind in _TITLES else f"Note: {note}.", "dim")


def _words(name: str) -> str:
    return name.replace("_", " ")
