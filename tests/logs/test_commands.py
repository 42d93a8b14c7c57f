"""The logs through `deskpulse produce`, a real Kafka and `deskpulse worker`, and through `deskpulse replay`."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.kafka import Cluster
from tests.logs import bank_calls, helpdesk_comments, servicenow_incidents
from tests.logs.commands import Samples, Worker, all_read, deskpulse, shown_by, write

COUNTS = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "abandoned",
    "answered_in_target": "answered_within_20s",
    "abandoned_in_target": "abandoned_within_20s",
    "short_abandons": "abandoned_within_5s",
}
"""Our name of a count, the oracle's name."""

NEVER_RESOLVED_S = 309_420
"""Seconds from opening to Closed of the 13 incidents that were never Resolved, together."""


def january(logs: Path) -> Any:
    """Return the reference figures of January."""
    return json.loads((logs / "bank_calls" / "oracle.json").read_bytes())["by_month"]["january"]


def service_levels(offered: dict[str, float]) -> dict[str, float]:
    """Return the six service levels by their published formulas, rounded as the oracle has them."""
    answered, in_target, abandoned = offered["answered"], offered["answered_in_target"], offered["abandoned"]
    short, abandoned_in_target = offered["short_abandons"], offered["abandoned_in_target"]
    levels = {
        "strict": in_target / (answered + abandoned),
        "short_abandons_removed_5s": in_target / (answered + abandoned - short),
        "short_abandons_credited_5s": (in_target + short) / (answered + abandoned),
        "abandons_within_target_ignored": in_target / (answered + abandoned - abandoned_in_target),
        "abandons_within_target_positive": (in_target + abandoned_in_target) / (answered + abandoned),
        "answered_only": in_target / answered,
    }
    return {name: round(level, 6) for name, level in levels.items()}


def assert_january(samples: Samples, oracle: Any) -> None:
    """Every count, both sums and all six service levels on /metrics are the oracle's."""
    found = {name: samples.window(name) for name in COUNTS}
    assert {name: oracle[theirs] for name, theirs in COUNTS.items()} == found
    assert oracle["answered"] == samples.window("wait_seconds_gcount") == samples.window("handle_seconds_gcount")
    assert oracle["sum_wait_answered_seconds"] == samples.window("wait_seconds_gsum")
    assert oracle["sum_handle_seconds"] == samples.window("handle_seconds_gsum")
    assert oracle["answered_within_20s"] == samples.sum("deskpulse_window_wait_seconds_bucket", le="20.0")
    assert oracle["service_level"] == service_levels(found)
    assert 0 == samples.sum("deskpulse_late_events_total") + samples.sum("deskpulse_rejected_events_total")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A policy with a window of 31 days and the target of 20 s."""
    policy = tmp_path / "bank.yaml"
    policy.write_text("version: 1\nservice_level: [{within: 20s, short_abandon: 5s}]\nwindows: [31d]\n")
    return policy


@pytest.mark.kafka
def test_january_through_kafka_into_one_worker(kafka: Cluster, logs: Path, bank: Path, tmp_path: Path) -> None:
    """31,359 calls over four partitions: all figures on /metrics are the oracle's."""
    oracle = january(logs)
    calls = write(tmp_path / "january.jsonl", bank_calls.events(logs, "january"))
    deskpulse("produce", "--events", calls, "--brokers", kafka.bootstrap, "--partitions", "4")
    with Worker(kafka.bootstrap, bank, tmp_path / "worker.log") as worker:
        samples = all_read([worker], oracle["calls"])
        assert_january(samples, oracle)
        assert oracle["calls"] == samples.sum("deskpulse_events_total", type="chat.started")


