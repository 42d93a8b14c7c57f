"""The desk of the demo: the queues of the built-in policy, and one that the policy does not name."""

from __future__ import annotations

from typing import Final

from stream.tools.demo.desk.plan import Line, Manner, Plan, Team, Trouble

CHAT: Final = ("chat", "messaging")
MAIL: Final = ("email",)

DESK: Final = Plan(
    zone="Europe/Berlin",
    lines=(
        Line("billing", "voice", 80, 230),
        Line("billing", "chat", 75, 420),
        Line("billing", "email", 34, 300),
        Line("tech", "voice", 45, 380),
        Line("tech", "chat", 75, 540),
        Line("tech", "messaging", 30, 600),
        Line("tech", "email", 44, 480),
        Line("sales", "voice", 34, 280),
        Line("sales", "chat", 30, 400),
        Line("sales", "email", 12, 300),
        Line("returns", "chat", 40, 360),
        Line("returns", "messaging", 44, 420),
        Line("returns", "email", 24, 240),
        Line("vip", "voice", 9, 300),
        Line("vip", "email", 9, 360),
        Line("privacy", "email", 0.7, 900),  # the quiet one
    ),
    teams=(
        Team("billing-phone", ("billing",), ("voice",), ((7, 15, 6), (8, 16, 5), (10, 18, 3), (13, 21, 5), (20, 8, 1))),
        Team("billing-chat", ("billing",), CHAT, ((7, 15, 3), (8, 16, 3), (14, 22, 3), (21, 8, 1)), at_once=3),
        Team("billing-mail", ("billing", "returns"), MAIL, ((7, 15, 5), (9, 17, 6), (11, 19, 5), (20, 6, 1))),
        Team("tech-phone", ("tech",), ("voice",), ((7, 15, 5), (8, 16, 5), (13, 21, 5), (20, 8, 1))),
        Team("tech-chat", ("tech",), CHAT, ((7, 15, 4), (8, 16, 4), (14, 22, 4), (21, 8, 1)), at_once=3),
        Team("tech-mail", ("tech", "privacy"), MAIL, ((7, 15, 7), (9, 17, 7), (11, 19, 5), (20, 6, 1))),
        Team("sales", ("vip", "sales"), ("voice",), ((7, 15, 4), (8, 16, 4), (12, 20, 4), (19, 8, 1))),
        Team("sales-chat", ("sales", "returns"), CHAT, ((7, 15, 3), (8, 16, 4), (14, 22, 3), (21, 8, 1)), at_once=3),
        Team("sales-mail", ("vip", "sales"), MAIL, ((7, 15, 2), (9, 17, 2), (12, 20, 3), (19, 8, 1))),
    ),
    troubles=(
        Trouble("billing-phone", hour=10.2, minutes=55, share=0.8),
        Trouble("billing-chat", hour=10.25, minutes=50, share=0.7),
        Trouble("billing-phone", hour=15.2, minutes=40, share=0.6),
    ),
    manners={
        "voice": Manner(patience_s=240, bot=0.0, bot_solves=0.0, turns=0, wrap_s=35, callback=0.15),
        "chat": Manner(patience_s=300, bot=0.6, bot_solves=0.45, turns=4, wrap_s=25),
        "messaging": Manner(patience_s=1_800, bot=0.4, bot_solves=0.35, turns=4, wrap_s=20),
    },
    priorities={"urgent": 0.03, "high": 0.12, "normal": 0.75, "low": 0.10},
    tiers={"gold": 0.08, "silver": 0.27, "standard": 0.65},
)
