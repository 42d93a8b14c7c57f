"""What a worker is told is checked before it connects, and its clock runs as told."""

from __future__ import annotations

import time

import pytest

from stream.edge.pipeline import Settings, WallClock
from stream.errors import UsageError


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"brokers": ()}, "--brokers"),
        ({"brokers": ("kafka",)}, "'kafka'"),
        ({"brokers": ("kafka:9092", "kafka:x")}, "'kafka:x'"),
        ({"brokers": ("kafka:70000",)}, "'kafka:70000'"),
        ({"brokers": ("k:9092",), "group": ""}, "--group"),
        ({"brokers": ("k:9092",), "partitions": 0}, "--partitions 0"),
        ({"brokers": ("k:9092",), "replication": 0}, "--replication 0"),
        ({"brokers": ("k:9092",), "session_timeout_s": 3.0}, "--session-timeout 3.0"),
        ({"brokers": ("k:9092",), "session_timeout_s": float("nan")}, "--session-timeout nan"),
    ],
)
def test_wrong_settings_are_named_with_what_is_expected(settings: dict[str, object], words: str) -> None:
    """The message holds the option and the value."""
    with pytest.raises(UsageError, match=words.replace("(", r"\(")):
        Settings(**settings)  # type: ignore[arg-type]


def test_several_brokers_are_taken_and_shown() -> None:
    """IPv6 addresses are hosts, too."""
    assert Settings(("a:1", "[::1]:2")).address == "a:1, [::1]:2"


def test_the_wall_clock_is_real_unless_it_is_scaled() -> None:
    """Microseconds since the epoch, between two looks at the real clock."""
    before = time.time_ns() // 1_000
    assert before <= WallClock()() <= time.time_ns() // 1_000


def test_a_scaled_clock_agrees_between_processes_that_have_both_anchors() -> None:
    """At speed 60 a real minute ago was an hour ago; the anchor of the data's time may lie anywhere."""
    start = time.time() - 60
    clock = WallClock(speed=60.0, origin_s=1_000_000.0, start_s=start)
    hour = clock() / 1e6 - 1_000_000
    assert hour == pytest.approx(3_600, abs=60)
    assert WallClock(60.0, 1_000_000.0, start)() >= clock() - 60_000_000
