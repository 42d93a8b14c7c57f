"""`replay`, `explain` and `schema`: a file in, figures out."""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner

from stream.tools import event_file
from stream.tools.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
version: 1
targets:
  - {clock: first_response, match: {channel: email}, within: 30m, objective: 0.9}
  - {clock: resolution, within: 2h}
windows: [1h, 24h]
"""


def line(number: int, kind: str, when: str, /, **fields: Any) -> str:
    """Return one message as a line of a file."""
    body = {"type": kind, "event_id": f"e{number}", "occurred_at": f"2026-03-02T{when}:00Z"} | fields
    return json.dumps(body)


LINES = [
    line(1, "ticket.created", "09:00", ticket_id="T1", channel="email", queue="billing", priority="high"),
    line(2, "ticket.message", "09:10", ticket_id="T1", author="agent", visibility="public"),
    line(3, "ticket.created", "09:30", ticket_id="T2", channel="email", queue="tech", priority="low"),
    line(4, "ticket.status_changed", "10:30", ticket_id="T1", status="solved"),
    line(5, "chat.started", "11:00", chat_id="C1", channel="voice", queue="billing", handled_by="queue"),
    line(6, "chat.accepted", "11:02", chat_id="C1", agent_id="a1"),
]


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A policy file."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return str(path)


def run(*arguments: str, lines: list[str] | None = None) -> tuple[str, str]:
    """Run a command with lines on standard input; return what it printed and what it said on standard error."""
    ran = CliRunner().invoke(cli, arguments, input="\n".join(LINES if lines is None else lines), catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout, ran.stderr


def figures(policy: str, *more: str, lines: list[str] | None = None) -> Any:
    """Return the JSON of a replay."""
    return json.loads(run("replay", "--policy", policy, "--events", "-", *more, lines=lines)[0])


def test_figures_of_the_last_event(policy: str) -> None:
    """Without `--at` the figures are those of the last event's time, group by group and in total."""
    told = figures(policy)
    assert (told["at"], told["events"], told["rejected"]) == ("2026-03-02T11:02:00Z", 6, 0)
    hour, day = told["windows"]
    assert (hour["window"], hour["seconds"], hour["pane_s"]) == ("1h", 3600, 60)
    assert [row["queue"] for row in day["groups"]] == ["billing", "billing", "tech"]
    total = day["total"]
    assert total["counts"]["created"] == 2
    assert total["sla"]["first_response"] == {"met": 1, "breached": 1}
    assert total["kpis"]["sla_attainment"]["first_response"] == 0.5
    assert total["kpis"]["channel_share"] == {"email": pytest.approx(2 / 3), "voice": pytest.approx(1 / 3)}
    reply = total["durations"]["first_response"]
    assert (reply["count"], reply["sum_s"], reply["within"]["900"]) == (2, 720, 2)
    assert reply["p90_s"] == pytest.approx(600, rel=0.05)
    (live,) = told["live"]
    assert (live["queue"], live["tickets"]["new"], live["unanswered"]) == ("tech", 1, 1)
    assert live["clocks"]["first_response"]["breaching"] == 1


def test_figures_at_a_time_know_nothing_of_later(policy: str) -> None:
    """With `--at` later events are as if they had not happened, and time has passed until then."""
    told = figures(policy, "--at", "2026-03-02T10:00:00Z")
    assert (told["events"], told["windows"][1]["total"]["counts"]["solved"]) == (3, 0)
    assert told["windows"][1]["total"]["sla"]["first_response"] == {"met": 1, "breached": 1}


def test_snapshots_one_a_line(policy: str) -> None:
    """With `--every` there is a line for each step from the first event on, and one for the end."""
    out, _ = run("replay", "--policy", policy, "--events", "-", "--every", "1h")
    assert [json.loads(row)["at"][11:16] for row in out.splitlines()] == ["09:00", "10:00", "11:00", "11:02"]


def test_order_of_the_lines_and_the_packing_do_not_matter(policy: str, tmp_path: Path) -> None:
    """A shuffled file, one packed with gzip and one too long for memory give the same figures."""
    shuffled = random.Random(1).sample(LINES, len(LINES))
    packed = tmp_path / "events.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join(shuffled).encode()))
    told = json.loads(run("replay", "--policy", policy, "--events", str(packed))[0])
    assert told == figures(policy) == figures(policy, lines=shuffled)


