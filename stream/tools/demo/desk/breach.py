"""The desk of `deskpulse demo breach`: billing has nobody, so its queue goes bad at once and stays so."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from stream.tools.demo.desk.default import DESK
from stream.tools.demo.desk.plan import Team, Trouble

_GONE: Final = {
    # Mail is left alone for an hour before the demo begins: the first urgent promises of an hour are due just then.
    "billing-mail": ((7.0, 8.9, 11),),
    "billing-phone": ((7.0, 10.0, 14),),
    "billing-chat": ((7.0, 10.0, 8),),
}

BREACH: Final = replace(
    DESK,
    teams=(
        *(
            replace(team, queues=("billing",), shifts=_GONE[team.name]) if team.name in _GONE else team
            for team in DESK.teams
        ),
        *(
            Team("returns-mail", ("returns",), team.channels, team.shifts)
            for team in DESK.teams
            if team.name == "billing-mail"
        ),
    ),
    troubles=(Trouble("billing-phone", hour=10.0, minutes=14 * 60, share=1.0),),
    priorities={"urgent": 0.15, "high": 0.12, "normal": 0.63, "low": 0.10},
)
