"""The live table, its lines, its picture and its summary."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from stream.tools.demo.board import Board
from stream.tools.demo.picture import draw
from stream.tools.demo.screens import LineScreen, lines, screen_of, signs_of
from stream.tools.demo.summary import summary
from stream.tools.demo.table import ASCII, UNICODE, Frame, ago, course, pace, percent, render
from tests.demo.pages import board, frame


def drawn(shown: Board, around: Frame) -> list[str]:
    """The table as lines of text."""
    console = Console(width=around.width, height=around.height, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(render(shown, around))
    return capture.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 16), (100, 30), (120, 40), (200, 60)])
def test_the_table_fills_the_terminal_and_no_more(width: int, height: int) -> None:
    """It has as many lines as the terminal, and none is wider."""
    found = drawn(board(), frame(width, height))
    assert height == len(found)
    assert width >= max(map(len, found))


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_off(width: int) -> None:
    """All headings and values are there whole."""
    assert not any("…" in line for line in drawn(board(), frame(width)))


def test_a_queue_has_its_figures_and_marks() -> None:
    """Waiting, oldest wait, tickets, service level against objective, attainment, clocks: each with a mark."""
    billing = next(line for line in drawn(board(), frame()) if "billing" in line)
    assert "✗ billing 8 6m 12s 9 4 ✗ 40% of 80% ✓ 95% 2 4 80" == " ".join(billing.split())


def test_what_is_at_risk_stands_below_by_name() -> None:
    """The ticket, where it is, and how long ago or ahead its deadline lies."""
    text = "\n".join(drawn(board(), frame()))
    assert "✗ C-1042" in text
    assert "1m 10s ago" in text
    assert "in 2m 10s" in text


def test_incomplete_is_shown_loudly() -> None:
    """In words, over the whole head of the table."""
    text = "\n".join(drawn(board(partitions_ready="1.0"), frame()))
    assert "INCOMPLETE: 1 of 4 partitions" in text
    assert "INCOMPLETE" not in "\n".join(drawn(board(), frame()))


def test_a_worker_that_does_not_answer_is_shown() -> None:
    """The figures stay, and are said to be old."""
    assert any("the worker does not answer" in line for line in drawn(board(), frame(silent="refused")))


def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    """Every sign of ours has a stand-in."""
    text = "\n".join(drawn(board(), frame(120, signs=ASCII)))
    assert text.isascii()
    assert "X billing" in text


def test_the_console_says_what_it_can_show() -> None:
    """UTF-8 has all signs, others get plain ones."""
    plain = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    assert signs_of(Console(file=plain)) is ASCII
    assert signs_of(Console(file=io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))) is UNICODE


def test_without_a_terminal_there_are_lines() -> None:
    """A pipe gets no table."""
    assert isinstance(screen_of(Console(file=io.StringIO()), headless=False), LineScreen)
    assert isinstance(screen_of(Console(force_terminal=True), headless=True), LineScreen)


def test_lines_tell_of_trouble() -> None:
    """The state of the figures first, then the queues that somebody should look at."""
    head, *queues = lines(board(), frame())
    assert "Mon 10:30:12  complete: 4 of 4 partitions, data 0.2 s old, 83 events/s" in head
    assert len(queues) == 1
    assert queues[0].startswith("    BAD  billing")
    assert "8 waiting, longest 6m 12s, service level 40% of 80%" in queues[0]


def test_the_summary_has_the_counts_and_every_queue() -> None:
    """Events, duplicates, dead letters, breaches, and the service level of each queue."""
    text = "\n".join(summary(board(), frame(), 1_772_442_000.0, "24h", 17))
    assert "from Mon 10:00 to Mon 10:30" in text
    assert "13,455 events read: 140 came twice, 3 too late for every window, 12 became dead letters." in text
    assert "17 SLA clocks were breached in the last 24h." in text
    assert "✗ billing    service level  40% of 80%" in text


def test_the_picture_is_svg_that_loads_nothing(tmp_path: Path) -> None:
    """It parses, and asks no other machine for anything."""
    file = tmp_path / "demo.svg"
    draw(board(), frame(116, 26), file)
    text = file.read_text(encoding="utf-8")
    assert ET.fromstring(text).tag.endswith("svg")
    assert "url(http" not in text
    assert "@font-face" not in text
    assert "billing" in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"), (0, "0s"), (59.9, "59s"), (60, "1m 00s"), (372, "6m 12s"), (3_600, "1h 00m"), (7_500, "2h 05m"),
        (86_400, "1d 00h"), (277_200, "3d 05h"),
    ],
)  # fmt: skip
def test_durations_have_two_units(seconds: float | None, text: str) -> None:
    """Short enough for a column, exact enough to act."""
    assert text == ago(seconds)


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "100%"), (0.999, "99%"), (0.799, "79%"), (0.8113, "81%"), (0.29, "29%"), (0.0, "0%")]
)
def test_a_share_is_never_shown_larger_than_it_is(share: float, text: str) -> None:
    """A hundred percent means every one, and what misses 80 % does not read 80 %."""
    assert text == percent(share)


def test_a_course_has_a_bar_for_each_value() -> None:
    """The newest stands on the right; where there was nobody to serve there is a gap."""
    assert " ▅▁ █" == course([0.5, 0.0, None, 1.0], UNICODE, 4).plain


@pytest.mark.parametrize(("speed", "text"), [(60, "an hour a minute"), (1, "real time"), (2.5, "time x 2.5")])
def test_the_pace_is_said_in_words(speed: float, text: str) -> None:
    """An hour a minute is easier to grasp than a factor."""
    assert text == pace(speed)
