"""`replay --policy A --against B`: what another policy would have changed, before it is signed."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.desk import events
from stream.core.events import decode
from stream.core.figures import backtest
from stream.core.policy import load_policy
from stream.core.shard import Shard
from stream.core.times import HOUR
from stream.core.windows.slots import COUNTERS, HISTOGRAMS, OUTCOMES, SLOT_MASK
from tests.cli.commands import answer, chat, line, policy_file, run, ticket

if TYPE_CHECKING:
    from pathlib import Path

    from stream.core.events import Event

NOW = """
schedules: {office: {zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}}}
targets:
  - {name: mail, clock: first_response, match: {channel: email}, within: 2h, schedule: office, objective: 0.9}
  - {name: solved-8h, clock: resolution, within: 8h, schedule: office}
service_level: [{within: 20s}]
windows: [1h]
reopen_days: 1
"""
NEW = (
    NOW.replace("2h", "1h").replace("solved-8h", "solved-1d").replace("within: 8h", "within: 24h").replace("20s", "30s")
)


def other(name: str, when: str, *rest: str) -> list[str]:
    """Return the creation of another ticket by e-mail, and the rest of its events."""
    first = {"ticket_id": name, "channel": "email", "queue": "tech", "priority": "low"}
    return [line("ticket.created", when, **first), *rest]


# T1 is answered after 90 min (late under NEW), T2 after 30 min, T3 never. T1 takes 9 open hours (late under NOW).
LINES = [
    ticket("created", "02T09:00"),
    answer("02T10:30"),
    *other("T2", "02T09:00"),
    line("ticket.message", "02T09:30", ticket_id="T2", author="agent", visibility="public"),
    line("ticket.status_changed", "02T09:40", ticket_id="T2", status="solved"),
    *other("T3", "03T16:30"),
    ticket("status_changed", "03T10:00", status="solved"),
    chat("started", "02T12:00", channel="voice", queue="tech", handled_by="queue"),
    chat("accepted", "02T12:00:25", agent_id="a"),
    chat("ended", "02T12:05", ended_by="customer"),
    line("ticket.escalated", "04T12:00", ticket_id="T3"),
]


@pytest.fixture
def policies(tmp_path: Path) -> tuple[str, str]:
    """The files of the policy as it is and of the new one."""
    return policy_file(tmp_path, NOW, "now.yaml"), policy_file(tmp_path, NEW, "new.yaml")


def compared(policies: tuple[str, str], *more: str, lines: list[str] | None = None) -> Any:
    """Return the JSON of a comparison."""
    before, after = policies
    rows = LINES if lines is None else lines
    return json.loads(run("replay", "--policy", before, "--against", after, "--events", "-", *more, lines=rows)[0])


def row(told: Any, target: str) -> Any:
    """Return what is told of a target."""
    return next(each for each in told["targets"] if each["target"] == target)


def test_attainment_under_both(policies: tuple[str, str]) -> None:
    """Every clock and target is met and missed under both policies, with the difference in between."""
    told = compared(policies)
    first = next(each for each in told["clocks"] if each["clock"] == "first_response")
    assert first["policy"] == {"met": 2, "breached": 1, "attainment": 2 / 3}
    assert first["against"] == {"met": 1, "breached": 2, "attainment": 1 / 3}
    assert first["difference"] == pytest.approx(-1 / 3)
    mail = row(told, "mail")
    assert (mail["policy"]["within_s"], mail["against"]["within_s"], mail["policy"]["objective"]) == (7200, 3600, 0.9)
    assert (told["policy"], told["against"]) == policies
    assert (told["from"], told["at"], told["events"]) == ("2026-03-02T08:00:00Z", "2026-03-04T11:00:00Z", 11)


def test_targets_are_matched_by_name(policies: tuple[str, str]) -> None:
    """A target that only one policy has stands alone; the clock is compared all the same."""
    told = compared(policies)
    assert row(told, "solved-8h")["against"] is None
    assert row(told, "solved-1d")["policy"] is None
    assert row(told, "solved-1d")["difference"] is None
    solution = next(each for each in told["clocks"] if each["clock"] == "resolution")
    assert (solution["policy"]["breached"], solution["against"]["breached"]) == (1, 0)


def test_breaches_are_counted_in_local_hours(policies: tuple[str, str]) -> None:
    """A breach counts in the hour and on the weekday of its deadline, in the zone of the policy's schedule."""
    told = compared(policies)
    assert told["zone"] == "Europe/Berlin"
    # T1's first answer is due at 10:00 under NEW; T3's on Wednesday at 10:30 under NOW, at 09:30 under NEW.
    mail = row(told, "mail")
    assert [hour for hour, times in enumerate(mail["against"]["breaches_by_hour"]) if times] == [9, 10]
    assert [hour for hour, times in enumerate(mail["policy"]["breaches_by_hour"]) if times] == [10]
    by_hour = {each["hour"]: (each["policy"], each["against"]) for each in told["breaches_by_hour"]}
    # The solution of T1 is due on Monday at 17:00, that of T3 never until the end; the call at 12:00:20.
    assert {hour: both for hour, both in by_hour.items() if any(both)} == {
        9: (0, 1),
        10: (1, 1),
        12: (1, 0),
        17: (1, 0),
    }
    days = {each["weekday"]: (each["policy"], each["against"]) for each in told["breaches_by_weekday"]}
    assert {day: both for day, both in days.items() if any(both)} == {"mon": (2, 1), "wed": (1, 1)}


