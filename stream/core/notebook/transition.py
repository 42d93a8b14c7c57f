"""Steps of clocks as messages: what a pager, a bot or a data lake subscribes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from stream.core.clocks import NEVER
from stream.core.times import rfc3339

if TYPE_CHECKING:
    from stream.core.desk.case import Case
    from stream.core.desk.fold import Step


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


def transition(what: str, retracts: str, step: Step, case: Case) -> Transition:
    """Return the message of a step of a clock of a ticket or contact."""
    _, clock, cycle, at, due, target = step
    return Transition(
        what,
        case.id,
        case.KIND,
        clock,
        cycle,
        target,
        rfc3339(at),
        None if due == NEVER else rfc3339(due),
        retracts or None,
        case.queue,
        case.channel,
        case.priority,
        case.tier,
        case.agent,
        case.tenant,
    )
