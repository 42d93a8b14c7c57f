"""The desk of the demo: the queues of the built-in policy, and one that the policy does not name."""

from __future__ import annotations

from typing import Final

from stream.tools.demo.desk.plan import Line, Manner, Plan, Team, Trouble

CHAT: Final = ("chat", "messaging")
MAIL: Final = ("email",)

DESK: Final = Plan(
    zone="Europe/Berlin",
    lines=(
        Line("billing", "voice", 50, 230),
        Line("billing", "chat", 45, 420),
        Line("billing", "email", 24, 300),
        Line("tech", "voice", 30, 380),
        Line("tech", "chat", 50, 540),
        Line("tech", "messaging", 20, 600),
        Line("tech", "email", 36, 480),
        Line("sales", "voice", 24, 280),
        Line("sales", "chat", 20, 400),
        Line("sales", "email", 10, 300),
        Line("returns", "chat", 26, 360),
        Line("returns", "messaging", 30, 420),
        Line("returns", "email", 18, 240),
        Line("vip", "voice", 9, 300),
        Line("vip", "email", 6, 360),
        Line("privacy", "email", 0.7, 900),  # the quiet one
    ),
    teams=(
        Team("billing-phone", ("billing",), ("voice",), ((7, 15, 4), (8, 16, 3), (10, 18, 3), (13, 21, 3), (20, 8, 1))),
        Team("billing-chat", ("billing",), CHAT, ((7, 15, 2), (9, 17, 2), (14, 22, 2), (21, 8, 1)), at_once=3),
        Team("billing-mail", ("billing", "returns"), MAIL, ((7, 15, 4), (9, 17, 6), (11, 19, 4), (20, 6, 1))),
        Team("tech-phone", ("tech",), ("voice",), ((7, 15, 4), (9, 17, 3), (13, 21, 4), (20, 8, 1))),
        Team("tech-chat", ("tech",), CHAT, ((7, 15, 3), (9, 17, 3), (14, 22, 3), (21, 8, 1)), at_once=3),
        Team("tech-mail", ("tech", "privacy"), MAIL, ((7, 15, 6), (9, 17, 6), (11, 19, 5), (20, 6, 1))),
        Team("sales", ("sales", "vip"), ("voice",), ((7, 15, 3), (9, 17, 3), (12, 20, 4), (19, 8, 1))),
        Team("sales-chat", ("sales", "returns"), CHAT, ((7, 15, 3), (9, 17, 2), (14, 22, 3), (21, 8, 1)), at_once=3),
        Team("sales-mail", ("sales", "vip"), MAIL, ((7, 15, 2), (9, 17, 2), (11, 19, 2), (19, 8, 1))),
    ),
    troubles=(
        Trouble("billing-phone", hour=10.2, minutes=55, share=0.75),
        Trouble("billing-chat", hour=10.25, minutes=50, share=0.75),
        Trouble("billing-phone", hour=15.2, minutes=40, share=0.6),
    ),
    manners={
        "voice": Manner(patience_s=170, bot=0.0, bot_solves=0.0, turns=0, wrap_s=35, callback=0.15),
        "chat": Manner(patience_s=260, bot=0.6, bot_solves=0.45, turns=4, wrap_s=25),
        "messaging": Manner(patience_s=1_800, bot=0.4, bot_solves=0.35, turns=4, wrap_s=20),
    },
    priorities={"urgent": 0.03, "high": 0.12, "normal": 0.75, "low": 0.10},
    tiers={"gold": 0.08, "silver": 0.27, "standard": 0.65},
)
