"""For every alert of the default policy what makes it fire, and what must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stream.core.policy import Policy
from stream.tools.rules.burn import burns
from tests.rules.film import Ago, Grows, Scene, Stands, Value

GROUP = 'queue="billing", channel="{channel}", priority="{priority}"'
HEALTH: Scene = {
    'up{job="deskpulse", instance="w1"}': 1,
    "deskpulse_partitions_ready": 4,
    "deskpulse_partitions_expected": 4,
    "deskpulse_clock_timestamp_seconds": Ago(0),
    'deskpulse_data_timestamp_seconds{partition="0"}': Ago(1),
    'deskpulse_kpi_band{kpi="csat", edge="bad"}': 0.7,
    'deskpulse_target_objective_ratio{clock="wait", target="wait-voice"}': 0.8,
    'deskpulse_target_info{clock="wait", target="wait-voice", schedule="24x7", formula="strict"}': 1,
}
"""A worker that shows all of a desk at which nothing happens."""
DARK: Scene = dict.fromkeys(HEALTH) | {'up{job="deskpulse", instance="w1"}': 0}
"""A worker that is gone: all that it has shown is stale."""


@dataclass(frozen=True)
class Story:
    """One alert.

    Attributes:
        alert: its name.
        labels: by which the rule is told from others of the name, and `queue` where it has one.
        bad: what makes it fire; added to a healthy monitor.
        good: the same desk when all is well.
        quiet: variants of `bad`, by what they show, in which it must not fire.
        wait: seconds for which it must hold.
        keep: seconds for which it goes on.
        onset: seconds that the figure takes at most to become bad, and to become good.
        case: tells stories of the same rule apart.
    """

    alert: str
    labels: Mapping[str, str]
    bad: Scene
    good: Scene
    wait: int
    keep: int = 600
    quiet: Mapping[str, Scene] = field(default_factory=dict)
    onset: tuple[int, int] = (0, 0)
    case: str = ""

    @property
    def watches_desk(self) -> bool:
        """Whether blindness silences it."""
        return self.keep == 600 or self.alert == "DeskpulseClockImminent"

    def __str__(self) -> str:
        return "-".join([self.alert.removeprefix("Deskpulse"), *self.labels.values(), *filter(None, [self.case])])


def stories(policy: Policy) -> Iterator[Story]:
    """Iterate over the stories of all alerts of a policy that names the queues, channels and windows of the default."""
    yield from _burns(policy)
    yield from _clocks()
    yield from _waits()
    yield from _shares()
    yield from _agents()
    yield from _volumes()
    yield from _monitor()


def series(family: str, value: Value, *, channel: str = "email", priority: str = "normal", **labels: str) -> Scene:
    """Return one series of the queue `billing`."""
    own = "".join(f', {name}="{text}"' for name, text in labels.items())
    return {f"{family}{{{GROUP.format(channel=channel, priority=priority)}{own}}}": value}


def counts(window: str, channel: str = "voice", /, **values: float) -> Scene:
    """Return counts of one window of the queue `billing`."""
    found: dict[str, Value] = {}
    for name, value in values.items():
        found |= series(f"deskpulse_window_{name}", value, channel=channel, window=window)
    return found


def _burns(policy: Policy) -> Iterator[Story]:
    clocks = {target.name: target.clock for target in policy.targets}
    for burn in burns(policy, []):
        target, bound = burn.targets[0], float(burn.threshold)

        def missed(long: float, short: float, of: int = 400) -> Scene:
            found: dict[str, Value] = {}
            for window, share in ((burn.long.name, long), (burn.short.name, short)):  # noqa: B023  called at once
                for outcome, value in (("breached", share), ("met", 1 - share)):
                    found |= series(
                        "deskpulse_window_sla_outcomes", value * of,
                        window=window, clock=clocks[target], target=target, outcome=outcome,  # noqa: B023
                    )  # fmt: skip
            return found

        more, less = min(bound + 0.01, 1), bound - 0.01
        yield Story(
            "DeskpulseSlaBurn",
            {"queue": "billing", "burnrate_tier": burn.tier.name, "objective": f"{float(burn.objective):g}"},
            missed(more, more),
            missed(0, 0),
            wait={"fast": 120, "slow": 300}[burn.tier.name],
            quiet={
                "below the threshold": missed(less, less),
                "the short window has recovered": missed(more, less),
                "a short burst": missed(less, more),
                "below the minimum of events": missed(more, more, 19),
            },
        )


def _clocks() -> Iterator[Story]:
    def clock(value: float, state: str, priority: str, name: str = "first_response") -> Scene:
        return series("deskpulse_clocks", value, priority=priority, clock=name, state=state)

    waiting = {"a contact that waits": clock(3, "breaching", "urgent", "wait")}
    for severity, priority, other, wait in (("page", "urgent", "normal", 30), ("ticket", "normal", "urgent", 300)):
        yield Story(
            "DeskpulseClockBreaching",
            {"queue": "billing", "severity": severity},
            clock(1, "breaching", priority),
            clock(0, "breaching", priority),
            wait=wait,
            quiet=waiting
            | {"another priority": clock(3, "breaching", other), "pending": clock(3, "pending", priority)},
        )
    yield Story(
        "DeskpulseClockImminent",
        {"queue": "billing"},
        clock(1, "imminent", "urgent"),
        clock(0, "imminent", "urgent"),
        wait=30,
        keep=120,
        quiet={"another priority": clock(3, "imminent", "normal")},
    )


def _waits() -> Iterator[Story]:
    def oldest(channel: str, seconds: float, what: str = "waiting") -> Scene:
        return series(f"deskpulse_oldest_{what}_timestamp_seconds", Ago(seconds), channel=channel)

    for channel, within, text in (("voice", 20, "20s"), ("chat", 60, "1m"), ("messaging", 300, "5m")):
        yield Story(
            "DeskpulseLongestWait",
            {"queue": "billing", "target_wait": text},
            oldest(channel, 6 * within + 5),
            oldest(channel, 5),
            wait=60,
            quiet={"not longer than six times the target": oldest(channel, 6 * within)},
        )
    bound = 70 * 3_600
    yield Story(
        "DeskpulseOldestUnanswered",
        {"queue": "billing", "older_than": "70h"},
        oldest("email", bound + 5, "unanswered"),
        oldest("email", 60, "unanswered"),
        wait=300,
        quiet={
            "not longer than a weekend": oldest("email", bound, "unanswered"),
            "another channel": oldest("chat", 2 * bound, "unanswered"),
        },
    )
    old = 'deskpulse_oldest_unanswered_timestamp_seconds{queue="vip", channel="email", priority="normal"}'
    yield Story(
        "DeskpulseOldestUnanswered",
        {"queue": "vip", "older_than": "2h"},
        {old: Ago(7_205)},
        {old: Ago(60)},
        wait=300,
        quiet={"not longer than twice the target": {old: Ago(7_200)}},
    )


def _shares() -> Iterator[Story]:
    def answered(window: str, all_: float, in_target: float) -> Scene:
        rest = {"abandoned": 0.0, "answered_without_target": 0.0, "abandoned_without_target": 0.0}
        return counts(window, answered=all_, answered_in_target=in_target, **rest)

    yield Story(
        "DeskpulseServiceLevelLow",
        {"queue": "billing", "formula": "strict"},
        {**answered("1h", 50, 39), **answered("5m", 5, 3)},
        {**answered("1h", 50, 50), **answered("5m", 5, 5)},
        wait=300,
        quiet={
            "at the objective": {**answered("1h", 50, 40), **answered("5m", 5, 3)},
            "the short window has recovered": {**answered("1h", 50, 30), **answered("5m", 5, 5)},
            "nobody in the short window": {**answered("1h", 50, 30), **answered("5m", 0, 0)},
            "below the minimum of events": {**answered("1h", 19, 1), **answered("5m", 19, 1)},
        },
    )

    def gave_up(window: str, answers: float, abandoned: float) -> Scene:
        return counts(window, answered=answers, abandoned=abandoned)

    yield Story(
        "DeskpulseAbandonmentHigh",
        {"queue": "billing"},
        {**gave_up("1h", 80, 20), **gave_up("5m", 8, 2)},
        {**gave_up("1h", 80, 0), **gave_up("5m", 8, 0)},
        wait=300,
        quiet={
            "one in ten": {**gave_up("1h", 90, 10), **gave_up("5m", 8, 2)},
            "the short window has recovered": {**gave_up("1h", 80, 20), **gave_up("5m", 8, 0)},
            "below the minimum of events": {**gave_up("1h", 10, 9), **gave_up("5m", 10, 9)},
        },
    )

    def said(window: str, answers: float, satisfied: float) -> Scene:
        return counts(window, csat_answers=answers, csat_satisfied=satisfied)

    yield Story(
        "DeskpulseCsatLow",
        {"queue": "billing"},
        {**said("24h", 100, 69), **said("1h", 4, 1)},
        {**said("24h", 100, 90), **said("1h", 4, 4)},
        wait=1_800,
        quiet={
            "in the band": {**said("24h", 100, 70), **said("1h", 4, 1)},
            "the short window has recovered": {**said("24h", 100, 50), **said("1h", 4, 3)},
            "below the minimum of events": {**said("24h", 19, 1), **said("1h", 4, 1)},
        },
    )


def _agents() -> Iterator[Story]:
    def desk(waiting: float, **agents: float) -> Scene:
        found = dict(series("deskpulse_waiting_contacts", waiting, channel="voice"))
        states = {"available": 0, "busy": 0, "wrap_up": 0, "break": 1, **agents}
        return found | {f'deskpulse_agents{{queue="billing", state="{one}"}}': value for one, value in states.items()}

    nobody = {"nobody waits": desk(0), "states are not known": series("deskpulse_waiting_contacts", 9, channel="chat")}
    yield Story(
        "DeskpulseNoAgent",
        {"queue": "billing", "severity": "page"},
        desk(2),
        desk(0),
        wait=120,
        quiet=nobody | {"all are busy": desk(2, busy=1)},
    )
    yield Story(
        "DeskpulseNoAgent",
        {"queue": "billing", "severity": "ticket"},
        desk(2, busy=3),
        desk(2, busy=3, available=1),
        wait=300,
        quiet=nobody,
    )


def _volumes() -> Iterator[Story]:
    def tickets(day: tuple[float, float], hour: tuple[float, float]) -> Scene:
        both = (("24h", day), ("1h", hour))
        found: dict[str, Value] = {}
        for window, (created, solved) in both:
            found |= counts(window, "email", created=created, solved=solved)
        return found

    yield Story(
        "DeskpulseBacklogGrowing",
        {"queue": "billing"},
        tickets((126, 100), (9, 4)),
        tickets((100, 100), (4, 9)),
        wait=1_800,
        quiet={
            "a little more": tickets((125, 100), (9, 4)),
            "the short window has recovered": tickets((150, 100), (4, 4)),
            "below the minimum of events": tickets((29, 10), (9, 4)),
        },
    )

    def arrived(now: float, before: float) -> Scene:
        return counts("1h", "email", arrived=now, arrived_week_before=before)

    for case, now in (("more", 81), ("less", 19)):
        yield Story(
            "DeskpulseVolumeUnusual",
            {"queue": "billing"},
            arrived(now, 40),
            arrived(40, 40),
            wait=600,
            case=case,
            quiet={
                "twice": arrived(80, 40),
                "half": arrived(20, 40),
                "below the minimum of events": arrived(now, 19),
                "nothing a week before": arrived(now, 0),
            },
        )


def _monitor() -> Iterator[Story]:
    up = 'up{job="deskpulse", instance="w1"}'
    second = 'up{job="deskpulse", instance="w2"}'
    yield Story("DeskpulseWorkerGone", {"severity": "page", "instance": "w1"}, DARK, {up: 1}, wait=30, keep=0)
    yield Story(
        "DeskpulseWorkerGone", {"severity": "ticket", "instance": "w2"}, {second: 0}, {second: 1}, wait=300, keep=0
    )
    yield Story("DeskpulseMetricsAbsent", {}, dict.fromkeys(HEALTH), {}, wait=60, keep=0)
    ready = "deskpulse_partitions_ready"
    yield Story(
        "DeskpulsePartitionsIncomplete", {}, {ready: 3}, {ready: 4}, wait=180, keep=0, quiet={"more": {ready: 5}}
    )
    at = 'deskpulse_data_timestamp_seconds{partition="0"}'
    other = 'deskpulse_data_timestamp_seconds{partition="1"}'
    yield Story(
        "DeskpulseDataOld", {}, {other: Ago(305)}, {other: Ago(2)}, wait=60, keep=0,
        quiet={"not that old": {at: Ago(300), other: Ago(10)}},
    )  # fmt: skip
    lag = 'deskpulse_lag_records{topic="support.tickets", partition="0"}'
    yield Story(
        "DeskpulseLagGrowing", {}, {lag: Grows(10, 2_000)}, {lag: 0}, wait=600, keep=0,
        quiet={"it falls": {lag: Grows(-1, 9_000)}, "it is short": {lag: Grows(0.01, 100)}},
        onset=(STEP, 0),
    )  # fmt: skip
    committed = 'deskpulse_state_committed_timestamp_seconds{job="deskpulse", instance="w1"}'
    for severity, bound in (("page", 600), ("ticket", 120)):
        yield Story(
            "DeskpulseStateNotCommitted", {"severity": severity, "instance": "w1"},
            {committed: Stands(start=0)}, {committed: Ago(2, start=0)}, wait=30, keep=0,
            quiet={"it takes its time": {committed: Ago(bound, start=0)}, "it has not joined yet": {committed: 0}},
            onset=(bound + STEP, 0),
        )  # fmt: skip
    folded = "deskpulse_groups_folded"
    yield Story("DeskpulseGroupsFolded", {}, {folded: 3}, {folded: 0}, wait=900, keep=0)

    def read(events: float, rejected: float) -> Scene:
        return {
            'deskpulse_events_total{topic="support.tickets", type="ticket.created"}': Grows(events),
            'deskpulse_rejected_events_total{topic="support.tickets", reason="not_json"}': Grows(rejected),
        }

    yield Story(
        "DeskpulseEventsRejected",
        {"topic": "support.tickets"},
        read(10, 0.5),
        read(10, 0),
        wait=300,
        keep=300,
        quiet={"one in a thousand": read(10, 0.01), "below the minimum of events": read(0.02, 0.01)},
        onset=(300, 330),
    )


STEP = 15


def silent_source(week_before: Value) -> tuple[Scene, Scene]:
    """Return a source that talks, or was otherwise a week before, and one that has stopped."""
    name = 'deskpulse_last_event_timestamp_seconds{topic="support.tickets", source="zendesk"}'
    return {name: week_before}, {name: Stands()}
