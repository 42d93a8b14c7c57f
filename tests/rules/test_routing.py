"""Whom an alert reaches, as amtool sees it, and when nobody is disturbed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from stream.core.calendar import OpenHours
from stream.core.policy import Policy
from stream.core.times import MINUTE, to_micros
from stream.tools.rules import Links, generate, make_tables
from stream.tools.rules.files import ALERTMANAGER, write
from stream.tools.rules.office import holidays, office_hours, running_out
from stream.tools.rules.routing import PLACEHOLDERS
from tests.rules.policies import policy_of
from tests.rules.promtool import run

SEVERITIES = ("page", "ticket", "info")


@pytest.fixture
def many(tmp_path: Path) -> tuple[Policy, Path]:
    """The policy of 40 queues with its four teams, and the configuration that it makes."""
    policy = policy_of("40 queues")
    write(generate(policy, make_tables(policy), Links()), tmp_path)
    return policy, tmp_path / ALERTMANAGER


def receiver(config: Path, **labels: str) -> str:
    """Whom amtool says that an alert reaches."""
    told = [f"{name}={value}" for name, value in labels.items()]
    return run("amtool", "config", "routes", "test", f"--config.file={config}", *told).strip()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_severity_of_every_team_has_its_receiver(severity: str, many: tuple[Policy, Path]) -> None:
    """An alert of a queue reaches the receiver of its team; one of no team's queue, or of no queue, the default one."""
    policy, config = many
    for team in policy.alerts.teams:
        for queue in sorted(team.queues)[:2]:
            assert f"{team.receiver}-{severity}" == receiver(config, severity=severity, queue=queue, watches="desk")
    assert f"default-{severity}" == receiver(config, severity=severity, queue="elsewhere", watches="desk")
    assert f"default-{severity}" == receiver(config, severity=severity, watches="monitor", blind="yes")


def test_the_watchdog_disturbs_nobody(many: tuple[Policy, Path]) -> None:
    """Its alert reaches nobody, whatever its severity."""
    assert "nobody" == receiver(many[1], alertname="DeskpulseWatchdog", severity="info")


def test_an_alert_without_severity_is_not_lost(many: tuple[Policy, Path]) -> None:
    """It is a ticket."""
    assert "default-ticket" == receiver(many[1], alertname="Else")


def test_a_page_knows_no_office_hours(default: Policy) -> None:
    """Only tickets and notes wait for office hours; a page rings at any time."""
    made = yaml.safe_load(generate(default, make_tables(default), Links())[ALERTMANAGER])
    for route in made["route"]["routes"][1:]:
        waits = "page" not in route["receiver"]
        for one in (route, *route["routes"]):
            assert waits == ("active_time_intervals" in one) == ("mute_time_intervals" in one)


def test_blindness_inhibits_the_desk_and_nothing_else(default: Policy) -> None:
    """The first rule names what is blind, all that watches the desk, and an equal service."""
    made = yaml.safe_load(generate(default, make_tables(default), Links())[ALERTMANAGER])
    assert {
        "source_matchers": ['blind="yes"'],
        "target_matchers": ['watches="desk"'],
        "equal": ["service"],
    } == made["inhibit_rules"][0]
    assert all(rule["equal"] for rule in made["inhibit_rules"])


@pytest.mark.parametrize("name", ["office", "nights"])
def test_time_intervals_are_the_schedule(name: str, default: Policy) -> None:
    """At every quarter of an hour of two weeks around Christmas the intervals say what the schedule says."""
    schedule = (default if name == "office" else policy_of("one queue")).schedules[name]
    assert isinstance(schedule, OpenHours)
    hours, closed = office_hours(schedule), holidays(schedule)
    zone = ZoneInfo(schedule.zone.key)
    start = to_micros(datetime(2026, 12, 20, 12, tzinfo=zone))
    differ = []
    for at in range(start, start + 14 * 96 * 15 * MINUTE, 15 * MINUTE):
        local = datetime.fromtimestamp(at / 1_000_000, zone)
        day, minute = local.date(), f"{local:%H:%M}"
        is_open = bool(schedule.open_between(at, at + MINUTE))
        ordinarily = any(
            f"{local:%A}".lower() in entry["weekdays"]
            and any(part["start_time"] <= minute < part["end_time"] for part in entry["times"])
            for entry in hours
        )
        off = any(
            str(day.year) in entry["years"]
            and str(day.month) in entry["months"]
            and str(day.day) in entry["days_of_month"]
            for entry in closed
        )
        if is_open != (ordinarily and not off):
            differ.append(f"{local:%a %d %H:%M}")
    # A day that a night before it runs into is no holiday, though no shift starts on it.
    expected = {"office": set(), "nights": {"Thu 24"}}[name]
    assert expected == {text[:6] for text in differ}


def test_holidays_that_run_out_are_told_of(default: Policy) -> None:
    """In the last year that is written out, and after it, a line says what to do; unless the desk never closes."""
    assert "" == running_out(default, (2026, 2030), date(2029, 12, 31))
    assert (
        "holidays are written out for 2026 to 2030, and it is 2030: say --years 2030-2034"
        == running_out(default, (2026, 2030), date(2030, 1, 1))
    )  # fmt: skip
    assert "it is 2033" in running_out(default, (2026, 2030), date(2033, 5, 1))
    assert "" == running_out(policy_of("24x7"), (2026, 2030), date(2033, 5, 1))


def test_the_years_are_those_that_are_told(default: Policy) -> None:
    """Holidays of other years are written out where they are asked for, and no others."""
    made = yaml.safe_load(generate(default, make_tables(default), Links(), (2031, 2032))[ALERTMANAGER])
    (closed,) = [one["time_intervals"] for one in made["time_intervals"] if one["name"] == "holidays"]
    assert {"2031", "2032"} == {year for one in closed for year in one["years"]}


def test_what_stands_ready_to_be_filled_in_is_accepted(default: Policy, tmp_path: Path) -> None:
    """The receivers that the file shows in its comment are such as amtool accepts, of all four kinds."""
    made = yaml.safe_load(generate(default, make_tables(default), Links())[ALERTMANAGER])
    shown = yaml.safe_load("\n".join(line[5:] for line in PLACEHOLDERS.splitlines() if line.startswith("#     ")))
    assert ["webhook_configs", "email_configs", "slack_configs", "pagerduty_configs"] == list(shown)
    made["receivers"][1] |= shown
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(made))
    run("amtool", "check-config", str(path))