def test_who_would_be_late_now_and_who_no_longer(policies: tuple[str, str]) -> None:
    """Tickets and contacts that only one policy calls late are named, with when they were due under each."""
    told = compared(policies)
    assert told["subjects"] == {"newly_breached": 1, "no_longer_breached": 2, "still_breached": 1}
    assert row(told, "mail")["newly_breached"] == {
        "subjects": 1,
        "worst": [
            {
                "subject": "T1", "kind": "ticket", "breaches": 1, "cycle": 1, "late_s": 1800,
                "due_at": {"policy": "2026-03-02T10:00:00Z", "against": "2026-03-02T09:00:00Z"},
                "satisfied_at": "2026-03-02T09:30:00Z",
            }
        ],
    }  # fmt: skip
    assert row(told, "wait")["no_longer_breached"]["worst"][0]["subject"] == "C1"
    assert row(told, "solved-8h")["no_longer_breached"]["worst"][0]["due_at"]["against"] == "2026-03-04T16:00:00Z"


def test_service_level_under_both(policies: tuple[str, str]) -> None:
    """The call that waited 25 s is in the service level of 30 s and not in that of 20 s, by every formula."""
    levels = compared(policies)["service_level"]
    assert levels["strict"] == {"policy": 0.0, "against": 1.0, "difference": 1.0}
    assert len(levels) == 6


def test_only_until_a_time(policies: tuple[str, str]) -> None:
    """With `--at` later events are as if they had not happened, and deadlines have passed until then."""
    told = compared(policies, "--at", "2026-03-02T09:20:00Z")
    mail = row(told, "mail")
    assert (mail["policy"]["breached"], mail["against"]["breached"]) == (0, 1)
    assert mail["newly_breached"]["worst"][0]["satisfied_at"] is None
    assert told["events"] == 4


def test_the_same_policy_changes_nothing(policies: tuple[str, str]) -> None:
    """Compared with itself a policy has no difference, and nobody is late under one of the two only."""
    told = compared((policies[0], policies[0]))
    assert {0.0} == {each["difference"] for each in told["clocks"]} - {None}
    assert told["subjects"] == {"newly_breached": 0, "no_longer_breached": 0, "still_breached": 3}
    assert all(each["policy"] == each["against"] for each in told["breaches_by_hour"])


def test_the_order_of_the_lines_does_not_matter(policies: tuple[str, str]) -> None:
    """A shuffled file gives the same comparison."""
    assert compared(policies, lines=random.Random(1).sample(LINES, len(LINES))) == compared(policies)


def test_an_empty_file_has_nothing_to_compare(policies: tuple[str, str]) -> None:
    """Without events there is no time, and nothing is printed."""
    assert run("replay", "--against", policies[1], "--events", "-", lines=[])[0] == ""


