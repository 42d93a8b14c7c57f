"""Mappings of real logs to Deskpulse's events, one module each; docs/logs.md tells what each of them does."""

from __future__ import annotations

from tests.logs.source import Event, Row, default_folder, in_order, numbered, print_events, rows

__all__ = ["Event", "Row", "default_folder", "in_order", "numbered", "print_events", "rows"]
