"""Random small desks: a policy, what happens, and in which order it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from tests.oracle import lives
from tests.oracle.event import KEYS, Event, read
from tests.oracle.lives import Kind
from tests.oracle.plots import CONTACTS, TICKETS, Plot
from tests.oracle.policies import Pace, Setting, setting_of
from tests.oracle.times import EPOCH, text_of

ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (0, 60, -210, 765)]
"""In which the times of events are written."""
SIZES = [(1, 0, 0, 0), (0, 1, 0, 0), (1, 1, 1, 0), (2, 0, 1, 1), (2, 2, 0, 0), (1, 2, 2, 2), (0, 0, 2, 3), (3, 1, 2, 1)]
"""How many tickets, contacts, agents and customers a desk may have."""


@dataclass(frozen=True)
class Happening:
    """One event: to whom, when, what, and what it says."""

    subject: str
    at: int
    seq: int
    type: str
    says: dict[str, Any] = field(default_factory=dict)

    def message(self, *, seq: bool) -> bytes:
        """Return the message that says so, with or without its place among those of the same time."""
        zone = ZONES[(self.seq + len(self.says)) % len(ZONES)]
        said = {
            "type": self.type,
            "event_id": f"{self.type}-{self.seq}",
            "occurred_at": (EPOCH + timedelta(microseconds=self.at)).astimezone(zone).isoformat(),
            KEYS[self.type.split(".")[0]]: self.subject,
            **({"seq": self.seq} if seq else {}),
            **self.says,
        }
        return json.dumps(said).encode()


@dataclass(frozen=True)
class Told:
    """What a shard is told next: a message, or else what time it is."""

    message: bytes = b""
    now: int | None = None

    @property
    def event(self) -> Event:
        """What the message says, as the recount reads it."""
        return read(self.message)


@dataclass(frozen=True, repr=False)
class Desk:
    """A policy, everything that happened, the way in which it is told, and when the figures are looked at."""

    setting: Setting
    happenings: tuple[Happening, ...]
    telling: tuple[Told, ...]
    now: int

    def __repr__(self) -> str:
        """Return what `replay` needs to see the same: the policy, the messages as told, and times where one looks."""
        told = [f"-- {text_of(one.now)}" if one.now is not None else str(one.message, "utf-8") for one in self.telling]
        return "\n".join(["", self.setting.policy, *told, f"-- {text_of(self.now)}", ""])


@st.composite
def _life(draw: st.DrawFn, subject: str, kinds: list[Kind], plots: list[Plot], pace: Pace) -> list[Happening]:
    """Draw what happens to a subject, from moment 0 on: a life that makes sense, and something in between."""
    chosen = [draw(st.sampled_from(step)) for step in draw(st.sampled_from(plots))]
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=8)):
        # Mostly nothing comes before the beginning.
        chosen.insert(draw(st.integers(0, len(chosen) + 1)) or 1, kind)
    gaps = draw(st.lists(st.sampled_from(pace.gaps), min_size=len(chosen), max_size=len(chosen)))
    start = draw(st.integers(0, 17)) * pace.gaps[0]
    moments = [min(moment, pace.span) for moment in accumulate(gaps[1:], initial=start)]
    if draw(st.sampled_from([False, False, False, True])):
        # Mostly a life makes sense; here anything may precede anything, and before its beginning.
        draw(st.randoms(use_true_random=False)).shuffle(moments)
    tenant = draw(st.sampled_from([{}, {}, {"tenant": "acme"}]))
    return [
        Happening(subject, moment, 10 * place, kind, says | tenant)
        for place, ((kind, says), moment) in enumerate(zip(chosen, moments, strict=True))
    ]


@st.composite
def _answers(draw: st.DrawFn, pace: Pace) -> list[Happening]:
    """Draw answers to surveys about tickets, contacts, agents and things that nobody knows."""
    found = []
    for number in range(draw(st.sampled_from([0, 1, 3, 6]))):
        subject = draw(st.sampled_from(["s0", "s0", "s1", "a1", "x"]))
        kind, says = draw(st.sampled_from(lives.SURVEY))
        at = min(draw(st.integers(0, 40)) * pace.gaps[0], pace.span)
        seq = 10 * draw(st.integers(0, 14)) + 1 + number
        found.append(Happening(subject, at, seq, kind, says | draw(st.sampled_from(lives.ABOUT))))
    return found


@st.composite
def _happenings(draw: st.DrawFn, pace: Pace) -> list[Happening]:
    """Draw everything that happens at a small desk, from moment 0 on."""
    tickets, contacts, agents, customers = draw(st.sampled_from(SIZES))
    found: list[Happening] = []
    for number in range(tickets):
        found += draw(_life(f"s{number}", lives.TICKET, TICKETS, pace))
    for number in range(contacts):
        # A ticket and a contact may have the same id.
        found += draw(_life(f"s{number}", lives.CONTACT, CONTACTS, pace))
    for number in range(agents):
        found += draw(_life(f"a{number + 1}", lives.AGENT, [[]], pace))
    for number in range(customers):
        found += draw(_life(f"c{number}", lives.CUSTOMER, [[]], pace))
    return found + draw(_answers(pace))


@st.composite
def desks(draw: st.DrawFn, policies: int) -> Desk:
    """Draw a small desk whose events arrive in any order, some of them twice.

    `policies` is the number of different policies.
    """
    setting = setting_of(draw(st.integers(0, policies - 1)))
    pace, begins = setting.pace, setting.begins
    happenings = [
        Happening(one.subject, begins + one.at, one.seq, one.type, one.says) for one in draw(_happenings(pace))
    ]
    now = max(one.at for one in happenings) + draw(st.sampled_from(pace.later))
    told = sorted(happenings, key=lambda one: (one.at, one.seq))
    # Without `seq`, events of the same time happened in the order in which they arrive.
    shuffled, seq = draw(st.sampled_from([(False, True), (False, False), (True, True), (True, True)]))
    if shuffled:
        told += draw(st.lists(st.sampled_from(happenings), max_size=4))
        draw(st.randoms(use_true_random=False)).shuffle(told)
    telling = [Told(message=one.message(seq=seq)) for one in told]
    steps = draw(st.lists(st.integers(0, 40), max_size=5))
    looks = sorted(min(begins + step * (now - begins) // 40, now) for step in steps)
    if shuffled:
        places = sorted(draw(st.lists(st.integers(0, len(telling)), min_size=len(looks), max_size=len(looks))))
    else:
        places = [sum(one.at <= look for one in told) for look in looks]
    for look, place in reversed(list(zip(looks, places, strict=True))):
        telling.insert(place, Told(now=look))
    # Who looks once more a little later sees what has left since.
    telling.append(Told(now=now))
    return Desk(setting, tuple(happenings), tuple(telling), now + draw(st.sampled_from(pace.later)))