@pytest.mark.kafka
def test_january_through_kafka_into_two_workers_of_which_one_joins_midway(
    kafka: Cluster, logs: Path, bank: Path, tmp_path: Path
) -> None:
    """The second worker comes when half of the month is read: the sum over both is the oracle's to the call."""
    oracle = january(logs)
    events = bank_calls.events(logs, "january")
    halves = [
        write(tmp_path / "first.jsonl", events[: len(events) // 2]),
        write(tmp_path / "second.jsonl", events[len(events) // 2 :]),
    ]
    deskpulse("produce", "--events", halves[0], "--brokers", kafka.bootstrap, "--partitions", "4")
    with Worker(kafka.bootstrap, bank, tmp_path / "one.log") as one:
        shown_by([one], lambda samples: samples.window("answered") > 0, "the first worker shows calls")
        with Worker(kafka.bootstrap, bank, tmp_path / "two.log") as two:
            shown_by(
                [two], lambda samples: samples.sum("deskpulse_partitions_ready") == 2, "the second one has its share"
            )
            deskpulse("produce", "--events", halves[1], "--brokers", kafka.bootstrap)
            assert_january(all_read([one, two], oracle["calls"]), oracle)
            shares = [Samples(worker.scrape() or "").sum("deskpulse_partitions_ready") for worker in (one, two)]
            assert [2, 2] == shares


@pytest.mark.kafka
def test_first_responses_through_kafka(kafka: Cluster, logs: Path, tmp_path: Path) -> None:
    """The help desk's first responses by humans in public: number and sum on /metrics are the oracle's."""
    oracle = json.loads((logs / "helpdesk_comments" / "oracle.json").read_bytes())
    expected = oracle["first_response_seconds_B_excluding_auto_policy_comment"]["stats"]
    policy = tmp_path / "helpdesk.yaml"
    policy.write_text("version: 1\nwindows: [500d]\n")
    comments = write(tmp_path / "comments.jsonl", helpdesk_comments.events(logs))
    deskpulse("produce", "--events", comments, "--brokers", kafka.bootstrap, "--partitions", "4")
    with Worker(kafka.bootstrap, policy, tmp_path / "worker.log") as worker:
        samples = all_read([worker], oracle["issues"])
    assert oracle["issues"] == samples.window("created")
    assert expected["n"] == samples.window("first_response_seconds_gcount")
    assert expected["sum"] == samples.window("first_response_seconds_gsum")


@pytest.mark.kafka
def test_incidents_through_kafka(kafka: Cluster, logs: Path, tmp_path: Path) -> None:
    """Created, first solved and reopened on /metrics are the oracle's with the 13 and the 12 of docs/logs.md."""
    oracle = json.loads((logs / "servicenow_incidents" / "oracle.json").read_bytes())
    first_solved = oracle["resolution_first_resolved_row_seconds"]["stats"]
    policy = tmp_path / "servicenow.yaml"
    policy.write_text("version: 1\nwindows: [400d]\n")
    incidents = write(tmp_path / "incidents.jsonl", servicenow_incidents.events(logs))
    deskpulse("produce", "--events", incidents, "--brokers", kafka.bootstrap, "--partitions", "4")
    with Worker(kafka.bootstrap, policy, tmp_path / "worker.log") as worker:
        samples = all_read([worker], oracle["cases"])
    assert oracle["cases"] == samples.window("created")
    assert first_solved["n"] + 13 == samples.window("first_resolution_seconds_gcount")
    assert first_solved["sum"] + NEVER_RESOLVED_S == samples.window("first_resolution_seconds_gsum")
    assert 319 + 12 == oracle["reopen"]["total_reopens_sum_of_max"] == samples.window("reopened")


@pytest.mark.slow
def test_january_through_replay(logs: Path, bank: Path, tmp_path: Path) -> None:
    """`deskpulse replay` gives the oracle's figures, and the same for the same events shuffled and every one twice."""
    oracle = january(logs)
    events = bank_calls.events(logs, "january")
    plain = json.loads(deskpulse("replay", "--policy", bank, "--events", write(tmp_path / "plain.jsonl", events)))
    counts = plain["windows"][0]["total"]["counts"]
    durations = plain["windows"][0]["total"]["durations"]
    assert {name: oracle[theirs] for name, theirs in COUNTS.items()} == {name: counts[name] for name in COUNTS}
    assert oracle["sum_wait_answered_seconds"] == durations["wait"]["sum_s"]
    assert oracle["sum_handle_seconds"] == durations["handle"]["sum_s"]
    assert oracle["answered_within_20s"] == durations["wait"]["within"]["20"]
    levels = plain["windows"][0]["total"]["kpis"]["service_level"]
    assert list(oracle["service_level"].values()) == [round(level, 6) for level in levels.values()]
    twice = events * 2
    random.Random(1999).shuffle(twice)
    shuffled = json.loads(deskpulse("replay", "--policy", bank, "--events", write(tmp_path / "shuffled.jsonl", twice)))
    assert 2 * len(events) == shuffled["events"] == plain["events"] + shuffled["duplicates"]
    told = {"events": 0, "duplicates": 0, "late": 0}
    assert plain | told == shuffled | told
