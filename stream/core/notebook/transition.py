"""Steps of clocks as messages: what a pager, a bot or a data lake subscribes to."""

from __future__ import annotations

from typing import Final

import msgspec


class Transition(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One step of one clock.

    Attributes:
        event: `clock.imminent`, `clock.breached`, `clock.met` or `clock.retracted`.
        subject, kind: id of the ticket or contact, and which of both it is.
        clock, cycle: which of its clocks.
        target: name of the target in the policy.
        at: when it happened, event time.
        due_at: the deadline as it was then.
        retracts: what a retraction takes back: the step of the same clock, cycle, `at` and `due_at`.
        queue, channel, priority, tier, agent, tenant: of the subject when this was written.
    """

    event: str
    subject: str
    kind: str
    clock: str
    cycle: int
    target: str
    at: str
    due_at: str | None
    retracts: str | None = None
    queue: str | None = None
    channel: str | None = None
    priority: str | None = None
    tier: str | None = None
    agent: str | None = None
    tenant: str | None = None


encode_transition: Final = msgspec.json.Encoder().encode
