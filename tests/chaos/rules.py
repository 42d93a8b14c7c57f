"""The policy of a run: targets of minutes, so that most clocks of a story of two hours breach, many by time alone."""

from __future__ import annotations

from typing import Final

TARGETS: Final = """
version: 1
schedules:
  shop: {zone: UTC, hours: {mon-sun: ["00:00-09:00", "09:10-24:00"]}}
targets:
  - {clock: first_response, match: {channel: chat}, within: 1m, warn: 20s}
  - {clock: first_response, match: {priority: urgent}, within: 3m, warn: 1m}
  - {clock: first_response, match: {queue: [billing, tech, sales]}, within: 10m, warn: 2m, schedule: shop}
  - {clock: next_response, match: {tier: gold}, within: 2m, warn: 30s}
  - {clock: next_response, within: 8m, warn: 2m}
  - {clock: resolution, match: {queue: billing}, within: 20m, warn: 5m, on_reopen: restart}
  - {clock: resolution, within: 25m, warn: 5m, schedule: shop}
  - {clock: ownership, match: {queue: tech}, within: 15m, warn: 5m}
service_level:
  - {match: {channel: voice}, within: 20s, short_abandon: 5s}
  - {within: 1m}
agents: {export: true}
"""
LONG: Final = TARGETS + "windows: [5m, 1h, 24h]\n"
"""Everything that happens stays in the longest window, however late it is told: for the live clock."""
DAY: Final = TARGETS + "windows: [5m, 1h, 2h]\nreopen_days: 0\ncustomers: {period: 2h}\n"
"""What ended two hours ago is let go of: long after anything is told of it, and long before a day is over."""
SHORT: Final = TARGETS + "windows: [1m, 10m, 1h]\nreopen_days: 0\ncustomers: {period: 1h}\n"
"""What ended an hour ago is let go of: the state loses records while the run is on."""