def test_long_files_are_sorted_on_disk(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More lines than are sorted in memory are merged from several sorted runs, to the same figures."""
    told = figures(policy)
    monkeypatch.setattr(event_file, "_RUN_BYTES", 1)
    assert figures(policy, lines=LINES[::-1]) == told


def test_lines_that_are_no_events_are_named_and_counted(policy: str) -> None:
    """A bad line is named with its number, field and reason; the rest is read."""
    out, err = run("replay", "--policy", policy, "--events", "-", lines=[*LINES, "{", '{"type": "ticket.starred"}'])
    told = json.loads(out)
    assert (told["events"], told["rejected"]) == (6, 1)
    assert err.startswith("-:7: ")


def test_an_empty_file_has_no_figures(policy: str) -> None:
    """Without events there is no time, and so no figure."""
    assert run("replay", "--policy", policy, "--events", "-", lines=[])[0] == ""


def test_table_and_metrics_show_the_same(policy: str) -> None:
    """The other two shapes of the figures hold what the JSON says."""
    table, _ = run("replay", "--policy", policy, "--events", "-", "--format", "table")
    assert "billing" in table
    assert "50.0%" in table
    metrics, _ = run("replay", "--policy", policy, "--events", "-", "--format", "prometheus")
    assert 'deskpulse_window_created{channel="email",priority="high",queue="billing",window="24h"} 1.0' in metrics


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["replay", "--events", "nowhere.jsonl"], "nowhere.jsonl: No such file or directory"),
        (["replay", "--events", "-", "--at", "noon"], "'noon' is no RFC 3339 time"),
        (["replay", "--events", "-", "--every", "1h", "--format", "table"], "--every prints one JSON object a line"),
        (["explain", "--events", "-", "--policy", "nowhere.yaml"], "nowhere.yaml: No such file or directory"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong path, time or combination of options is said in one line with exit code 2."""
    from stream.tools.cli.main import main

    with pytest.raises(SystemExit) as left:
        main(arguments)
    error = capsys.readouterr().err
    assert left.value.code == 2
    assert said in error
    assert error.count("\n") == 1


def test_explain_tells_one_story_a_line(policy: str) -> None:
    """Tickets and contacts come in order of id, or one of them alone."""
    out, _ = run("explain", "--policy", policy, "--events", "-")
    assert [json.loads(row)["subject"] for row in out.splitlines()] == ["C1", "T1", "T2"]
    out, _ = run("explain", "--policy", policy, "--events", "-", "--subject", "T1", "--at", "2026-03-02T09:30:00Z")
    story = json.loads(out)
    assert (story["status"], story["first_response_s"]) == ("new", 600)
    assert [row["state"] for row in story["clocks"]] == ["met", "pending"]


def test_schema_describes_every_event() -> None:
    """The schema is a valid one, takes the events of this module and refuses a naive reading of them."""
    schema = json.loads(run("schema")[0])
    jsonschema.Draft202012Validator.check_schema(schema)
    for row in LINES:
        jsonschema.validate(json.loads(row), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"type": "ticket.created"}, schema)


def test_the_table_shows_every_figure(policy: str) -> None:
    """Below the groups every formula has a line with a value per window, a dot where it has none, and what it is."""
    rows = [
        *LINES,
        line(7, "survey.answered", "11:01", subject_id="T1", kind="csat", score=5, scale_min=1, scale_max=5),
        line(8, "agent.state_changed", "10:32", agent_id="a1", queues=["billing"], state="busy"),
    ]
    table, _ = run("replay", "--policy", policy, "--events", "-", "--format", "table", lines=rows)
    shown = [" ".join(each.split()) for each in table.splitlines()]
    assert "figure last 1h last 24h is" in shown
    assert "CSAT 100.0% 100.0% answers in the top two of five boxes / answers" in shown
    assert "SLA attainment (first response) · 50.0% clocks of first_response that were met / (met + breached)" in shown
    assert "occupancy 100.0% 100.0% (busy + wrap-up) / (these + available)" in shown
    assert "NPS · · 100 x (share of 9 to 10 - share of 0 to 6)" in shown
    assert "average speed of answer 2m 00s 2m 00s sum of the waits of the answered / answered" in shown
    assert any(each.startswith("queue channel priority") and "busy" in each for each in shown)
