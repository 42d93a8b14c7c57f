"""A page of metrics as a worker writes it, with one queue in trouble, and a screen's frame around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stream.tools.demo.board import Board, board_of
from stream.tools.demo.scrape import Scrape, parse
from stream.tools.demo.table import Frame

NOW = 1_772_443_800
"""Monday, 2026-03-02, 10:30 in Berlin."""

METRICS = f"""\
# HELP deskpulse_tickets Unsolved tickets by status.
# TYPE deskpulse_tickets gauge
deskpulse_tickets{{queue="billing",channel="email",priority="normal",status="open"}} 7.0
deskpulse_tickets{{queue="billing",channel="email",priority="high",status="pending"}} 2.0
deskpulse_tickets{{queue="privacy",channel="email",priority="normal",status="open"}} 1.0
deskpulse_unanswered_tickets{{queue="billing",channel="email",priority="normal"}} 4.0
deskpulse_oldest_unanswered_timestamp_seconds{{queue="billing",channel="email",priority="normal"}} {NOW - 7200}
deskpulse_waiting_contacts{{queue="billing",channel="voice",priority="normal"}} 5.0
deskpulse_waiting_contacts{{queue="billing",channel="chat",priority="high"}} 3.0
deskpulse_waiting_contacts{{queue="sales",channel="voice",priority="normal"}} 0.0
deskpulse_oldest_waiting_timestamp_seconds{{queue="billing",channel="voice",priority="normal"}} {NOW - 90}
deskpulse_oldest_waiting_timestamp_seconds{{queue="billing",channel="chat",priority="high"}} {NOW - 372}
deskpulse_clocks{{queue="billing",channel="voice",priority="normal",clock="wait",state="breaching"}} 4.0
deskpulse_clocks{{queue="billing",channel="email",priority="normal",clock="first_response",state="imminent"}} 2.0
deskpulse_window_created{{queue="billing",channel="email",priority="normal",window="1h"}} 20.0
deskpulse_window_created{{queue="billing",channel="email",priority="normal",window="24h"}} 200.0
deskpulse_window_offered{{queue="billing",channel="voice",priority="normal",window="1h"}} 60.0
deskpulse_window_offered{{queue="sales",channel="voice",priority="normal",window="1h"}} 25.0
deskpulse_window_answered{{queue="billing",channel="voice",priority="normal",window="1h"}} 40.0
deskpulse_window_answered{{queue="billing",channel="chat",priority="high",window="1h"}} 10.0
deskpulse_window_answered{{queue="sales",channel="voice",priority="normal",window="1h"}} 25.0
deskpulse_window_answered_in_target{{queue="billing",channel="voice",priority="normal",window="1h"}} 15.0
deskpulse_window_answered_in_target{{queue="billing",channel="chat",priority="high",window="1h"}} 9.0
deskpulse_window_answered_in_target{{queue="sales",channel="voice",priority="normal",window="1h"}} 24.0
deskpulse_window_abandoned{{queue="billing",channel="voice",priority="normal",window="1h"}} 10.0
deskpulse_window_sla_outcomes{{queue="billing",channel="voice",priority="normal",window="1h",clock="wait",target="w",outcome="met"}} 15.0
deskpulse_window_sla_outcomes{{queue="billing",channel="voice",priority="normal",window="1h",clock="wait",target="w",outcome="breached"}} 25.0
deskpulse_window_sla_outcomes{{queue="billing",channel="email",priority="normal",window="1h",clock="first_response",target="f",outcome="met"}} 18.0
deskpulse_window_sla_outcomes{{queue="billing",channel="email",priority="normal",window="1h",clock="first_response",target="f",outcome="breached"}} 2.0
deskpulse_window_sla_outcomes{{queue="billing",channel="email",priority="high",window="1h",clock="resolution",target="r",outcome="met"}} 20.0
deskpulse_window_sla_outcomes{{queue="sales",channel="voice",priority="normal",window="1h",clock="wait",target="w",outcome="met"}} 24.0
deskpulse_window_sla_outcomes{{queue="sales",channel="voice",priority="normal",window="1h",clock="wait",target="w",outcome="breached"}} 1.0
deskpulse_target_objective_ratio{{clock="wait",target="w"}} 0.8
deskpulse_target_objective_ratio{{clock="first_response",target="f"}} 0.9
deskpulse_target_objective_ratio{{clock="resolution",target="r"}} 1.0
deskpulse_target_info{{clock="wait",target="w",schedule="24x7",formula="strict"}} 1.0
deskpulse_target_info{{clock="first_response",target="f",schedule="24x7",formula=""}} 1.0
deskpulse_events_total{{topic="support.tickets",type="ticket.created"}} 9000.0
deskpulse_events_total{{topic="support.chats",type="chat.started"}} 4455.0
deskpulse_rejected_events_total{{topic="support.chats",reason="not_json"}} 12.0
deskpulse_duplicate_events_total 140.0
deskpulse_late_events_total 3.0
deskpulse_lag_records{{topic="support.tickets",partition="0"}} 2.0
deskpulse_data_timestamp_seconds{{partition="0"}} {NOW}
deskpulse_data_timestamp_seconds{{partition="1"}} {NOW + 5}
deskpulse_clock_timestamp_seconds {NOW + 12}
deskpulse_partitions_ready 4.0
deskpulse_partitions_expected 4.0
"""  # noqa: E501  a page of metrics has long lines

AT_RISK = (
    {
        "subject": "C-1042", "kind": "contact", "queue": "billing", "channel": "voice", "priority": "normal",
        "clock": "wait", "state": "breaching", "remaining_s": -70,
    },
    {
        "subject": "T-1007", "kind": "ticket", "queue": "billing", "channel": None, "priority": "urgent",
        "clock": "first_response", "state": "imminent", "remaining_s": 130.5,
    },
)  # fmt: skip


def board(**changes: str) -> Board:
    """The board of the page, with other values for some metrics without labels."""
    kept = [line for line in METRICS.splitlines() if not any(line.startswith(f"deskpulse_{name} ") for name in changes)]
    kept += [f"deskpulse_{name} {value}" for name, value in changes.items()]
    return board_of(Scrape(parse("\n".join(kept), "1h"), AT_RISK))


def frame(width: int = 80, height: int = 24, **changes: Any) -> Frame:
    """What stands around a board."""
    whole = Frame(width, height, 60.0, 83.0, "http://127.0.0.1:8000", "1h")
    return replace(whole, **changes)