def _desk() -> list[Event]:
    found = [decode(message.value) for _, message in events(4_000, per_second=0.002)]
    return [event for event in found if event is not None]


def _summed(policy_text: str, desk: list[Event]) -> tuple[Counter[str], Counter[tuple[str, int, int]]]:
    """Return what a shard is told of: counters, and outcomes by target, met or breached, and hour of the day."""
    policy = load_policy(f"version: 1\n{policy_text}", "p.yaml")
    counts: Counter[str] = Counter()
    outcomes: Counter[tuple[str, int, int]] = Counter()

    def tap(at: int, key: int, amount: int) -> None:
        slot = key & SLOT_MASK
        if slot < OUTCOMES:
            counts[COUNTERS[slot]] += amount
        elif slot < HISTOGRAMS:
            target, breached = divmod(slot - OUTCOMES, 2)
            outcomes[policy.targets[target].name, breached, at // HOUR % 24 if breached else 0] += amount

    shard = Shard(policy, tap=tap)
    for number, event in enumerate(desk, 1):
        shard.apply(event)
        if number % 100 == 0:
            shard.advance(event.at - 1)
    shard.advance(desk[-1].at)
    return counts, outcomes


@pytest.mark.parametrize("sweep", [50, 50_000], ids=["with subjects let go of", "all at the end"])
def test_both_policies_count_what_a_shard_counts(monkeypatch: pytest.MonkeyPatch, sweep: int) -> None:
    """On a busy desk every outcome by target and hour, and every service level, is that of a shard of its own."""
    monkeypatch.setattr(backtest, "_SWEEP", sweep)
    desk = _desk()
    texts = [text.replace("Europe/Berlin", "UTC") for text in (NOW, NEW)]
    compares = backtest.Backtest(*(load_policy(f"version: 1\n{text}", "p.yaml") for text in texts))
    for event in desk:
        compares.apply(event)
    compares.finish(desk[-1].at)
    told = compares.report(desk[-1].at, ("now", "new"), rejected=0)
    for side, text in zip(backtest.SIDES, texts, strict=True):
        counts, outcomes = _summed(text, desk)
        found: Counter[tuple[str, int, int]] = Counter()
        for each in told["targets"]:
            if each[side] is not None:
                found[each["target"], 0, 0] += each[side]["met"]
                found.update({(each["target"], 1, hour): n for hour, n in enumerate(each[side]["breaches_by_hour"])})
                assert each[side]["breached"] == sum(each[side]["breaches_by_hour"])
        assert +found == +outcomes
        assert sum(outcomes.values()) > 500
        answered = counts["answered"] + counts["abandoned"]
        assert told["service_level"]["strict"][side] == pytest.approx(counts["answered_in_target"] / answered)


def test_people_get_tables(policies: tuple[str, str]) -> None:
    """`--format table` shows goals, shares, hours and names, A and B beside each other."""
    before, after = policies
    table, _ = run("replay", "--policy", before, "--against", after, "--events", "-", "--format", "table", lines=LINES)
    shown = [" ".join(each.split()) for each in table.splitlines()]
    assert "mail 90 % in 2 h office 90 % in 1 h office 1 2 66.7% 33.3% -33.3" in shown
    assert "strict 0.0% 100.0% +100.0" in shown
    assert any(each.startswith("12:00 1 · -1 █") and each.count("█") for each in shown)
    assert "B only mail (1) T1 1 30 min Mon 2 Mar 11:00 Mon 2 Mar 10:00 Mon 2 Mar 10:30" in shown
    assert "times of Europe/Berlin" in shown[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--every", "1h"], "--every prints figures of windows; --against compares the whole file"),
        (["--format", "prometheus"], "--against compares two policies; expected --format json or table"),
        (["--against", "nowhere.yaml"], "nowhere.yaml: No such file or directory"),
    ],
)
def test_wrong_use_is_one_line(
    policies: tuple[str, str], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be compared is said in one line with exit code 2."""
    from stream.tools.cli.main import main

    with pytest.raises(SystemExit) as left:
        main(["replay", "--against", policies[1], "--events", "-", *arguments])
    error = capsys.readouterr().err
    assert left.value.code == 2
    assert said in error
    assert error.count("\n") == 1
